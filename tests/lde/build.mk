SUITES += lde
SUITE_OBJS_lde := $(addprefix $(B)/obj/tests/lde/,trace.o background.o) $(TRACER_CORE)

# Guests of the tests' own, beside a kernel: LDE_GUESTS=$(B)/odd-guests
ODD_GUESTS := $(patsubst tests/lde/guests/%.c,$(B)/odd-guests/tickos/%,$(wildcard tests/lde/guests/*.c)) $(B)/odd-guests/tickos/kernel
SUITE_NEEDS_lde := $(B)/lde $(B)/trapflow $(ODD_GUESTS)

$(GUEST_OBJ)/tickos/%.o: tests/lde/guests/%.c
	$(call guest_compile)
$(B)/odd-guests/tickos/%: $(GUEST_OBJ)/tickos/%.o $(GUEST_OBJ)/tickos/guest.o $(GUEST_START) lde-model/guests/program.ld
	$(guest_link)
$(B)/odd-guests/tickos/kernel: $(B)/guests/tickos/kernel
	$(Q)mkdir -p $(@D)
	$(Q)cp $< $@
