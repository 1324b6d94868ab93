SUITES += hypervisor
SUITE_OBJS_hypervisor := $(addprefix $(B)/obj/tests/lde/,trace.o background.o) $(TRACER_CORE)
SUITE_NEEDS_hypervisor := $(B)/lde
