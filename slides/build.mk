# slides/: the lecture deck, one HTML file that fetches nothing.  Its figures are drawn from runs recorded here and now;
# the code that it shows is cut out of the tree by slides/include.awk.
SLIDES := $(B)/slides
SLIDES_FIGURES := $(patsubst %,$(SLIDES)/figures/%.svg,together in-turn seven-steps two-guests)

.PHONY: slides
slides: $(SLIDES)/trapbook.html  ## the lecture deck, its figures drawn from runs recorded on this machine
	@echo "  the deck is $<: open it in any browser (S: speaker's notes, Esc: overview, ?print-pdf: to print)"

$(SLIDES)/trapbook.html: $(SLIDES)/trapbook.md slides/template.html slides/theme.css $(SLIDES)/installed $(SLIDES_FIGURES)
	$(say) PANDOC $@
	$(Q)one_file=--self-contained; pandoc --help | grep -q -e --embed-resources && one_file='--embed-resources --standalone'; \
	pandoc -f markdown-implicit_figures -t revealjs --slide-level=2 $$one_file --template=slides/template.html \
	    -V revealjs-url=$(SLIDES)/node_modules/reveal.js --css=slides/theme.css \
	    --resource-path=$(SLIDES):. --metadata pagetitle='Trapbook: from a thread to a virtual machine' -o $@ $<

# The deck with its code blocks filled; slides.d names the files that they came from.
$(SLIDES)/trapbook.md: slides/trapbook.md slides/include.awk
	@mkdir -p $(@D)
	$(Q)awk -f slides/include.awk $< >$@
	$(Q)sed -n 's,^```.* include="\([^"]*\)".*,$@: \1\n\1:,p' $< >$@.d
-include $(SLIDES)/trapbook.md.d

$(SLIDES)/installed: slides/package.json slides/package-lock.json
	$(say) NPM $(@D)/node_modules
	$(Q)mkdir -p $(@D) && cp $^ $(@D)/
	$(Q)cd $(@D) && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error >npm.log 2>&1 || { cat npm.log >&2; exit 1; }
	@touch $@

# --- figures: a run recorded, and the part of it that a slide shows ---
# Both answers to the warm-up, with the exercise's own numbers.
SLIDES_01 := exercises/01-threaded-gcf
$(SLIDES)/runs/together/gcf: solutions/01-threaded-gcf/gcf.c $(SLIDES_01)/pairs.h
$(SLIDES)/runs/in-turn/gcf: tests/01-threaded-gcf/mutants/join-in-create-loop.c $(SLIDES_01)/pairs.h
$(SLIDES)/runs/together/gcf $(SLIDES)/runs/in-turn/gcf:
	$(say) CC $@
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $(CFLAGS) -I$(SLIDES_01) -o $@ $<

# slides_run: a command that records, its output kept out of the way unless it fails.
slides_run = $(Q)mkdir -p $(@D); { $(1); } >$@.log 2>&1 || { cat $@.log >&2; exit 1; }

# Threads this short may end before the last is created: then the run is as right, but shows less, and the next is taken.
$(SLIDES)/runs/together.trap: $(SLIDES)/runs/together/gcf $(B)/trapflow slides/overlap.awk
	$(say) RECORD $<
	$(call slides_run,for try in 1 2 3 4 5 6 7 8 9; do $(B)/trapflow record -o $@ -- $< || exit; \
	    $(B)/trapflow render $@ -f jsonl | awk -f slides/overlap.awk && break; done; true)

$(SLIDES)/runs/in-turn.trap: $(SLIDES)/runs/in-turn/gcf $(B)/trapflow
	$(say) RECORD $<
	$(call slides_run,$(B)/trapflow record -o $@ -- $<)

$(SLIDES)/runs/seven-steps.trap: $(B)/lde
	$(say) LDE $@
	$(call slides_run,$(B)/lde run --trace $@ hello)

$(SLIDES)/runs/two-guests.trap: $(B)/lde
	$(say) LDE $@
	$(call slides_run,$(B)/lde run --slice 10ms --trace $@ 'spin 20' 'spin 20')

# What each figure shows of its run: options of render, and where it is a part of the run, what that begins and ends with.
SLIDES_SHOW_together := --slide --kind start,clone,thread-exit,join-wait,join-done --title 'gcf.c: all are created before the first is joined'
SLIDES_SHOW_in-turn := --slide --kind start,clone,thread-exit,join-wait,join-done --title 'one loop: each is joined before the next is created'
SLIDES_SHOW_seven-steps := --slide --title 'one system call of a process, one OS'
SLIDES_PART_seven-steps := -v from='"kind":"trap"' -v to='"kind":"resume"'
SLIDES_SHOW_two-guests := --slide --fold 0 --title 'two guests, one CPU, a timer'
SLIDES_PART_two-guests := -v from='"kind":"resume"' -v to='"kind":"resume"' -v nth=2

$(SLIDES)/figures/%.svg: $(SLIDES)/runs/%.trap $(B)/trapflow slides/window.awk slides/build.mk
	$(say) RENDER $@
	$(Q)mkdir -p $(@D)
	$(Q)part=$(if $(SLIDES_PART_$*),$$($(B)/trapflow render $< -f jsonl | awk -f slides/window.awk $(SLIDES_PART_$*))) || exit 1; \
	$(B)/trapflow render $< -f svg $(SLIDES_SHOW_$*) $$part -o $@
.SECONDARY: $(SLIDES_FIGURES:$(SLIDES)/figures/%.svg=$(SLIDES)/runs/%.trap)

# The front page shows one of them, at the size of a page; refreshed by hand, since every recording has times of its own.
.PHONY: readme-picture
readme-picture: $(SLIDES)/figures/seven-steps.svg
	$(Q)part=$$($(B)/trapflow render $(SLIDES)/runs/seven-steps.trap -f jsonl | awk -f slides/window.awk $(SLIDES_PART_seven-steps)) && \
	$(B)/trapflow render $(SLIDES)/runs/seven-steps.trap -f svg --title 'one system call of a process, one OS' $$part -o slides/seven-steps.svg

include slides/gallery/build.mk
