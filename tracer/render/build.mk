# tracer/render/: from a log to pictures.  Only graphviz.o needs Graphviz.
TRACER_RENDER := $(addprefix $(B)/obj/tracer/render/,command.o options.o words.o names.o flow.o lanes.o cause.o fold.o \
                   describe.o tell_program.o tell_model.o text.o jsonl.o canvas.o ladder.o frame.o wide.o narrow.o graphviz.o)
TRACER_RENDER_LIBS := $(shell $(PKG_CONFIG) --libs libgvc libcgraph 2>/dev/null || echo -lgvc -lcgraph -lcdt) -lm
