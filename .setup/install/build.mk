# INSTALLED and MANUALS, to which each folder adds, are what `make install` copies.  The commands find their guests and
# libraries beside themselves.
PREFIX ?= /usr/local
export PREFIX DESTDIR
.PHONY: install uninstall man
install: all man  ## PREFIX=/usr/local: the commands trapflow and lde, their manual pages and completion
	@sh .setup/install/install $(B) $(patsubst $(B)/%,%,$(INSTALLED) $(MANUALS))

uninstall:  ## PREFIX=/usr/local: and away with them
	@sh .setup/install/install --remove

man: $(MANUALS)  ## the manual pages, in build/man
$(B)/man/%.1: tracer/%.1
	$(Q)mkdir -p $(@D) && cp $< $@
$(B)/man/%.1: lde-model/%.1
	$(Q)mkdir -p $(@D) && cp $< $@
