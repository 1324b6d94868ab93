# tests/render: from a log to pictures.  The suite runs the command, and measures the layout in its own process.
SUITES += render
SUITE_OBJS_render := $(TRACER_CORE) $(TRACER_SYSCALLS) $(addprefix $(B)/obj/tests/render/,fixtures.o xml.o) \
                     $(filter-out %/command.o %/options.o %/graphviz.o %/text.o %/jsonl.o,$(TRACER_RENDER))
SUITE_LIBS_render := -ljansson -lm $(EXPLORE_LIBS)
SUITE_NEEDS_render := $(B)/trapflow
