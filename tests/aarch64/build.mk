# tests/aarch64: which suites run on the AArch64 machine (make test-aarch64), and what must be cross-compiled for that.
# Not among the suites of `make test`: the machine runs them itself.
# The suites that lean on the CPU; drawing is the same everywhere and takes minutes in software (one picture is drawn).
AARCH64_WANTED := log record threads lde guests hypervisor outside
AARCH64_SUITES = $(filter $(AARCH64_WANTED),$(SUITES))

$(B)/probe: $(B)/obj/.setup/probe.o
	$(say) LINK $@
	$(Q)$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $<

# Recipes are read late, when every folder has named its suites.
.PHONY: aarch64-goals aarch64-suites
aarch64-goals:
	@echo $(B)/probe $(B)/trapflow $(B)/explore-corpus/built $(AARCH64_SUITES:%=$(B)/tests/%/suite) $(foreach s,$(AARCH64_SUITES),$(SUITE_NEEDS_$(s)))
aarch64-suites:
	@echo aarch64 $(AARCH64_SUITES)

# What grades there; the programs that are graded are built by tests/aarch64/cells.
.PHONY: aarch64-exercise-goals
aarch64-exercise-goals:
	@echo $(B)/trapflow $(EXPLORE_RUNTIME) $(SUBJECT_OBJS) $(patsubst %,$(B)/tests/%/suite,$(filter $(EX)%,$(EXERCISES)))

.PHONY: test-aarch64 test-aarch64-exercises
test-aarch64:  ## the suites on AArch64, under Debian's arm64 kernel in qemu-system
	$(Q)sh tests/aarch64/run $(B)/aarch64

test-aarch64-exercises: $(B)/grade $(B)/trapflow  ## [EX=02] [CELLS=solutions]: solutions, stubs and mutants graded on AArch64 (a quarter of an hour)
	$(Q)sh tests/aarch64/run $(B)/aarch64 exercises
