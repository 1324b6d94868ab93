/* One run, from memory to the last word.  The loops in the middle are the model; the rest sets the table for them. */
#include "lde-model/command/command.h"
#include "lde-model/engine/host.h"
#include "lde-model/engine/seats.h"
#include "lde-model/hypervisor.h"
#include "lde-model/os.h"
#include "lde-model/support/loader.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct ladder *shown; /* --show-host: where host calls are shown */

static void show_host_call(unsigned number, uint64_t request, uint64_t pid, uint64_t argument)
{
    LADDER(shown, EVENT_HOST, 0, EVENT_LANE(LANE_HOST, 0), syscall, .number = number, .machine = ARCH_MACHINE,
           .argument = {request, pid, argument});
}

static FILE *stats_file; /* --stats=FILE: opened before the run, so that nothing has been run for nothing */

static int start_run(struct lde *lde, const struct run_options *asked)
{
    char error[LOG_ERROR_MAX];
    setvbuf(stdout, NULL, _IOLBF, 1 << 12);
    lde->engine = &engine_ptrace;
    lde->seats = asked->cpus;
    if (clock_start(&lde->clock, asked->slice_ns, asked->slice_traps, asked->patience_ns, asked->cpus) != 0) {
        if (errno == EINVAL)
            lde_say("cannot use %u CPUs: this process may use fewer (nproc says how many)", asked->cpus);
        else
            lde_say("cannot make a timer: %s (%s)", strerror(errno), strerrorname_np(errno));
        return -1;
    }
    if (asked->trace != NULL &&
        ladder_start(&lde->ladder, &lde->clock, asked->trace, asked->command_line, error) != 0) {
        error[strcspn(error, ";")] = '\0'; /* there comes how the recorder is told */
        lde_say("cannot %s; name another file with --trace", error);
        return -1;
    }
    if (asked->stats_file != NULL && (stats_file = fopen(asked->stats_file, "we")) == NULL) {
        lde_say("cannot write the statistics to '%s': %s (%s); name another file with --stats=", asked->stats_file,
                strerror(errno), strerrorname_np(errno));
        return -1;
    }
    lde->ladder.stacks.on = asked->stacks;
    return 0;
}

/* From here on, each host call is an event, too: starting guests is not what a trap costs. */
static void begin_to_count(struct lde *lde, const struct run_options *asked)
{
    host_counts = (struct host_counts){0};
    if (!asked->show_host)
        return;
    shown = &lde->ladder;
    ladder_lane(shown, EVENT_LANE(LANE_HOST, 0), EVENT_LANE(LANE_HOST, 0), "host OS");
    host_observer = show_host_call;
}

static int end_run(struct lde *lde, const struct run_options *asked, uint64_t start_ns, const struct vm *vms)
{
    FILE *out = stats_file == NULL ? stdout : stats_file;
    const uint64_t wall_ns = clock_real_ns() - start_ns;
    host_observer = NULL;
    ladder_stop(&lde->ladder);
    clock_stop();
    if (asked->stats)
        stats_print(out, asked, lde, wall_ns, vms);
    if (fflush(out) != 0 || (out != stdout && fclose(out) != 0)) {
        lde_say("cannot write the output: %s (%s)", strerror(errno), strerrorname_np(errno));
        return 1;
    }
    return seats_stop_asked() ? 128 + seats_stop_asked() : lde->failed;
}

/* ---- mode bare ---- */

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
    const int failed = load_programs(&os, options);
    const uint64_t start_ns = clock_real_ns();
    lde.clock.last_slice = options->slices;
    begin_to_count(&lde, options);

    for (const struct trap *trap; failed == 0 && (trap = os_next_trap(&os)) != NULL;)
        os_handle(&os, trap);

    os_halt(&os);
    memory_destroy(&os.memory);
    const int status = end_run(&lde, options, start_ns, NULL);
    return failed != 0 ? failed : status;
}

/* ---- mode trap ---- */

static int make_vms(struct hypervisor *hypervisor, struct vm *vms, const struct run_options *options)
{
    for (unsigned i = 0; i < options->vms; i++) {
        const struct vm_request *asked = &options->vm[i];
        if (vm_create(&vms[i], hypervisor->lde, i + 1, asked->os, asked->kernel, asked->program, asked->programs) != 0)
            return COMMAND_BAD_INPUT;
        hypervisor_add(hypervisor, &vms[i]);
    }
    return 0;
}

int run_trap(struct run_options *options)
{
    static struct hypervisor hypervisor;
    struct lde lde = {0};
    struct vm *vms = calloc(options->vms, sizeof *vms);
    if (vms == NULL || start_run(&lde, options) != 0)
        return COMMAND_BAD_INPUT;
    hypervisor_start(&hypervisor, &lde);
    const int failed = make_vms(&hypervisor, vms, options);
    const uint64_t start_ns = clock_real_ns();
    lde.clock.last_slice = options->slices;
    begin_to_count(&lde, options);

    for (const struct trap *trap; failed == 0 && (trap = hypervisor_next_trap(&hypervisor)) != NULL;)
        hypervisor_handle(&hypervisor, trap);

    for (unsigned i = 0; i < hypervisor.vms; i++)
        vm_destroy(hypervisor.vm[i]);
    const int status = end_run(&lde, options, start_ns, vms);
    free(vms);
    return failed != 0 ? failed : status;
}
