# tests/record: trapflow record, on programs small enough to know every event of.
SUITES += record
RECORD_PROGRAMS := $(addprefix $(B)/tests/record/programs/,threads storm exec_thread job waiting files)
SUITE_OBJS_record := $(TRACER_CORE) $(TRACER_SYSCALLS) $(addprefix $(B)/obj/tests/record/,seen.o outside.o refusals.o names.o received.o)
SUITE_NEEDS_record := $(B)/trapflow $(RECORD_PROGRAMS)

$(RECORD_PROGRAMS): $(B)/tests/record/programs/%: tests/record/programs/%.c
	$(say) CC $<
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $(CFLAGS) -o $@ $<
