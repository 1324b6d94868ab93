# tests/diff: trapflow diff, on logs made for it and on runs of one program.
SUITES += diff
SUITE_OBJS_diff := $(TRACER_CORE)
SUITE_NEEDS_diff := $(B)/trapflow $(B)/lde $(B)/tests/record/programs/threads
