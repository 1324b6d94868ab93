# tests/setup: what finds out about the machine and installs what it lacks, and what adds up the totals.
SUITES += setup
SUITE_OBJS_setup := $(B)/obj/tests/setup/machine.o
SUITE_LIBS_setup := -ljansson
