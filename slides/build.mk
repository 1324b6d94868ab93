# slides/: the lecture deck, one HTML file that fetches nothing.  Its figures are drawn from runs recorded here and now;
# the code that it shows is cut out of the tree by slides/include.awk.
SLIDES := $(B)/slides
SLIDES_FIGURES := $(patsubst %,$(SLIDES)/figures/%.svg,gcf gcf-in-turn seven-steps two-guests)

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
$(SLIDES)/runs/gcf: solutions/01-threaded-gcf/gcf.c $(SLIDES_01)/pairs.h
$(SLIDES)/runs/gcf-in-turn: tests/01-threaded-gcf/mutants/join-in-create-loop.c $(SLIDES_01)/pairs.h
$(SLIDES)/runs/gcf $(SLIDES)/runs/gcf-in-turn:
	$(say) CC $@
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $(CFLAGS) -I$(SLIDES_01) -o $@ $<

# slides_run: a command that records, its output kept out of the way unless it fails.
slides_run = $(Q)mkdir -p $(@D); { $(1); } >$@.log 2>&1 || { cat $@.log >&2; exit 1; }

$(SLIDES)/runs/gcf.trap $(SLIDES)/runs/gcf-in-turn.trap: %.trap: % $(B)/trapflow
	$(say) RECORD $<
	$(call slides_run,$(B)/trapflow record -o $@ -- $<)

$(SLIDES)/runs/seven-steps.trap: $(B)/lde
	$(say) LDE $@
	$(call slides_run,$(B)/lde run --trace $@ hello)

$(SLIDES)/runs/two-guests.trap: $(B)/lde
	$(say) LDE $@
	$(call slides_run,$(B)/lde run --slice 10ms --trace $@ 'spin 20' 'spin 20')

SLIDES_SHOW_gcf := --title 'gcf.c: all created, then joined'
SLIDES_SHOW_gcf-in-turn := --title 'join-in-create-loop.c: each joined before the next is created'
SLIDES_SHOW_seven-steps := --title 'one system call, one OS'
SLIDES_SHOW_two-guests := --title 'two guests, one CPU, the timer'

$(SLIDES)/figures/%.svg: $(SLIDES)/runs/%.trap $(B)/trapflow
	$(say) RENDER $@
	$(Q)mkdir -p $(@D)
	$(Q)$(B)/trapflow render $< -f svg $(SLIDES_SHOW_$*) -o $@
.SECONDARY: $(SLIDES_FIGURES:$(SLIDES)/figures/%.svg=$(SLIDES)/runs/%.trap)
