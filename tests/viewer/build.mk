# tests/viewer: the page that trapflow render -f html makes, used in real Chromium.  The logs are made here, by every
# producer; a benchmark of its own measures how fast a page is made, opens and steps.
SCRIPTS += viewer
SUITE_NEEDS_viewer := $(B)/trapflow $(B)/lde $(B)/grade $(B)/tests/viewer/parties

$(B)/tests/viewer/parties: $(addprefix $(B)/obj/tests/,viewer/parties.o render/fixtures.o) $(TRACER_CORE)
	$(say) LINK $@
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^

.PHONY: bench-viewer
bench-viewer: $(B)/trapflow $(B)/lde $(B)/browser/installed  # how fast a page is made, opens and steps
	@B=$(B) sh tests/viewer/bench $(if $(filter json,$(FORMAT)),--json)
