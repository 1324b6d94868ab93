# tests/soak: the same work graded again under load; hours are welcome, so it is no part of `make test`.
.PHONY: soak
soak: $(GRADER)  ## [EX=02]: grade all twice under load, with 100 real runs: no verdict may change by a byte
	@B='$(B)' EX='$(EX)' sh tests/soak/run
