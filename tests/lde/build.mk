SUITES += lde
SUITE_OBJS_lde := $(addprefix $(B)/obj/tests/lde/,trace.o background.o) $(TRACER_CORE)
SUITE_NEEDS_lde := $(B)/lde $(B)/trapflow $(B)/odd-guests/tickos/odd $(B)/odd-guests/tickos/kernel

# A guest of the tests' own, beside a kernel: LDE_GUESTS=$(B)/odd-guests
$(GUEST_OBJ)/tickos/odd.o: tests/lde/odd.c
	$(call guest_compile)
$(B)/odd-guests/tickos/odd: $(GUEST_OBJ)/tickos/odd.o $(GUEST_OBJ)/tickos/guest.o $(GUEST_START) lde-model/guests/program.ld
	$(guest_link)
$(B)/odd-guests/tickos/kernel: $(B)/guests/tickos/kernel
	$(Q)mkdir -p $(@D)
	$(Q)cp $< $@
