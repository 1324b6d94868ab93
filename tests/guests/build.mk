SUITES += guests

# Guests of the tests' own, beside a kernel: LDE_GUESTS=$(B)/odd-guests
ODD_GUESTS := $(patsubst tests/guests/programs/%.c,$(B)/odd-guests/tickos/%,$(wildcard tests/guests/programs/*.c)) $(B)/odd-guests/tickos/kernel
SUITE_NEEDS_guests := $(B)/lde $(ODD_GUESTS)

$(GUEST_OBJ)/tickos/%.o: tests/guests/programs/%.c
	$(call guest_compile)
$(B)/odd-guests/tickos/%: $(GUEST_OBJ)/tickos/%.o $(GUEST_OBJ)/tickos/guest.o $(GUEST_START) lde-model/guests/program.ld
	$(guest_link)
$(B)/odd-guests/tickos/kernel: $(B)/guests/tickos/kernel
	$(Q)mkdir -p $(@D)
	$(Q)cp $< $@
