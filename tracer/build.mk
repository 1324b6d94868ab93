# tracer/: the event and its log, then the command trapflow.
# TRACER_CORE is what every producer and consumer of events links; render/build.mk lists the renderers in TRACER_RENDER
# and what they need from outside in TRACER_RENDER_LIBS.
TRACER_CORE := $(addprefix $(B)/obj/tracer/,event.o log.o log_view.o threads/calls.o threads/prepare.o)
TRACER_SYSCALLS := $(addprefix $(B)/obj/tracer/syscalls/,names.o signatures.o format.o structs.o words.o)
TRACER_RECORD := $(addprefix $(B)/obj/tracer/record/,command.o launch.o attach.o loop.o tracee.o emit.o calls.o process.o files.o stacks.o stack.o pin.o program.o symbols.o pool.o inject.o loader.o hide.o)
STACK_LIBS := $(shell $(PKG_CONFIG) --libs libunwind-ptrace 2>/dev/null || echo -lunwind-ptrace -lunwind-generic -lunwind)
COMMANDS += $(B)/trapflow
INSTALLED += $(B)/trapflow $(THREADS_LIBRARY)
MANUALS += $(B)/man/trapflow.1

-include tracer/render/build.mk tracer/explore/build.mk

$(B)/trapflow: $(B)/obj/tracer/trapflow.o $(B)/obj/tracer/usage.o $(B)/obj/tracer/diff/diff.o $(B)/obj/tracer/diff/alike.o $(B)/obj/tracer/render/stat.o $(TRACER_CORE) $(TRACER_SYSCALLS) \
               $(TRACER_RECORD) $(TRACER_RENDER) $(TRACER_HTML) $(EXPLORE_OBJS) | $(EXPLORE_RUNTIME)
	$(say) LINK $@
	$(Q)$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(TRACER_RENDER_LIBS) $(EXPLORE_LIBS) $(STACK_LIBS) -ljansson

# Names and numbers of system calls come from the kernel's own headers, for each CPU that a log may come from.
# A machine may lack the other CPU's header: then its numbers stay numbers.
SYSCALL_TABLES := $(addprefix $(B)/gen/tracer/syscalls/,x86_64.def aarch64.def)
$(B)/gen/tracer/syscalls/%.def: tracer/syscalls/%.h tracer/syscalls/table.sh
	$(say) GEN $@
	$(Q)mkdir -p $(@D)
	$(Q)CC='$(CC)' sh tracer/syscalls/table.sh $< >$@
$(B)/obj/tracer/syscalls/names.o: $(SYSCALL_TABLES)

# tracer/threads: the library that trapflow record loads into programs, beside trapflow.  Initialised before all others;
# nothing of it but the functions of calls.def can be seen by the program.
THREADS_LIBRARY := $(B)/libtrapbook-threads.so
THREADS_LIBRARY_OBJS := $(addprefix $(B)/threads/,wrappers.o c11.o append.o place.o lives.o start.o quiet.o)
THREADS_FLAGS := -fPIC -fvisibility=hidden -fno-stack-protector
$(B)/threads/%.o: tracer/threads/%.c
	$(say) CC $<
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $(CPPFLAGS) $(CFLAGS) $(THREADS_FLAGS) -MMD -MP -c -o $@ $<
$(THREADS_LIBRARY): $(THREADS_LIBRARY_OBJS) tracer/threads/versions
	$(say) LINK $@
	$(Q)$(CC) $(CFLAGS) $(LDFLAGS) -shared -Wl,-z,initfirst,-z,nodelete,-z,now -Wl,-soname,$(notdir $@) -Wl,--version-script=tracer/threads/versions -o $@ $(THREADS_LIBRARY_OBJS)
$(B)/trapflow: | $(THREADS_LIBRARY)

# The same for a program that is linked with it: $(THREADS_WRAP), and the linker's options in the file beside it.
THREADS_WRAP := $(B)/threads/wrap/threads.o
THREADS_WRAP_OBJS := $(addprefix $(B)/threads/wrap/,wrappers.o c11.o append.o place.o lives.o start.o)
$(B)/threads/wrap/%.o: tracer/threads/%.c
	$(say) CC $<
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $(CPPFLAGS) $(CFLAGS) $(THREADS_FLAGS) -DTHREADS_WRAP -MMD -MP -c -o $@ $<
$(THREADS_WRAP): $(THREADS_WRAP_OBJS) $(B)/threads/wrap/options
	$(say) LD $@
	$(Q)$$($(CC) -print-prog-name=ld) -r -o $@ $(THREADS_WRAP_OBJS)
$(B)/threads/wrap/options: tracer/threads/calls.def tracer/threads/c11.def
	$(Q)mkdir -p $(@D)
	$(Q){ for list in $^; do echo '#define CALL(name, ...) name'; cat $$list; done; } | $(CC) -E -P -x c - | awk '{ for (i = 1; i <= NF; i++) print "-Wl,--wrap=" $$i }' >$@
-include $(THREADS_LIBRARY_OBJS:.o=.d) $(THREADS_WRAP_OBJS:.o=.d)
