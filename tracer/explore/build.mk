# tracer/explore: the runtime that explored programs are linked with, and the command's side of it.
EXPLORE_RUNTIME_OBJS := $(patsubst %.c,$(B)/explore/%.o,$(wildcard tracer/explore/runtime/*.c)) \
	$(B)/explore/tracer/explore/runtime/arch/$(ARCH).o
EXPLORE_OBJS := $(patsubst %.c,$(B)/obj/%.o,$(wildcard tracer/explore/*.c))
EXPLORE_LIBS := -ldw -lelf
EXPLORE_RUNTIME := $(B)/explore/runtime.o
INSTALLED += $(EXPLORE_RUNTIME)

# The runtime lies beside trapflow, which links explored programs with it.  It sees the real library functions under
# the linker's name for them (--wrap), and shows nothing but hooks and wrappers to the program.
$(B)/explore/%.o: %.c
	$(say) CC $<
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $(CPPFLAGS) $(CFLAGS) -fno-pie -fno-stack-protector -fno-builtin-malloc -MMD -MP -c -o $@ $<
$(B)/explore/%.o: %.S
	$(say) AS $<
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) -c -o $@ $<
$(B)/explore/names: tracer/threads/calls.def tracer/explore/runtime/wraps.def tracer/explore/runtime/guarded.def
	$(Q)mkdir -p $(@D)
	$(Q){ echo "#define WRAP(name) name __real_##name"; echo "#define CALL(name, ...) name __real_##name"; cat $(wordlist 1,2,$^); } | \
		$(CC) -E -P -I. -x c - | awk '{ for (i = 1; i < NF; i += 2) print $$i, $$(i + 1) }' >$@
$(EXPLORE_RUNTIME): $(EXPLORE_RUNTIME_OBJS) $(B)/explore/names
	$(say) LD $@
	$(Q)$$($(CC) -print-prog-name=ld) -r -o $@.whole $(EXPLORE_RUNTIME_OBJS)
	$(Q)$$($(CC) -print-prog-name=objcopy) --redefine-syms=$(B)/explore/names --wildcard \
		--keep-global-symbol='__wrap_*' --keep-global-symbol='__tsan_*' --keep-global-symbol='__atomic_*' $@.whole $@
	$(Q)rm -f $@.whole

-include $(EXPLORE_RUNTIME_OBJS:.o=.d)
