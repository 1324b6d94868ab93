/* trapflow record --stacks: the chain of calls behind each trap, by name and in order. */
#include "tests/harness/check.h"
#include "tests/record/seen.h"
#include "tracer/arch/registers.h"
#include "tracer/record/symbols.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FRAMES_MOST = 64 };

struct frames {
    unsigned count;
    char name[FRAMES_MOST][128];
};

static void record_stacks(struct log_view *view, const char *name, const char *argument, const char *output)
{
    char path[512], error[LOG_ERROR_MAX];
    struct run_result result;

    snprintf(path, sizeof path, "tests/record/programs/%s", name);
    snprintf(path, sizeof path, "%s", check_built(path));
    cr_assert(run_words(&result, check_built("trapflow"), "record", "--stacks", "-o", check_path("t.trap"), "--", path,
                        argument, NULL) == 0);
    cr_assert(run_exit_code(&result) == 0 && strcmp(result.out, output) == 0, "said %s%s", result.out, result.err);
    run_free(&result);
    cr_assert(log_view_open(view, check_path("t.trap"), error) == LOG_OK, "cannot %s", error);
    cr_assert(view->lost == 0);
}

/* The named frames of the stack of the event at `entry`. */
static void read_stack(const struct log_view *view, struct symbols *symbols, size_t entry, struct frames *frames)
{
    uint32_t seq = view->entries[entry].event->seq;

    frames->count = 0;
    for (size_t i = entry + 1; i < view->count; i++) {
        const struct event_stack *stack = EVENT_PAYLOAD(view->entries[i].event, stack);
        if (view->entries[i].event->kind != EVENT_STACK || stack->about != seq)
            continue;
        cr_assert(stack->depth == frames->count && stack->of <= FRAMES_MOST);
        for (unsigned f = 0; f < stack->used; f++, frames->count++) {
            struct symbol symbol = symbols_find(symbols, i, stack->pc[f], frames->count);
            symbols_text(&symbol, stack->pc[f], frames->name[frames->count], sizeof frames->name[0]);
        }
        if (frames->count == stack->of)
            break;
    }
}

/* All frames, for the message of a test that fails. */
static const char *all(const struct frames *frames)
{
    static char text[FRAMES_MOST * 130];
    size_t used = 0;

    text[0] = '\0';
    for (unsigned i = 0; i < frames->count; i++)
        used += (size_t)snprintf(text + used, sizeof text - used, "%s; ", frames->name[i]);
    return text;
}

/* The functions stand in this order, innermost first; others may be between them if `apart`. */
static void assert_order(const struct frames *frames, const char *const names[], bool apart)
{
    unsigned at = 0;

    for (unsigned i = 0; names[i] != NULL; i++, at++) {
        size_t length = strlen(names[i]);
        while (at < frames->count && (apart || i == 0) && strncmp(frames->name[at], names[i], length) != 0)
            at++;
        cr_assert(at < frames->count && strncmp(frames->name[at], names[i], length) == 0 &&
                      strchr(" +", frames->name[at][length]) != NULL,
                  "%s is not in its place: %s", names[i], all(frames));
    }
}

static void assert_chain(const char *program, bool through_libc)
{
    static const char *const chain[] = {"innermost", "middle", "outermost", "main", NULL};
    static const char *const sort[] = {"compare", "qsort_r", "main", NULL};
    struct log_view view;
    struct symbols *symbols;
    struct frames frames;
    struct call_seen seen;

    record_stacks(&view, program, NULL, "here\nsort\n");
    cr_assert((symbols = symbols_read(&view)) != NULL);
    read_stack(&view, symbols, find_call(&view, 0, "write(1, \"here", &seen), &frames);
    assert_order(&frames, chain, false);
    cr_assert(check_has(frames.name[0], "write"), "saw %s", frames.name[0]); /* libc's own */
    cr_assert(check_has(all(&frames), "innermost (chain.c:"), "no source line: %s", all(&frames));
    /* Through libc, which has no frame pointers: its unwind tables lead back to the program. */
    read_stack(&view, symbols, find_call(&view, 0, "write(1, \"sort", &seen), &frames);
    if (through_libc)
        assert_order(&frames, sort, true);
    symbols_free(symbols);
    log_view_free(&view);
}

Test(stacks, name_the_callers_in_order)
{
    assert_chain("chain", true);
}

Test(stacks, of_a_program_at_a_fixed_address)
{
    assert_chain("chain-fixed", true);
}

Test(stacks, of_a_program_without_unwind_tables)
{
    assert_chain("chain-bare", false);
}

Test(stacks, are_named_in_jsonl)
{
    struct log_view view;
    struct run_result result;

    record_stacks(&view, "chain", NULL, "here\nsort\n");
    log_view_free(&view);
    cr_assert(run_words(&result, check_built("trapflow"), "render", check_path("t.trap"), "-f", "jsonl", "--kind",
                        "stack", NULL) == 0 &&
              run_exit_code(&result) == 0);
    cr_assert(check_has(result.out, "\"innermost (chain.c:") && check_has(result.out, ",\"outermost (chain.c:"),
              "saw %s", result.out);
    run_free(&result);
}

/* What is learnt about one place is kept for the next stack: all of them must come out the same. */
Test(stacks, are_the_same_every_time)
{
    static const char *const chain[] = {"descend", "descend", "descend", "main", NULL};
    struct log_view view;
    struct symbols *symbols;
    struct frames first, other;
    struct call_seen seen;
    size_t entry = 0;

    record_stacks(&view, "chain", "20", "");
    cr_assert((symbols = symbols_read(&view)) != NULL);
    for (unsigned times = 0; times < 20; times++, entry++) {
        entry = find_call(&view, entry, "getppid", &seen);
        cr_assert(entry < view.count, "only %u calls", times);
        read_stack(&view, symbols, entry, times == 0 ? &first : &other);
        cr_assert(times == 0 || (first.count == other.count && strcmp(first.name[11], other.name[11]) == 0));
    }
    assert_order(&first, chain, true);
    cr_assert(first.count >= 12 && strncmp(first.name[10], "descend ", 8) == 0 &&
                  strncmp(first.name[11], "main ", 5) == 0,
              "saw %s", all(&first));
    symbols_free(symbols);
    log_view_free(&view);
}

/* A process of its own after fork, other code after exec. */
Test(stacks, follow_fork_and_exec)
{
    struct log_view view;
    struct symbols *symbols;
    struct frames frames;
    struct call_seen seen;
    char command[600], chain[512], error[LOG_ERROR_MAX];
    struct run_result result;

    snprintf(chain, sizeof chain, "%s", check_built("tests/record/programs/chain"));
    snprintf(command, sizeof command, "'%s' >/dev/null; echo done", chain);
    cr_assert(run_words(&result, check_built("trapflow"), "record", "--stacks", "-o", check_path("t.trap"), "--", "sh",
                        "-c", command, NULL) == 0);
    cr_assert(run_exit_code(&result) == 0 && strcmp(result.out, "done\n") == 0, "said %s", result.err);
    run_free(&result);
    cr_assert(log_view_open(&view, check_path("t.trap"), error) == LOG_OK, "cannot %s", error);
    cr_assert((symbols = symbols_read(&view)) != NULL);
    read_stack(&view, symbols, find_call(&view, 0, "write(1, \"here", &seen), &frames);
    assert_order(&frames, (const char *const[]){"innermost", "middle", "outermost", "main", NULL}, false);
    read_stack(&view, symbols, find_call(&view, 0, "write(1, \"done", &seen), &frames);
    cr_assert(frames.count > 2 && !check_has(all(&frames), "innermost"), "saw %s", all(&frames));
    symbols_free(symbols);
    log_view_free(&view);
}

/* The registers that follow the event at `entry`, in the order of tracer/arch/registers.h; returns how many there are.
 */
static unsigned read_registers(const struct log_view *view, size_t entry, uint64_t value[REGISTER_COUNT])
{
    unsigned count = 0;

    for (size_t i = entry + 1; i < view->count && count < REGISTER_COUNT; i++) {
        const struct event *event = view->entries[i].event;
        const struct event_registers *part = EVENT_PAYLOAD(event, registers);

        if (event->kind != EVENT_REGISTERS || part->about != view->entries[entry].event->seq)
            continue;
        cr_assert(part->first == count && event->lane == view->entries[entry].event->lane);
        for (unsigned r = 0; r < part->used && count < REGISTER_COUNT; r++)
            value[count++] = part->value[r];
    }
    return count;
}

/* With the stack come the registers that it was walked from. */
Test(stacks, begin_with_the_registers)
{
    uint64_t value[REGISTER_COUNT];
    struct log_view view;
    unsigned seen = 0;

    record_stacks(&view, "chain", NULL, "here\nsort\n");
    for (size_t i = 0; i < view.count; i++) {
        const struct event *event = view.entries[i].event;

        if (event->kind != EVENT_SYSCALL_ENTER || seen++ < 2) /* our own execve; what comes before the program */
            continue;
        cr_assert(read_registers(&view, i, value) == REGISTER_COUNT, "event %u has none", event->seq);
        cr_assert(value[REGISTER_PC] == EVENT_PAYLOAD(event, syscall)->pc && value[REGISTER_STACK] != 0);
    }
    cr_assert(seen > 2);
    log_view_free(&view);
}
