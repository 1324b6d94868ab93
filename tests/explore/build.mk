# tests/explore: the explorer against a corpus of right and wrong programs, attacks, and what it must refuse.
SUITES += explore
SUITE_OBJS_explore := $(TRACER_CORE)
SUITE_NEEDS_explore := $(B)/trapflow

.PHONY: bench-explore
bench-explore: $(B)/trapflow  ## schedules a second, and bugs found beside ThreadSanitizer and helgrind
	@B=$(B) sh tests/explore/bench
