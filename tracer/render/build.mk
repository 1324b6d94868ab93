# tracer/render/: from a log to pictures.  Only graphviz.o needs Graphviz.
TRACER_RENDER := $(addprefix $(B)/obj/tracer/render/,command.o options.o words.o names.o flow.o lanes.o cause.o handover.o fold.o \
                   describe.o tell_program.o tell_model.o objects.o stacks.o text.o json.o jsonl.o perfetto.o mermaid.o canvas.o \
                   ladder.o frame.o wide.o narrow.o picture.o diagram.o tally.o graph.o waits.o wait_for.o graphviz.o) \
                 $(addprefix $(B)/obj/tracer/,record/symbols.o explore/variables.o)
TRACER_RENDER_LIBS := $(shell $(PKG_CONFIG) --libs libgvc libcgraph 2>/dev/null || echo -lgvc -lcgraph -lcdt) -lm

# The page: its frame, style and script are put into the program.  The script's files are chapters of one, in this order.
TRACER_HTML := $(addprefix $(B)/obj/tracer/render/html/,page.o rows.o facts.o about.o strings.o)
HTML_PARTS := $(addprefix tracer/render/html/,page.html style.css data.js machine.js narrate.js layout.js ladder.js panel.js quiz.js \
                controls.js main.js)
$(B)/gen/tracer/render/html/page.inc: tracer/render/html/embed $(HTML_PARTS)
	$(say) GEN $@
	$(Q)mkdir -p $(@D)
	$(Q)sh tracer/render/html/embed $(HTML_PARTS) >$@
$(B)/obj/tracer/render/html/page.o: $(B)/gen/tracer/render/html/page.inc
