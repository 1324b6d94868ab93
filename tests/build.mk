# tests/: the harness, and one rule for every suite.  A folder's own build.mk adds its name either
#   to SUITES   a Criterion program made of tests/NAME/suite.c, the harness, SUITE_OBJS_NAME and SUITE_LIBS_NAME
#   to SCRIPTS  a script, tests/NAME/suite, that appends the same result lines
# and says in SUITE_NEEDS_NAME what must be built before it runs.
HARNESS := $(addprefix $(B)/obj/tests/harness/,run.o check.o results.o)
SUITES :=
SCRIPTS :=

-include $(sort $(wildcard tests/*/build.mk))

define suite_rule
$(B)/tests/$(1)/suite: $(B)/obj/tests/$(1)/suite.o $(SUITE_OBJS_$(1)) $(HARNESS) $(B)/obj/tests/harness/report.o
	$$(say) LINK $$@
	$$(Q)mkdir -p $$(@D)
	$$(Q)$$(CC) $$(CFLAGS) $$(LDFLAGS) -o $$@ $$(sort $$(filter %.o,$$^)) -lcriterion $(SUITE_LIBS_$(1))
test-$(1): $(B)/tests/$(1)/suite
endef
$(foreach s,$(SUITES),$(eval $(call suite_rule,$(s))))

.PHONY: test tests
tests: $(SUITES:%=$(B)/tests/%/suite) $(foreach s,$(SUITES) $(SCRIPTS),$(SUITE_NEEDS_$(s)))

test: deps  ## everything; ends with `N passed, N failed`
	@$(MAKE) all tests
	@B=$(B) sh tests/run $(SUITES) $(SCRIPTS)

define test_rule
.PHONY: test-$(1)
test-$(1): $(SUITE_NEEDS_$(1))  # one suite alone
	@B=$(B) sh tests/run $(1)
endef
$(foreach s,$(SUITES) $(SCRIPTS),$(eval $(call test_rule,$(s))))
