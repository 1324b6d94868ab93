# tests/infra: the machine's faults are not the student's, and a class of submissions is graded at once.
SUITES += infra
SUITE_OBJS_infra := $(B)/obj/tests/harness/evidence.o
SUITE_LIBS_infra := -ljansson
SUITE_NEEDS_infra := $(GRADER)
