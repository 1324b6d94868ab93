# Trapbook: from pthread_create to a hypervisor.  `make` says where you are; `make help` lists the rest.
# Each folder has a build.mk that says how its own things are built; this file holds what they share.

.DEFAULT_GOAL := where
.DELETE_ON_ERROR:
.SUFFIXES:
MAKEFLAGS += --no-builtin-rules --no-print-directory

# B is where everything built goes; another compiler or CPU gets another B, so that builds never mix.
B ?= build
ifeq ($(origin CC),default)
CC := gcc
endif
ARCH := $(firstword $(subst -, ,$(shell $(CC) -dumpmachine)))
VERSION := 0.1
CFLAGS ?= -O2 -g
override CFLAGS += -std=gnu11 -Wall -Wextra -Wpedantic -Wshadow -pthread -fno-omit-frame-pointer -fasynchronous-unwind-tables
override CPPFLAGS += -I. -I$(B)/gen -D_GNU_SOURCE -DTRAPBOOK_VERSION='"$(VERSION)"'
PKG_CONFIG ?= pkg-config

# Quiet by default: `make V=1` shows every command.
ifeq ($(V),1)
say = @:
else
Q := @
say = @printf '  %-8s %s\n'
endif

# Once, before anything is compiled: words about what is missing, instead of the compiler's.
$(B)/needs: .setup/packages
	$(Q)sh .setup/deps core
	$(Q)mkdir -p $(@D) && touch $@

$(B)/obj/%.o: %.c | $(B)/needs
	$(say) CC $<
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $(CPPFLAGS) $(CFLAGS) -MMD -MP -c -o $@ $<

-include .setup/build.mk
include tracer/build.mk lde-model/build.mk tests/build.mk exercises/build.mk solutions/build.mk slides/build.mk .setup/install/build.mk

.PHONY: all help demo bench format lint clean
all: $(COMMANDS) $(GRADER)  ## build the three commands: trapflow, lde, grade (and the suites that grade)

help:  ## this list
	@awk -F ':.*##' '/^[a-z][a-z0-9-]*:.*##/ { printf "  make %-14s%s\n", $$1, $$2 }' $(MAKEFILE_LIST)

demo: deps  ## the main job, end to end: grade, run two guests, draw what happened
	@$(MAKE) all
	@B=$(B) CC=$(CC) sh tests/demo

bench: all $(B)/lde-floor  ## figures, as ratios within one run: a reflected call against the floor; recording, the explorer and recorded locks against their peers
	@$(B)/lde-floor $(if $(filter json,$(FORMAT)),--json)
	@$(MAKE) bench-record
	@$(MAKE) bench-explore
	@$(MAKE) bench-threads
	@$(MAKE) bench-render

format:  ## every C file as .clang-format says
	clang-format -i $$(git ls-files '*.c' '*.h')

lint:  ## clang-tidy over the commands' sources
	clang-tidy --quiet $$(git ls-files 'tracer/*.c' 'tests/harness/*.c' 'tests/grader/*.c' 'lde-model/*.c') -- $(CPPFLAGS) -std=gnu11

clean:  ## built things gone
	rm -rf $(B)

-include $(shell find $(B)/obj -name '*.d' 2>/dev/null)
