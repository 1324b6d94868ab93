# tests/install: what `make install` puts where, the manual pages, the completion.
SCRIPTS += install
SUITE_NEEDS_install := $(COMMANDS) $(MANUALS)
