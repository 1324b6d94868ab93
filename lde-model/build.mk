# lde-model/: the command lde, and the guests that it runs (freestanding, static, laid out by a linker script).
LDE_MODULES := trap trap_table os run_queue
LDE_OBJS := $(patsubst %,$(B)/obj/lde-model/%.o, $(LDE_MODULES) arch/$(ARCH) arch/$(ARCH)-script guests/tickos/calls \
  $(basename $(patsubst lde-model/%,%,$(wildcard lde-model/support/*.c lde-model/engine/*.c lde-model/command/*.c))))
COMMANDS += $(B)/lde
TICKOS_PROGRAMS := $(basename $(notdir $(filter-out %/guest.c,$(wildcard lde-model/guests/programs/*.c))))
LDE_GUESTS := $(TICKOS_PROGRAMS:%=$(B)/guests/tickos/%)

$(B)/lde: $(LDE_OBJS) $(TRACER_CORE) | $(LDE_GUESTS)
	$(say) LINK $@
	$(Q)$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $(filter %.o,$^)

$(B)/obj/lde-model/arch/$(ARCH)-script.o: lde-model/arch/$(ARCH).S
	$(say) AS $<
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $(CPPFLAGS) -MMD -MP -c -o $@ $<

# ---- guests ----
GUEST_CFLAGS := -std=gnu11 -Wall -Wextra -Wpedantic -Wshadow -O2 -g -ffreestanding -fno-stack-protector -fno-pic -mgeneral-regs-only \
  -fno-omit-frame-pointer -fasynchronous-unwind-tables
GUEST_LDFLAGS := -nostdlib -static -no-pie -Wl,-z,max-page-size=0x10000 -Wl,--build-id=none

$(B)/obj/guests/tickos/%.o: lde-model/guests/programs/%.c
	$(say) GUEST $<
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) -I. $(GUEST_CFLAGS) -MMD -MP -c -o $@ $<

$(B)/obj/guests/memory.o: lde-model/guests/memory.c
	$(say) GUEST $<
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) -I. $(GUEST_CFLAGS) -MMD -MP -c -o $@ $<

$(B)/obj/guests/start.o: lde-model/guests/arch/start_$(ARCH).S
	$(say) AS $<
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) -I. -c -o $@ $<

$(B)/guests/tickos/%: $(B)/obj/guests/start.o $(B)/obj/guests/tickos/%.o $(B)/obj/guests/tickos/guest.o $(B)/obj/guests/memory.o lde-model/guests/program.ld
	$(say) LINK $@
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $(GUEST_LDFLAGS) -T lde-model/guests/program.ld -o $@ $(filter %.o,$^)
.SECONDARY: $(TICKOS_PROGRAMS:%=$(B)/obj/guests/tickos/%.o) $(B)/obj/guests/tickos/guest.o
