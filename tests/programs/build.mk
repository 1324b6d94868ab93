# tests/programs: programs that nobody here wrote, with and without the recorder; and what may befall the two.
SUITES += programs
PROGRAMS_OWN := $(addprefix $(B)/tests/programs/own/,storm takeover orphans crash alarmed)
SUITE_OBJS_programs := $(TRACER_CORE) $(TRACER_SYSCALLS) \
	$(addprefix $(B)/obj/tests/programs/,both.o peer.o ends.o jobs.o killed.o disk.o server.o)
SUITE_NEEDS_programs := $(B)/trapflow $(PROGRAMS_OWN)

$(PROGRAMS_OWN): $(B)/tests/programs/own/%: tests/programs/own/%.c
	$(say) CC $<
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $(CFLAGS) -o $@ $<
