# tests/bench: figures beside a peer's.  Not suites: they judge nothing, and want a machine that is not busy.
$(B)/bench/%: tests/bench/%.c
	$(say) CC $<
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $(CPPFLAGS) $(CFLAGS) -o $@ $<

.PHONY: bench-record
bench-record: $(B)/trapflow $(B)/bench/record $(B)/bench/calls  ## recording beside strace: on one CPU, as it comes, with stacks
	@if command -v strace >/dev/null; then $(B)/bench/record $(if $(filter json,$(FORMAT)),--json); \
	else echo 'bench-record: strace is not on this machine: make deps-all' >&2; fi
