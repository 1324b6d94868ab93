# tests/log: the log's writer and its reader, against each other and against damaged files.
SUITES += log
SUITE_OBJS_log := $(TRACER_CORE) $(B)/obj/tests/log/damage.o
