# tests/threads: the pthread calls of recorded programs, and what recording them costs.
SUITES += threads
THREADS_PROGRAMS := $(addprefix $(B)/tests/threads/programs/,objects objects-static waits waits-plain numbered looks ends forks handler early crowd objects-wrapped c11 namesake forbids)
SUITE_OBJS_threads := $(TRACER_CORE) $(addprefix $(B)/obj/tests/threads/,told.o lives.o around.o c11.o)
SUITE_NEEDS_threads := $(B)/trapflow $(THREADS_LIBRARY) $(THREADS_PROGRAMS)

$(B)/tests/threads/programs/%: tests/threads/programs/%.c
	$(say) CC $<
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $(CPPFLAGS) $(CFLAGS) -o $@ $<

$(B)/tests/threads/programs/objects-static: tests/threads/programs/objects.c
	$(say) CC $@
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $(CPPFLAGS) $(CFLAGS) -static -o $@ $<

# One that records itself, static as subjects of the grader may be.
$(B)/tests/threads/programs/objects-wrapped: tests/threads/programs/objects.c $(THREADS_WRAP)
	$(say) CC $@
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $(CPPFLAGS) $(CFLAGS) -static -o $@ $^ @$(dir $(THREADS_WRAP))options

$(B)/tests/threads/programs/waits-plain: tests/threads/programs/waits.c
	$(say) CC $@
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $(CPPFLAGS) $(CFLAGS) -g0 -o $@ $<

# A program, and a library of its own that claims to be initialised first.
$(B)/tests/threads/programs/early: tests/threads/programs/early.c
	$(say) CC $@
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $(CFLAGS) -DEARLY_LIBRARY -fPIC -shared -Wl,-z,initfirst -Wl,-soname,libearly.so -o $(@D)/libearly.so $<
	$(Q)$(CC) $(CFLAGS) -o $@ $< $(@D)/libearly.so '-Wl,-rpath,$$ORIGIN'

# The same for one whose library has names of C11's.
$(B)/tests/threads/programs/namesake: tests/threads/programs/namesake.c
	$(say) CC $@
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $(CFLAGS) -DNAMESAKE_LIBRARY -fPIC -fno-builtin -shared -Wl,-soname,libnamesake.so -o $(@D)/libnamesake.so $<
	$(Q)$(CC) $(CFLAGS) -fno-builtin -o $@ $< $(@D)/libnamesake.so '-Wl,-rpath,$$ORIGIN'

# The library's own code in a program that measures it.
$(B)/tests/threads/resident: $(B)/obj/tests/threads/resident.o $(THREADS_LIBRARY_OBJS) $(TRACER_CORE)
	$(say) LINK $@
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^

.PHONY: bench-threads
bench-threads: $(B)/trapflow $(THREADS_LIBRARY) $(B)/tests/threads/programs/locks $(B)/tests/threads/resident  # a part of bench
	@B=$(B) FORMAT=$(FORMAT) sh tests/threads/bench
