# tests/threads: the pthread calls of recorded programs.
SUITES += threads
THREADS_PROGRAMS := $(addprefix $(B)/tests/threads/programs/,objects waits looks)
SUITE_OBJS_threads := $(TRACER_CORE) $(B)/obj/tests/threads/told.o
SUITE_NEEDS_threads := $(B)/trapflow $(THREADS_LIBRARY) $(THREADS_PROGRAMS)

$(THREADS_PROGRAMS): $(B)/tests/threads/programs/%: tests/threads/programs/%.c
	$(say) CC $<
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $(CPPFLAGS) $(CFLAGS) -o $@ $<
