SUITES += lde
SUITE_OBJS_lde := $(addprefix $(B)/obj/tests/lde/,trace.o background.o) $(TRACER_CORE)
SUITE_NEEDS_lde := $(B)/lde $(B)/trapflow
