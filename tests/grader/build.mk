# The command `grade`, and one rule for the suite of every exercise: a folder tests/NN-name with a rubric.json.
COMMANDS += $(B)/grade
GRADER_OBJS := $(addprefix $(B)/obj/tests/grader/,main.o exercise.o compile.o refuse.o build.o judge.o progress.o show.o)

$(B)/grade: $(GRADER_OBJS) $(B)/obj/tests/harness/run.o
	$(say) LINK $@
	$(Q)$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ -ljansson

# A graded program is built from sources and these; its suite watches it from outside.
SUBJECT_OBJS := $(addprefix $(B)/obj/tests/harness/,birth_marks.o timed_marks.o perturb.o)
WATCHERS := $(addprefix $(B)/obj/tests/harness/,evidence.o calls.o traced.o birth.o birth_calls.o birth_order.o birth_memory.o \
	timed.o timed_calls.o timed_clock.o timed_memory.o timed_order.o timed_stops.o timed_story.o timed_evidence.o scenario.o explored.o real.o confine.o)
EXERCISES := $(patsubst tests/%/rubric.json,%,$(sort $(wildcard tests/[0-9][0-9]-*/rubric.json)))

define exercise_rule
$(B)/tests/$(1)/suite: $(B)/obj/tests/$(1)/suite.o $(WATCHERS) $(HARNESS) $(B)/obj/tests/harness/report.o
	$$(say) LINK $$@
	$$(Q)mkdir -p $$(@D)
	$$(Q)$$(CC) $$(CFLAGS) $$(LDFLAGS) -o $$@ $$^ -lcriterion -ljansson -lseccomp
endef
$(foreach e,$(EXERCISES),$(eval $(call exercise_rule,$(e))))

# All that `grade` needs to grade.
GRADER := $(B)/grade $(B)/trapflow $(EXPLORE_RUNTIME) $(SUBJECT_OBJS) $(EXERCISES:%=$(B)/tests/%/suite)

SUITES += grader
SUITE_NEEDS_grader := $(GRADER) $(B)/trapflow
SUITE_OBJS_grader := $(B)/obj/tests/harness/evidence.o $(B)/obj/tests/grader/accidents.o
SUITE_LIBS_grader := -ljansson
