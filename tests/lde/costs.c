/* What a call costs, by what `lde run --stats` counts: counts, not times. */
#include "tests/lde/lde.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* An emulated CPU is so many times slower than a real one. */
static int slower(void)
{
    const char *patience = getenv("TRAPBOOK_PATIENCE");
    return patience == NULL ? 1 : atoi(patience);
}

static double figure(const char *json, const char *name)
{
    char field[64];
    snprintf(field, sizeof field, "\"%s\":", name);
    const char *at = strstr(json, field);
    cr_assert_not_null(at, "no %s in %s", name, json);
    return strtod(at + strlen(field), NULL);
}

/* Runs getppid-loop, with `vm` before its name, and expects five entries into the host's kernel a trap.  The rest are
 * the watchdog's alarms: they come by the clock, so a slower CPU, which also gets fewer calls, sees more of them a
 * trap. */
static void expect_five_entries(const char *option, const char *vm, const char *calls_field)
{
    const int calls = 20000 / slower();
    struct run_result result;
    char program[64];
    snprintf(program, sizeof program, "%sgetppid-loop %d", vm, calls);
    LDE(&result, 0, "run", "--slice", "traps:1000", "--stats", "--json", option, program);
    cr_expect_leq(figure(result.out, "kernel_entries_per_trap"), 5 + 0.02 * slower(), "%s", result.out);
    cr_expect_eq(figure(result.out, calls_field), calls, "%s", result.out);
    run_free(&result);
}

Test(bare, five_kernel_entries_a_trap)
{
    expect_five_entries("--mode=bare", "", "calls");
}

Test(trap, five_kernel_entries_a_trap)
{
    expect_five_entries("--vm", "tickos:", "reflected_calls");
}

Test(trap, a_reflected_call_takes_as_many_traps_as_its_cpu_demands)
{
    double traps[2];
    int said = 0;
    struct run_result result;
    for (int run = 0; run < 2; run++) { /* two lengths, so that booting cancels out */
        LDE(&result, 0, "run", "--slice", "traps:1000000", "--stats", "--json", "--vm",
            run == 0 ? "yieldos:getppid-loop 100" : "yieldos:getppid-loop 600");
        traps[run] = figure(result.out, "syscall") + figure(result.out, "privileged");
        run_free(&result);
    }
    LDE(&result, 0, "run", "--slice", "traps:1000", "--stats", "--vm", "yieldos:getppid-loop 1");
    const char *words = strstr(result.out, "a call through the guest OS takes ");
    cr_assert(words != NULL && sscanf(words, "a call through the guest OS takes %d: ", &said) == 1, "%s", result.out);
    cr_expect_eq(traps[1] - traps[0], 500 * said, "%f more traps for 500 more calls", traps[1] - traps[0]);
    run_free(&result);
}
