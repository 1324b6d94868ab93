/* One run, from memory to the last word.  The loop in the middle is the model; the rest sets the table for it. */
#include "lde-model/command/command.h"
#include "lde-model/os.h"
#include "lde-model/support/loader.h"

#include <errno.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Guests and hypervisor thread share one CPU: as in the lecture, and a wake-up across CPUs costs five times a trap. */
static void pin_to_one_cpu(void)
{
    cpu_set_t one;
    CPU_ZERO(&one);
    CPU_SET((unsigned)sched_getcpu(), &one);
    sched_setaffinity(0, sizeof one, &one);
}

static int start_run(struct lde *lde, const struct run_options *asked)
{
    char error[LOG_ERROR_MAX];
    pin_to_one_cpu();
    setvbuf(stdout, NULL, _IOLBF, 1 << 12);
    lde->engine = &engine_ptrace;
    if (clock_start(&lde->clock, asked->slice_ns, asked->slice_traps) != 0) {
        lde_say("cannot make a timer: %s (%s)", strerror(errno), strerrorname_np(errno));
        return -1;
    }
    if (asked->trace != NULL
        && ladder_start(&lde->ladder, &lde->clock, asked->trace, asked->command_line, error) != 0) {
        lde_say("cannot %s", error);
        return -1;
    }
    return 0;
}

static int end_run(struct lde *lde, const struct run_options *asked, uint64_t wall_ns)
{
    FILE *out = stdout;
    ladder_stop(&lde->ladder);
    clock_stop();
    if (asked->stats_file != NULL && (out = fopen(asked->stats_file, "we")) == NULL) {
        lde_say("cannot write %s: %s (%s)", asked->stats_file, strerror(errno), strerrorname_np(errno));
        return COMMAND_BAD_INPUT;
    }
    if (asked->stats)
        stats_print(out, asked, lde, wall_ns);
    if (fflush(out) != 0 || (out != stdout && fclose(out) != 0)) {
        lde_say("cannot write the output: %s (%s)", strerror(errno), strerrorname_np(errno));
        return 1;
    }
    return lde->failed;
}

static int load_programs(struct os *os, struct run_options *options)
{
    char error[256];
    for (unsigned i = 0; i < options->programs; i++) {
        struct boot_program boot;
        if (loader_load_program(&os->memory, i, &options->program[i], &boot, error) != 0) {
            lde_say("cannot load guest '%s': %s", options->program[i].text, error);
            return COMMAND_BAD_INPUT;
        }
        if (os_start(os, i, &boot, &options->program[i], error) != 0) {
            lde_say("%s", error);
            return 1;
        }
    }
    return 0;
}

int run_bare(struct run_options *options)
{
    static struct os os; /* too large for a stack that guests are forked from */
    struct lde lde = {0};
    if (start_run(&lde, options) != 0)
        return COMMAND_BAD_INPUT;
    if (memory_create(&os.memory) != 0) {
        lde_say("cannot make the machine's memory: %s (%s)", strerror(errno), strerrorname_np(errno));
        return 1;
    }
    os_boot(&os, &lde);
    int failed = load_programs(&os, options);
    const uint64_t start_ns = clock_real_ns();

    for (const struct trap *trap; failed == 0 && (trap = os_next_trap(&os)) != NULL;)
        os_handle(&os, trap);

    const uint64_t wall_ns = clock_real_ns() - start_ns;
    os_halt(&os);
    memory_destroy(&os.memory);
    const int status = end_run(&lde, options, wall_ns);
    return failed != 0 ? failed : status;
}
