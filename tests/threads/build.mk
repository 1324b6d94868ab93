# tests/threads: the pthread calls of recorded programs, and what recording them costs.
SUITES += threads
THREADS_PROGRAMS := $(addprefix $(B)/tests/threads/programs/,objects waits looks)
SUITE_OBJS_threads := $(TRACER_CORE) $(B)/obj/tests/threads/told.o
SUITE_NEEDS_threads := $(B)/trapflow $(THREADS_LIBRARY) $(THREADS_PROGRAMS)

$(B)/tests/threads/programs/%: tests/threads/programs/%.c
	$(say) CC $<
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $(CPPFLAGS) $(CFLAGS) -o $@ $<

# The library's own code in a program that measures it.
$(B)/tests/threads/resident: $(B)/obj/tests/threads/resident.o $(THREADS_LIBRARY_OBJS) $(TRACER_CORE)
	$(say) LINK $@
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^

.PHONY: bench-threads
bench-threads: $(B)/trapflow $(THREADS_LIBRARY) $(B)/tests/threads/programs/locks $(B)/tests/threads/resident  # a part of bench
	@B=$(B) FORMAT=$(FORMAT) sh tests/threads/bench
