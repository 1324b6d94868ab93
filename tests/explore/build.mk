# tests/explore: the explorer against a corpus of right and wrong programs, attacks, and what it must refuse.
SUITES += explore
EXPLORE_CORPUS := $(basename $(notdir $(wildcard tests/explore/corpus/*.c)))
EXPLORE_BUILT := $(EXPLORE_CORPUS:%=$(B)/tests/explore/gcc/%) \
	$(if $(shell command -v clang),$(EXPLORE_CORPUS:%=$(B)/tests/explore/clang/%))
SUITE_OBJS_explore := $(TRACER_CORE) $(addprefix $(B)/obj/tests/explore/,answers.o agreement.o people.o)
SUITE_NEEDS_explore := $(B)/trapflow $(EXPLORE_BUILT)

# The corpus built once by each compiler, for the tests that explore it again and again.
define explore_built
$(B)/tests/explore/$(1)/%: tests/explore/corpus/%.c $(B)/trapflow $(EXPLORE_RUNTIME)
	$$(say) BUILD $$@
	$$(Q)mkdir -p $$(@D)
	$$(Q)$(B)/trapflow explore --build-only -o $$@ --cc $(1) --build -- -w $$<
endef
$(foreach compiler,gcc clang,$(eval $(call explore_built,$(compiler))))

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
