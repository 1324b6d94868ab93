SUITES += outside
SUITE_OBJS_outside := $(B)/obj/tests/lde/background.o
SUITE_NEEDS_outside := $(B)/lde
