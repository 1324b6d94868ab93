/* The model in mode bare, from outside: what `lde` prints, leaves in a trace, and leaves behind. */
#include "tests/lde/background.h"
#include "tests/lde/lde.h"
#include "tests/lde/trace.h"

#include <asm/unistd.h>
#include <dirent.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define GCF "The GCF of 48 and 52 is 4\nThe GCF of 25 and 100 is 25\nThe GCF of 120 and 340 is 20\n"

Test(bare, prints_what_the_guests_print)
{
    struct run_result result;
    LDE(&result, 0, "run", "hello");
    cr_expect_str_eq(result.out, "hello from a guest\n");
    cr_expect_str_eq(result.err, "");
    run_free(&result);
    LDE(&result, 0, "run", "gcf");
    cr_expect_str_eq(result.out, GCF);
    run_free(&result);
}

Test(bare, a_call_takes_seven_steps_in_the_right_lanes)
{
    struct run_result result;
    const char *trace = check_path("seven.trap");
    const char *seven = "1 os, 2 os, 3 os, 4 os, 5 os, 6 process:1, 7 process:1";
    LDE(&result, 0, "run", "--trace", trace, "hello");
    cr_expect_str_eq(trace_steps(trace, "process:1", __NR_write, 0), seven);
    run_free(&result);
    LDE(&result, 0, "run", "--trace", trace, "getppid-loop 3");
    cr_expect_str_eq(trace_steps(trace, "process:1", __NR_getppid, 2), seven);
    run_free(&result);
}

Test(bare, virtual_time_repeats_exactly)
{
    struct run_result result;
    const char *trace = check_path("again.trap");
    char *first = NULL;
    for (int run = 0; run < 10; run++) {
        LDE(&result, 0, "run", "--slice", "traps:3", "--trace", trace, "hello", "getppid-loop 20", "gcf", "chat");
        char *now = trace_fingerprint(trace);
        cr_assert_not_null(now);
        cr_assert_gt(strlen(now), 1000);
        if (first == NULL)
            first = strdup(now);
        cr_assert_str_eq(now, first, "run %d differs", run);
        free(now);
        run_free(&result);
    }
    free(first);
    cr_expect_gt(trace_count(trace, EVENT_SLICE_END), 5);
}

Test(bare, two_spinners_share_the_cpu_by_sigalrm)
{
    struct run_result result;
    const char *trace = check_path("spin.trap");
    LDE(&result, 0, "run", "--slice", "5ms", "--trace", trace, "--stats", "--json", "spin 50", "spin 50");
    cr_expect_eq(check_count(result.out, "spun\n"), 2);
    char *text = trace_fingerprint(trace);
    /* each loses the CPU to the other again and again, though neither ever traps by itself */
    cr_expect_gt(check_count(text, "switch os step 0 guest-kernel vm 0 t 0 1000001 to 1000002"), 3);
    cr_expect_gt(check_count(text, "switch os step 0 guest-kernel vm 0 t 0 1000002 to 1000001"), 3);
    cr_expect_gt(trace_count(trace, EVENT_SLICE_END), 6);
    free(text);
    run_free(&result);
}

Test(bare, a_spinner_without_traps_makes_a_virtual_run_unrepeatable)
{
    struct run_result result;
    LDE(&result, 0, "run", "--slice", "traps:5", "--stats", "--json", "spin 1500", "hello");
    cr_expect(check_has(result.out, "hello from a guest\n"));
    cr_expect(check_has(result.out, "\"repeatable\":false"), "%s", result.out);
    run_free(&result);
    LDE(&result, 0, "run", "--slice", "traps:5", "--stats", "--json", "hello");
    cr_expect(check_has(result.out, "\"repeatable\":true"), "%s", result.out);
    run_free(&result);
}

Test(bare, guests_that_misbehave_end_alone)
{
    struct run_result result;
    LDE(&result, 1, "run", "crash", "hello");
    cr_expect(check_has(result.out, "hello from a guest\n"));
    cr_expect(check_has(result.err, "lde: crash (process 1) ended: wild pointer: the instruction "), "%s", result.err);
    run_free(&result);
}

Test(bare, killing_lde_leaves_no_guest)
{
    struct background background;
    const char *const words[] = {"lde", "run", "--slice", "1ms", "hello", "spin endless", "spin endless", NULL};
    for (int run = 0; run < 10; run++) {
        cr_assert_eq(background_start(&background, words), 0);
        cr_expect_geq(background.guests, 2);
        background_end(&background, SIGKILL);
        cr_expect_eq(background_survivors(&background), 0);
        close(background.out);
        close(background.err);
    }
}

Test(bare, a_guest_killed_from_outside_is_reported_dead)
{
    struct background background;
    const char *const words[] = {"lde", "run", "hello", "spin endless", NULL};
    cr_assert_eq(background_start(&background, words), 0);
    cr_assert_geq(background.guests, 1);
    kill(background.guest[background.guests - 1], SIGKILL);
    const int status = background_wait(&background);
    cr_expect(WIFEXITED(status) && WEXITSTATUS(status) == 1);
    const char *said = background_rest(background.err);
    cr_expect_str_eq(said, "lde: spin (process 2) ended: killed from outside by signal 9 (SIGKILL)\n");
}

Test(bare, every_program_runs_natively_with_the_same_output)
{
    static const char *const programs[] = {"hello", "gcf", "chat", "files", "getppid-loop", "spin 1"};
    struct run_result model, native;
    FILE *file = fopen(check_path("motto.txt"), "w"); /* what `files` reads: on Linux it must be there */
    fputs("Limited direct execution:\nrun on the CPU itself, but never own it.\n", file);
    fclose(file);
    for (size_t i = 0; i < sizeof programs / sizeof *programs; i++) {
        char name[64], path[128];
        LDE(&model, 0, "run", programs[i]);
        const bool argument = sscanf(programs[i], "%s 1", name) == 1 && strchr(programs[i], ' ') != NULL;
        snprintf(path, sizeof path, "guests/tickos/%s", name);
        const char *const argv[] = {check_built(path), argument ? "1" : NULL, NULL};
        cr_assert_eq(run_command(&(struct run_options){.argv = argv, .directory = check_scratch()}, &native), 0);
        cr_expect_eq(run_exit_code(&native), 0, "%s", programs[i]);
        cr_expect_str_eq(model.out, native.out);
        run_free(&model);
        run_free(&native);
    }
}

Test(bare, a_blocked_for_ever_guest_is_named)
{
    struct run_result result;
    LDE(&result, 1, "run", "chat alone");
    cr_expect(check_has(result.err, "lde: chat (process 1) waits for ever"), "%s", result.err);
    run_free(&result);
}

/* ---- under a hypervisor ---- */

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
    struct run_result result;
    LDE(&result, 0, "run", "--vm", "tickos:spin", "--vm", "yieldos:hello", "--slice", "traps:7", "--stats", "--json");
    cr_expect(check_has(result.out, "hello from a guest\n"));
    cr_expect(check_has(result.out, "\"repeatable\":false"), "%s", result.out);
    run_free(&result);
    LDE(&result, 0, "run", "--slice", "2ms", "--vm", "tickos:spin 200,hello,spin 200");
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

Test(trap, killing_lde_leaves_no_guest)
{
    struct background background;
    const char *const words[] = {
        "lde", "run", "--slice", "1ms", "--vm", "tickos:hello,spin endless", "--vm", "yieldos:spin endless", NULL};
    for (int run = 0; run < 10; run++) {
        cr_assert_eq(background_start(&background, words), 0);
        cr_expect_geq(background.guests, 2);
        background_end(&background, SIGKILL);
        cr_expect_eq(background_survivors(&background), 0);
        close(background.out);
        close(background.err);
    }
}

Test(trap, a_guest_killed_from_outside_is_reported_dead)
{
    struct background background;
    const char *const words[] = {"lde", "run", "--vm", "tickos:spin endless,hello", NULL};
    cr_assert_eq(background_start(&background, words), 0);
    cr_assert_geq(background.guests, 2);
    for (unsigned i = background.guests; i-- > 1;) /* the processes; the first is the guest kernel's */
        kill(background.guest[i], SIGKILL);
    const int status = background_wait(&background);
    cr_expect(WIFEXITED(status) && WEXITSTATUS(status) == 1);
    const char *said = background_rest(background.err);
    cr_expect(check_has(said, "lde: spin in VM 1 (tickos): killed from outside by signal 9 (SIGKILL)\n"), "%s", said);
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
    const char *argv[8 + 2 * VMS + 1] = {check_built("lde"), "run", "--slice", "2ms",
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
    cr_expect_leq(most, least * 1.05, "%f to %f ms", least / 1e6, most / 1e6); /* CPU time, so load does not matter */
    run_free(&result);
}

Test(trap, a_killed_kernel_ends_its_vm_alone)
{
    struct background background;
    const char *const words[] = {
        "lde", "run", "--slice", "1ms", "--vm", "tickos:hello,spin endless", "--vm", "yieldos:hello,spin 300", NULL};
    cr_assert_eq(background_start(&background, words), 0);
    cr_assert_geq(background.guests, 2);
    kill(background.guest[0], SIGKILL);
    const int status = background_wait(&background);
    cr_expect(WIFEXITED(status) && WEXITSTATUS(status) == 1);
    const char *said = background_rest(background.err);
    cr_expect(check_has(said, "lde: tickos (VM 1) ended: "), "%s", said);
    const char *printed = background_rest(background.out);
    cr_expect(check_has(printed, "spun\n"), "%s", printed);
}

Test(command, refuses_bad_input_in_one_line)
{
    static const struct {
        const char *words[5], *part;
    } bad[] = {
        {{"run", "gfc"},
         "cannot load guest 'gfc': no such program among the guests; did you mean 'gcf'? (lde guests lists them)"},
        {{"run", "nothing-like-it"},
         "cannot load guest 'nothing-like-it': no such program among the guests (lde guests"},
        {{"run", "../tickos/hello"}, "cannot load guest"},
        {{"run", "tickos/../hello"}, "cannot load guest"},
        {{"run"}, "nothing to run"},
        {{"run", "--slice", "0ms", "hello"}, "cannot use the slice '0ms'"},
        {{"run", "--slice", "traps:-1", "hello"}, "cannot use the slice 'traps:-1'"},
        {{"run", "--vm", "hello"}, "cannot make the VM 'hello': write OS:PROG"},
        {{"run", "--vm", "tickos:helo"}, "did you mean 'hello'?"},
        {{"run", "--mode", "bare", "--vm", "tickos:hello"}, "cannot make a VM in mode bare"},
        {{"run", "--mode", "trap", "hello"}, "try --vm tickos:PROG"},
        {{"run", "--cpus", "0", "hello"}, "cannot use '0': write a number from 1"},
        {{"run", "--cpus", "100000", "hello"}, "cannot use 100000 CPUs"},
        {{"run", "--slices", "some", "hello"}, "cannot use 'some'"},
        {{"run", "--mode", "magic", "hello"}, "cannot run in mode 'magic'"},
        {{"run", "--trace", "/nowhere/t.trap", "hello"}, "/nowhere/t.trap"},
        {{"dance"}, "cannot do 'dance'"},
        {{NULL}, "nothing to do"},
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        const char *argv[7] = {check_built("lde")};
        memcpy(argv + 1, bad[i].words, sizeof bad[i].words);
        struct run_result result;
        cr_assert_eq(run_command(&(struct run_options){.argv = argv}, &result), 0);
        const char *wrong = check_refusal(&result, 2, "lde: ", bad[i].part);
        cr_expect_null(wrong, "%s: %s", bad[i].part, wrong);
        run_free(&result);
    }
}

Test(command, refuses_a_file_that_is_no_guest)
{
    struct run_result result;
    char *guests = strdup(check_path("guests")), variable[4200];
    mkdir(guests, 0777);
    mkdir(check_path("guests/tickos"), 0777);
    FILE *file = fopen(check_path("guests/tickos/script"), "w");
    fputs("#!/bin/sh\n", file);
    fclose(file);
    snprintf(variable, sizeof variable, "LDE_GUESTS=%s", guests);
    const char *const argv[] = {check_built("lde"), "run", "script", NULL}, *const environment[] = {variable, NULL};
    cr_assert_eq(run_command(&(struct run_options){.argv = argv, .environment = environment}, &result), 0);
    const char *wrong = check_refusal(&result, 2, "lde: ", "cannot load guest 'script': not an ELF file");
    cr_expect_null(wrong, "%s", wrong);
    run_free(&result);
    free(guests);
}

Test(command, lists_what_there_is)
{
    struct run_result result;
    LDE(&result, 0, "guests");
    cr_expect(check_has(result.out, "tickos:gcf\n") && check_has(result.out, "tickos:spin\n"));
    run_free(&result);
    LDE(&result, 0, "modes");
    cr_expect(check_has(result.out, "bare "));
    run_free(&result);
    LDE(&result, 0, "--version");
    cr_expect(check_has(result.out, "lde "));
    run_free(&result);
    LDE(&result, 0, "run", "--help");
    cr_expect(check_has(result.out, "--slice"));
    run_free(&result);
}

Test(command, works_for_an_ordinary_user)
{
    if (getuid() != 0)
        cr_skip_test("only root can become somebody else; the other tests have run as an ordinary user");
    struct run_result result;
    const char *trace = check_path("nobody.trap");
    const char *const argv[] = {check_path("lde"), "run", "--trace", trace, "gcf", NULL};
    /* The tree may lie where others may not look (root's home, say): a copy does not. */
    cr_assert(run_words(&result, "cp", "-r", check_built("lde"), check_built("guests"), check_scratch(), NULL) == 0);
    cr_assert_eq(run_exit_code(&result), 0, "%s", result.err);
    run_free(&result);
    cr_assert_eq(run_command(&(struct run_options){.argv = argv, .uid = 65534}, &result), 0);
    cr_expect_eq(run_exit_code(&result), 0, "%s", result.err);
    cr_expect_str_eq(result.out, GCF);
    cr_expect_gt(trace_count(trace, EVENT_TRAP), 10);
    run_free(&result);
}
