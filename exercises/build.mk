# exercises/: what a student types.  EX is 02 or 02-shared-tally; FROM is exercises, solutions, a file or a folder,
# and reaches the shell through the environment, so that spaces and quotes in it do no harm.
FROM ?= exercises
EX ?=
SCENARIO ?=
SCHEDULE ?=
export EX FROM SCENARIO SCHEDULE
GRADE = $(B)/grade
as_json = $(if $(filter json,$(FORMAT)),--json)

# One exercise must be named.
need_ex = @[ -n "$$EX" ] || { echo "make: cannot $@ without an exercise: make $@ EX=01 (make list shows them)" >&2; exit 2; }

.PHONY: where check hint reset diagram grade list explore replay
where: $(GRADE)  ## where am I, and the one next thing to do
	@$(GRADE) where

list: $(GRADE)  ## all exercises, with points
	@$(GRADE) list

check: $(GRADER)  ## EX=01 [FROM=solutions]: grade it, and say what was lost and why
	$(need_ex)
	@$(GRADE) check "$$EX" --from "$$FROM" $(as_json)

hint: $(GRADE)  ## EX=01: the next hint
	$(need_ex)
	@$(GRADE) hint "$$EX"

grade: $(GRADER)  ## all exercises, one table
	@$(GRADE) all --from "$$FROM" $(as_json)

reset: $(GRADE)  ## EX=01: the stub again; your file is kept aside
	$(need_ex)
	@B='$(B)' sh exercises/reset "$$EX"

diagram: $(GRADE) $(B)/trapflow  ## EX=01 [FROM=…]: what your program's threads and traps did, as a picture; with SCHEDULE=…: then
	$(need_ex)
	@[ -z "$$SCHEDULE" ] || { B='$(B)' sh exercises/explore "$$EX" "$$FROM" '' "$$SCHEDULE"; [ $$? -le 1 ]; exit; }; \
	B='$(B)' sh exercises/diagram "$$EX" "$$FROM"

explore: $(GRADE) $(B)/trapflow  ## EX=02 [FROM=…] [SCENARIO=two-adds]: the interleavings of your threads: a proof up to a bound, or a witness
	$(need_ex)
	@B='$(B)' sh exercises/explore "$$EX" "$$FROM" "$$SCENARIO"

replay: $(GRADE) $(B)/trapflow  ## EX=02 SCHEDULE=…: one interleaving again, the one that a witness names
	$(need_ex)
	@[ -n "$$SCHEDULE" ] || { echo "make: cannot replay without a schedule: make replay EX=$(EX) SCHEDULE=… (make explore names one)" >&2; exit 2; }
	@B='$(B)' sh exercises/explore "$$EX" "$$FROM" '' "$$SCHEDULE"
