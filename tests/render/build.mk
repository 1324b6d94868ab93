# tests/render: from a log to pictures.  The suite runs the command, and measures the layout in its own process.
SUITES += render
SUITE_OBJS_render := $(TRACER_CORE) $(TRACER_SYSCALLS) \
                     $(addprefix $(B)/obj/tests/render/,fixtures.o xml.o shared.o diagrams.o exports.o explored.o handovers.o trace_rules.o) \
                     $(filter-out %/command.o %/options.o %/text.o %/jsonl.o,$(TRACER_RENDER))
SUITE_LIBS_render := -ljansson $(TRACER_RENDER_LIBS) $(EXPLORE_LIBS)
SUITE_NEEDS_render := $(B)/trapflow

# Figures, not tests: what it costs to show a million events.
$(B)/tests/render/make_log: $(addprefix $(B)/obj/tests/render/,make_log.o fixtures.o) $(TRACER_CORE)
$(B)/tests/render/bench: $(B)/obj/tests/render/bench.o
$(B)/tests/render/make_log $(B)/tests/render/bench:
	$(say) LINK $@
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^
.PHONY: bench-render
bench-render: $(B)/trapflow $(B)/tests/render/make_log $(B)/tests/render/bench  ## what it costs to show a log of a million events, in every format
	@$(B)/tests/render/bench $(B)/trapflow $(B)/tests/render/make_log $(B)/tests/render $(if $(filter json,$(FORMAT)),--json)
