# The matrix over all exercises: a program of its own that appends result lines, as a suite does.
SCRIPTS += matrix
SUITE_NEEDS_matrix := $(B)/tests/matrix/suite $(GRADER)

$(B)/tests/matrix/suite: $(addprefix $(B)/obj/tests/,matrix/matrix.o harness/evidence.o) $(HARNESS)
	$(say) LINK $@
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ -ljansson
