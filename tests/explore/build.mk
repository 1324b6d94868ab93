# tests/explore: the explorer against a corpus of right and wrong programs, attacks, and what it must refuse.
SUITES += explore
SUITE_OBJS_explore := $(TRACER_CORE)
SUITE_NEEDS_explore := $(B)/trapflow

.PHONY: bench-explore
bench-explore: $(B)/trapflow  ## schedules a second, and bugs found beside ThreadSanitizer and helgrind
	@B=$(B) sh tests/explore/bench

# The corpus built for another CPU, by this machine's trapflow: tests/aarch64 explores it there.
$(B)/explore-corpus/built: $(EXPLORE_RUNTIME) $(wildcard tests/explore/corpus/*.c)
	$(say) BUILD $(@D)
	$(Q)mkdir -p $(@D)
	$(Q)env -u PKG_CONFIG_LIBDIR -u PKG_CONFIG_SYSROOT_DIR $(MAKE) B=$(B)/obj/host CC=gcc $(B)/obj/host/trapflow
	$(Q)for source in $(filter %.c,$^); do \
		$(B)/obj/host/trapflow explore --build-only -o $(@D)/$$(basename $$source .c) --cc $(firstword $(CC)) \
			--runtime $(EXPLORE_RUNTIME) --build -- $$source || exit 1; \
	done
	$(Q)touch $@
