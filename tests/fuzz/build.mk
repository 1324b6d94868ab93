# tests/fuzz: bytes that nobody meant, for what reads bytes from outside: logs, and an explorer's witness.
# Not a suite, because libFuzzer wants clang and time: `make fuzz` takes FUZZ_SECONDS for each.  What it finds gets a
# test in the suite of the part that it broke.
FUZZ_SECONDS ?= 30
FUZZ_CC ?= clang
FUZZ_FLAGS := -O1 -g -std=gnu11 -pthread -fno-omit-frame-pointer -fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=undefined
FUZZ_READERS := $(patsubst $(B)/obj/%,$(B)/fuzz/obj/%,$(TRACER_CORE) $(TRACER_SYSCALLS) $(TRACER_RENDER) $(TRACER_HTML) \
                  $(addprefix $(B)/obj/tracer/,render/stat.o diff/diff.o diff/alike.o usage.o)) \
                $(addprefix $(B)/fuzz/obj/tests/fuzz/,log.o packed.o)
FUZZ_WITNESS := $(addprefix $(B)/fuzz/obj/,tests/fuzz/witness.o tracer/explore/witness.o)

$(B)/fuzz/obj/%.o: %.c
	$(say) CC $<
	$(Q)mkdir -p $(@D)
	$(Q)$(FUZZ_CC) $(CPPFLAGS) $(FUZZ_FLAGS) -MMD -MP -c -o $@ $<
$(B)/fuzz/obj/tracer/syscalls/names.o: $(SYSCALL_TABLES)
$(B)/fuzz/obj/tracer/render/html/page.o: $(B)/gen/tracer/render/html/page.inc

$(B)/fuzz/log: $(FUZZ_READERS)
	$(say) LINK $@
	$(Q)$(FUZZ_CC) $(FUZZ_FLAGS) -fsanitize=fuzzer -o $@ $^ $(TRACER_RENDER_LIBS) $(EXPLORE_LIBS) -ljansson
$(B)/fuzz/witness: $(FUZZ_WITNESS)
	$(say) LINK $@
	$(Q)$(FUZZ_CC) $(FUZZ_FLAGS) -fsanitize=fuzzer -o $@ $^

$(B)/fuzz/pack: $(addprefix $(B)/obj/,tests/fuzz/pack.o tests/fuzz/packed.o tracer/event.o)
	$(say) LINK $@
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^

.PHONY: fuzz
fuzz: $(B)/fuzz/log $(B)/fuzz/witness $(B)/fuzz/pack $(B)/trapflow $(B)/lde  ## libFuzzer over all that reads logs, and witnesses (FUZZ_SECONDS=30 each)
	@B=$(B) SECONDS_EACH=$(FUZZ_SECONDS) sh tests/fuzz/run

-include $(shell find $(B)/fuzz/obj -name '*.d' 2>/dev/null)
