# tests/record: trapflow record, on programs small enough to know every event of.
SUITES += record
RECORD_PROGRAMS := $(addprefix $(B)/tests/record/programs/,threads storm exec_thread job waiting files restless)
RECORD_CHAINS := $(addprefix $(B)/tests/record/programs/,chain chain-fixed chain-bare)
SUITE_OBJS_record := $(TRACER_CORE) $(TRACER_SYSCALLS) $(addprefix $(B)/obj/tracer/,record/symbols.o record/pool.o explore/variables.o) \
	$(addprefix $(B)/obj/tests/record/,seen.o outside.o refusals.o names.o received.o stacks.o forged.o room.o)
SUITE_LIBS_record := $(EXPLORE_LIBS)
SUITE_NEEDS_record := $(B)/trapflow $(RECORD_PROGRAMS) $(RECORD_CHAINS)

$(RECORD_PROGRAMS): $(B)/tests/record/programs/%: tests/record/programs/%.c
	$(say) CC $<
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $(CPPFLAGS) $(CFLAGS) -o $@ $<

# The same chain of calls at any address, at a fixed one, and without the tables that stacks are walked by.  Not
# optimised, so that every function has its frame.
$(B)/tests/record/programs/chain: CHAIN := -fPIE -pie
$(B)/tests/record/programs/chain-fixed: CHAIN := -fno-pie -no-pie
$(B)/tests/record/programs/chain-bare: CHAIN := -fno-asynchronous-unwind-tables -fno-unwind-tables
$(RECORD_CHAINS): tests/record/programs/chain.c
	$(say) CC $@
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $(CFLAGS) -O0 $(CHAIN) -o $@ $<
