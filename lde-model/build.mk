# lde-model/: the command lde, and the guests that it runs (freestanding, static, laid out by a linker script).
LDE_MODULES := trap trap_table os run_queue hypervisor vm privileged reflect interrupt
LDE_OBJS := $(patsubst %,$(B)/obj/lde-model/%.o, $(LDE_MODULES) arch/$(ARCH)-script guests/tickos/calls \
  $(basename $(patsubst lde-model/%,%,$(wildcard lde-model/support/*.c lde-model/engine/*.c lde-model/arch/$(ARCH)*.c lde-model/command/*.c))))
COMMANDS += $(B)/lde
MANUALS += $(B)/man/lde.1
TICKOS_PROGRAMS := $(basename $(notdir $(filter-out %/guest.c,$(wildcard lde-model/guests/programs/*.c))))
YIELDOS_PROGRAMS := hello spin getppid-loop
LDE_GUESTS := $(TICKOS_PROGRAMS:%=$(B)/guests/tickos/%) $(YIELDOS_PROGRAMS:%=$(B)/guests/yieldos/%) \
  $(B)/guests/tickos/kernel $(B)/guests/yieldos/kernel
INSTALLED += $(B)/lde $(LDE_GUESTS)

$(B)/lde: $(LDE_OBJS) $(TRACER_CORE) | $(LDE_GUESTS)
	$(say) LINK $@
	$(Q)$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $(filter %.o,$^)

$(B)/obj/lde-model/arch/$(ARCH)-script.o: lde-model/arch/$(ARCH).S
	$(say) AS $<
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $(CPPFLAGS) -MMD -MP -c -o $@ $<

# ---- guests ----
GUEST_CFLAGS := -std=gnu11 -Wall -Wextra -Wpedantic -Wshadow -O2 -g -ffreestanding -fno-stack-protector -fno-pic -mgeneral-regs-only \
  -fno-omit-frame-pointer -mno-omit-leaf-frame-pointer -fasynchronous-unwind-tables
GUEST_LDFLAGS := -nostdlib -static -Wl,-z,max-page-size=0x10000 -Wl,--build-id=none

define guest_compile
	$(say) GUEST $<
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) -I. $(GUEST_CFLAGS) $(1) -MMD -MP -c -o $@ $<
endef
define guest_link
	$(say) LINK $@
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $(GUEST_LDFLAGS) -T $(filter %.ld,$^) $(GUEST_SYMBOLS) -o $@ $(filter %.o,$^)
endef

-include lde-model/arch/$(ARCH).mk
GUEST_OBJ := $(B)/obj/guests
$(GUEST_OBJ)/tickos/%.o: lde-model/guests/programs/%.c
	$(call guest_compile)
$(GUEST_OBJ)/yieldos/%.o: lde-model/guests/programs/%.c
	$(call guest_compile,-DYIELDOS)
$(GUEST_OBJ)/kernel/%.o: lde-model/guests/%.c
	$(call guest_compile,$(GUEST_KERNEL_CFLAGS))
$(GUEST_OBJ)/%.o: lde-model/guests/arch/%.S
	$(call guest_compile)

$(B)/guests/tickos/kernel: $(addprefix $(GUEST_OBJ)/kernel/,tickos/kernel.o tickos/calls.o)
$(B)/guests/tickos/kernel: GUEST_SYMBOLS = -Wl,--defsym=kernel_calls=tick_calls,--defsym=kernel_call_count=tick_call_count
$(B)/guests/yieldos/kernel: $(GUEST_OBJ)/kernel/yieldos/kernel.o
$(B)/guests/yieldos/kernel: GUEST_SYMBOLS = -Wl,--defsym=kernel_calls=yield_calls,--defsym=kernel_call_count=yield_call_count
GUEST_KERNELS := $(B)/guests/tickos/kernel $(B)/guests/yieldos/kernel
$(GUEST_KERNELS): $(addprefix $(GUEST_OBJ)/,kernel_$(ARCH).o kernel/arch/kernel_$(ARCH).o kernel/memory.o) lde-model/guests/kernel.ld
	$(guest_link)

GUEST_START := $(GUEST_OBJ)/start_$(ARCH).o $(GUEST_OBJ)/kernel/memory.o
$(B)/guests/tickos/%: $(GUEST_OBJ)/tickos/%.o $(GUEST_OBJ)/tickos/guest.o $(GUEST_START) lde-model/guests/program.ld
	$(guest_link)
$(B)/guests/yieldos/%: $(GUEST_OBJ)/yieldos/%.o $(GUEST_OBJ)/yieldos/guest.o $(GUEST_START) lde-model/guests/program.ld
	$(guest_link)
.PRECIOUS: $(GUEST_OBJ)/tickos/%.o $(GUEST_OBJ)/yieldos/%.o $(GUEST_OBJ)/kernel/%.o $(GUEST_OBJ)/%.o

# ---- the floor that a reflected call is measured against ----
$(B)/lde-floor: $(B)/obj/lde-model/bench/floor.o | $(B)/lde
	$(say) LINK $@
	$(Q)$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $<
