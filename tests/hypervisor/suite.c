/* The model under a hypervisor, from outside, and what its traps cost: counts, not times. */
#include "tests/lde/background.h"
#include "tests/lde/lde.h"
#include "tests/lde/trace.h"

#include <asm/unistd.h>
#include <criterion/criterion.h>
#include <dirent.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

Test(trap, two_oses_run_their_own_programs_and_repeat_exactly)
{
    struct run_result result;
    const char *trace = check_path("two.trap");
    char *first = NULL;
    for (int run = 0; run < 10; run++) {
        LDE(&result, 0, "run", "--vm", "tickos:gcf", "--vm", "yieldos:hello", "--slice", "traps:7", "--trace", trace);
        cr_expect(check_has(result.out, GCF), "%s", result.out);
        cr_expect(check_has(result.out, "hello from a guest\n"));
        cr_expect_str_eq(result.err, "");
        char *now = trace_fingerprint(trace);
        cr_assert_not_null(now);
        if (first == NULL)
            first = strdup(now);
        cr_assert_str_eq(now, first, "run %d differs", run);
        free(now);
        run_free(&result);
    }
    cr_expect_gt(check_count(first, "slice-end"), 5);
    free(first);
}

Test(trap, a_reflected_call_takes_nine_steps_in_the_right_lanes)
{
    struct run_result result;
    const char *trace = check_path("nine.trap");
    LDE(&result, 0, "run", "--slice", "traps:1000", "--vm", "tickos:getppid-loop 3", "--vm", "yieldos:hello", "--trace",
        trace);
    cr_expect_str_eq(trace_steps(trace, "process:1", __NR_getppid, 2),
                     "1 hypervisor, 2 hypervisor, 3 hypervisor, 4 guest-os:1, 5 guest-os:1, 6 hypervisor, "
                     "7 hypervisor, 8 process:1, 9 process:1");
    cr_expect_str_eq(trace_steps(trace, "process:17", 7001, 0),
                     "1 hypervisor, 2 hypervisor, 3 hypervisor, 4 guest-os:2, 5 guest-os:2, 6 hypervisor, "
                     "7 hypervisor, 8 process:17, 9 process:17");
    run_free(&result);
}

Test(trap, every_program_prints_what_it_prints_on_the_bare_machine)
{
    static const char *const programs[] = {"hello", "gcf", "chat", "files", "getppid-loop"};
    struct run_result bare, trap;
    for (size_t i = 0; i < sizeof programs / sizeof *programs; i++) {
        char vm[64];
        snprintf(vm, sizeof vm, "tickos:%s", programs[i]);
        LDE(&bare, 0, "run", programs[i]);
        LDE(&trap, 0, "run", "--vm", vm);
        cr_expect_str_eq(trap.out, bare.out, "%s", programs[i]);
        run_free(&bare);
        run_free(&trap);
    }
}

Test(trap, a_spinner_does_not_starve_its_neighbour_or_its_own_os)
{
    char spin[64];
    struct run_result result;
    snprintf(spin, sizeof spin, "tickos:spin %d", 600 / slower());
    LDE(&result, 0, "run", "--vm", spin, "--vm", "yieldos:hello", "--slice", "traps:7", "--patience", "20ms", "--stats",
        "--json");
    cr_expect(check_has(result.out, "hello from a guest\n"));
    cr_expect(check_has(result.out, "\"repeatable\":false"), "%s", result.out);
    run_free(&result);
    snprintf(spin, sizeof spin, "tickos:spin %d,hello,spin %d", 200 / slower(), 200 / slower());
    LDE(&result, 0, "run", "--slice", short_slice(), "--vm", spin);
    const char *hello = strstr(result.out, "hello"), *spun = strstr(result.out, "spun");
    cr_expect(hello != NULL && spun != NULL && hello < spun, "TickOS preempts its own: %s", result.out);
    run_free(&result);
}

Test(trap, software_for_another_os_is_told_so)
{
    struct run_result result;
    LDE(&result, 1, "run", "--vm", "tickos:yieldos/hello");
    cr_expect(check_has(result.out, "yieldos/hello (process 1): no such call: TickOS has no number 7001\n"), "%s",
              result.out);
    run_free(&result);
    LDE(&result, 1, "run", "--vm", "yieldos:tickos/hello", "--vm", "yieldos:hello");
    cr_expect(check_has(result.out, "yieldos: no such call\n"));
    cr_expect(check_has(result.out, "hello from a guest\n"));
    run_free(&result);
    LDE(&result, 1, "run", "yieldos/hello");
    cr_expect(check_has(result.err, "no such call: TickOS has no number 7001\n"));
    run_free(&result);
}

Test(trap, rogues_end_alone_and_the_instruction_is_named)
{
    struct run_result result;
    LDE(&result, 0, "run", "--vm", "tickos:rogue,hello", "--vm", "tickos:hello");
    cr_expect_eq(check_count(result.out, "hello from a guest\n"), 2);
    cr_expect_geq(check_count(result.out, ": ended\n"), 6);
    cr_expect_eq(check_count(result.out, "got away with it"), 0, "%s", result.out);
    cr_expect_geq(check_count(result.err, "privileged instruction: the instruction "), 4, "%s", result.err);
    cr_expect_eq(check_count(result.err, "lde: rogue in VM 1 (tickos): "), check_count(result.err, "lde: "),
                 "its children move into spaces that others had: %s", result.err);
    run_free(&result);
    LDE(&result, 1, "run", "--vm", "tickos:crash,hello");
    cr_expect(check_has(result.out, "hello from a guest\n"));
    cr_expect(check_has(result.err, "lde: crash in VM 1 (tickos): wild pointer: the instruction "), "%s", result.err);
    cr_expect(check_has(result.err, " touched 0xdead0000\n"), "%s", result.err);
    run_free(&result);
}

Test(trap, the_host_can_be_shown)
{
    struct run_result result;
    const char *trace = check_path("host.trap");
    LDE(&result, 0, "run", "--vm", "tickos:hello", "--slice", "traps:9", "--trace", trace);
    cr_expect_eq(trace_count(trace, EVENT_HOST), 0);
    run_free(&result);
    LDE(&result, 0, "run", "--vm", "tickos:hello", "--slice", "traps:9", "--trace", trace, "--show-host");
    cr_expect_gt(trace_count(trace, EVENT_HOST), 3 * trace_count(trace, EVENT_PRIVILEGED));
    run_free(&result);
}

Test(trap, a_resumption_is_shown_when_the_host_has_been_asked_for_it)
{
    struct run_result result;
    const char *trace = check_path("resume.trap");
    LDE(&result, 0, "run", "--vm", "tickos:gcf,chat", "--vm", "yieldos:hello", "--slice", "traps:3", "--trace", trace,
        "--show-host");
    cr_expect_gt(trace_count(trace, EVENT_RESUME), 50);
    cr_expect_eq(trace_unasked_resumptions(trace), 0);
    run_free(&result);
    LDE(&result, 0, "run", "gcf", "chat", "--slice", "traps:3", "--trace", trace, "--show-host");
    cr_expect_gt(trace_count(trace, EVENT_RESUME), 20);
    cr_expect_eq(trace_unasked_resumptions(trace), 0);
    run_free(&result);
}

/* The host's switch to a guest stands behind the resumption, with the guest's run, not before it with what the OS does:
 * of most hops it is the largest part. */
Test(trap, a_resumption_has_the_time_of_the_request)
{
    struct run_result result;
    const char *trace = check_path("time.trap");
    LDE(&result, 0, "run", "--vm", "tickos:gcf", "--trace", trace);
    cr_expect_gt(trace_count(trace, EVENT_RESUME), 100);
    cr_expect_lt(trace_slow_resumptions(trace), trace_count(trace, EVENT_RESUME) / 4);
    run_free(&result);
}

Test(trap, a_guest_process_holds_nothing_of_ours)
{
    struct background background;
    const char *const words[] = {"lde", "run", "--vm", "tickos:hello,spin endless", NULL};
    cr_assert_eq(background_start(&background, words), 0);
    cr_assert_geq(background.guests, 3);
    for (unsigned i = 0; i < background.guests; i++) {
        char path[64], line[512];
        unsigned guest_maps = 0;
        snprintf(path, sizeof path, "/proc/%d/maps", background.guest[i]);
        FILE *maps = fopen(path, "r");
        cr_assert_not_null(maps);
        while (fgets(line, sizeof line, maps) != NULL) {
            const bool guest = check_has(line, "memfd:lde-machine");
            guest_maps += guest;
            /* besides: the page with the script that made the guest, and what no process can be rid of */
            cr_expect(guest || strncmp(line, "00200000-", 9) == 0 || check_has(line, "[vsyscall]"), "%s", line);
            cr_expect_not(check_has(line, "rwx"), "%s", line);
        }
        fclose(maps);
        cr_expect_eq(guest_maps, 2);
        snprintf(path, sizeof path, "/proc/%d/fd", background.guest[i]);
        DIR *open_files = opendir(path);
        unsigned entries = 0;
        while (open_files != NULL && readdir(open_files) != NULL)
            entries++;
        cr_expect_eq(entries, 2, "only . and ..");
        closedir(open_files);
    }
    background_end(&background, SIGKILL);
    cr_expect_eq(background_survivors(&background), 0);
}

Test(trap, equal_guests_get_equal_shares)
{
    enum { VMS = 16 };
    struct run_result result;
    const char *argv[8 + 2 * VMS + 1] = {check_built("lde"), "run", "--slice", short_slice(),
                                         "--slices",         "100", "--stats", "--json"};
    for (int i = 0; i < VMS; i++) {
        argv[8 + 2 * i] = "--vm";
        argv[9 + 2 * i] = "tickos:spin endless";
    }
    cr_assert_eq(run_command(&(struct run_options){.argv = argv, .deadline_ms = 60000}, &result), 0);
    cr_assert_eq(run_exit_code(&result), 0, "%s", result.err);
    double least = 1e18, most = 0;
    for (const char *at = result.out; (at = strstr(at, "\"cpu_ns\":")) != NULL;) {
        const double ns = strtod(at += 9, NULL);
        least = ns < least ? ns : least;
        most = ns > most ? ns : most;
    }
    cr_expect_gt(least, 0);
    /* CPU time, so load does not matter; but what an emulated CPU counts goes on while its host runs others */
    cr_expect_leq(most, least * (slower() == 1 ? 1.05 : 1.5), "%f to %f ms", least / 1e6, most / 1e6);
    run_free(&result);
}

/* ---- stopped from outside ---- */

/* ---- what it costs ---- */

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
    cr_expect_gt(figure(strstr(result.out, "ns_on_cpu_per_hop"), "process"), 0, "%s", result.out);
    cr_expect_lt(figure(strstr(result.out, "ns_on_cpu_per_hop"), "process"),
                 figure(strstr(result.out, "ns_per_hop"), "process"), "%s", result.out);
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

/* Nor does the making of guests count: gcf forks one a pair, in a run far too short to hide that. */
Test(bare, making_a_guest_is_no_trap)
{
    struct run_result result;
    LDE(&result, 0, "run", "--slice", "traps:1000", "--json", "gcf");
    cr_expect_leq(figure(result.out, "kernel_entries_per_trap"), 5 + 0.1 * (slower() - 1), "%s", result.out);
    run_free(&result);
    LDE(&result, 0, "run", "--slice", "traps:1000", "--json", "--vm", "tickos:gcf");
    cr_expect_leq(figure(result.out, "kernel_entries_per_trap"), 5 + 0.1 * (slower() - 1), "%s", result.out);
    run_free(&result);
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

/* ---- several CPUs ---- */

/* How many of lde's guests are running or would if their CPU were free: not stopped for lde to handle their trap. */
static unsigned guests_let_run(const struct background *background)
{
    unsigned count = 0;
    for (unsigned i = 0; i < background->guests; i++) {
        char path[64], state = '?';
        snprintf(path, sizeof path, "/proc/%d/stat", background->guest[i]);
        FILE *stat = fopen(path, "r");
        if (stat == NULL)
            continue;
        count += fscanf(stat, "%*d %*[^)]) %c", &state) == 1 && state == 'R';
        fclose(stat);
    }
    return count;
}

/* With slices that never end, nothing stops two spinners any more once both have been let run. */
Test(cpus, two_spinners_run_at_once_on_two)
{
    NEED_TWO_CPUS();
    enum { ENOUGH = 100, LOOKS = 200000 };
    struct background background;
    int in_a_row = 0;
    const char *const words[] = {"lde",     "run",
                                 "--cpus",  "2",
                                 "--slice", "1000s",
                                 "--vm",    "yieldos:hello,spin endless",
                                 "--vm",    "yieldos:spin endless",
                                 NULL};
    cr_assert_eq(background_start(&background, words), 0);
    for (int look = 0; look < LOOKS && in_a_row < ENOUGH; look++) {
        in_a_row = guests_let_run(&background) == 2 ? in_a_row + 1 : 0;
        sched_yield();
    }
    cr_expect_eq(in_a_row, ENOUGH, "never two at once for good");
    background_end(&background, SIGKILL);
    cr_expect_eq(background_survivors(&background), 0);
}

Test(cpus, no_more_guests_run_at_once_than_there_are_cpus)
{
    struct run_result result;
    LDE(&result, 0, "run", "--slice", short_slice(), "--slices", "5", "--json", "--vm", "yieldos:spin endless", "--vm",
        "yieldos:spin endless", "--vm", "yieldos:spin endless");
    cr_expect_eq(figure(result.out, "running_at_once"), 1);
    run_free(&result);
    NEED_TWO_CPUS();
    LDE(&result, 0, "run", "--slice", short_slice(), "--slices", "5", "--json", "--cpus", "2", "--vm",
        "yieldos:spin endless", "--vm", "yieldos:spin endless", "--vm", "yieldos:spin endless");
    cr_expect_eq(figure(result.out, "running_at_once"), 2);
    run_free(&result);
}

Test(cpus, virtual_time_repeats_exactly_on_two)
{
    NEED_TWO_CPUS();
    struct run_result result;
    const char *trace = check_path("two-cpus.trap");
    char *first = NULL;
    for (int run = 0; run < 10; run++) {
        LDE(&result, 0, "run", "--cpus", "2", "--vm", "tickos:gcf", "--vm", "yieldos:hello", "--vm", "tickos:chat",
            "--slice", "traps:7", "--trace", trace, "--json");
        cr_expect_eq(check_count(result.out, "\n"), 8, "%s", result.out);
        cr_expect_eq(figure(result.out, "running_at_once"), 2);
        char *now = trace_fingerprint(trace);
        cr_assert_not_null(now);
        if (first == NULL)
            first = strdup(now);
        cr_assert_str_eq(now, first, "run %d differs", run);
        free(now);
        run_free(&result);
    }
    free(first);
}

/* TickOS boots by waiting for its first tick; its neighbour neither traps nor has an alarm to lose the CPU by. */
Test(cpus, an_idle_cpu_is_woken_by_an_alarm_of_its_own)
{
    NEED_TWO_CPUS();
    struct background background;
    const char *const words[] = {
        "lde", "run", "--cpus", "2", "--slice", "1000s", "--vm", "yieldos:spin endless", "--vm", "tickos:hello", NULL};
    cr_assert_eq(background_start(&background, words), 0, "hello never printed its line");
    background_end(&background, SIGKILL);
    cr_expect_eq(background_survivors(&background), 0);
}
