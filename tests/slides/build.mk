# tests/slides: the deck, walked slide by slide in real Chromium.  The suite itself makes the deck, so that a deck that
# cannot be built is a failed test and not the end of all tests.
SCRIPTS += slides
SUITE_NEEDS_slides := $(B)/trapflow $(B)/lde
