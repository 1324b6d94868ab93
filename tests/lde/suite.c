/* The model in mode bare, from outside: what `lde` prints, leaves in a trace, and leaves behind. */
#include "tests/lde/background.h"
#include "tests/lde/lde.h"
#include "tests/lde/trace.h"

#include <asm/unistd.h>
#include <criterion/criterion.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

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
    char spin[64];
    struct run_result result;
    snprintf(spin, sizeof spin, "spin %d", 300 / slower());
    LDE(&result, 0, "run", "--slice", "traps:5", "--patience", "20ms", "--stats", "--json", spin, "hello");
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

Test(bare, rogues_end_alone)
{
    struct run_result result;
    LDE(&result, 0, "run", "rogue", "hello");
    cr_expect(check_has(result.out, "hello from a guest\n"));
    cr_expect_geq(check_count(result.out, ": ended\n"), 6);
    cr_expect_eq(check_count(result.out, "got away with it"), 0, "%s", result.out);
    run_free(&result);
}

Test(bare, a_blocked_for_ever_guest_is_named)
{
    struct run_result result;
    LDE(&result, 1, "run", "chat alone");
    cr_expect(check_has(result.err, "lde: chat (process 1) waits for ever"), "%s", result.err);
    run_free(&result);
}

/* Is there a stack in this lane that has both functions, the inner one first? */
static bool has_stack(const char *jsonl, const char *lane, const char *inner, const char *outer)
{
    char field[64];
    snprintf(field, sizeof field, "\"lane\":\"%s\"", lane);
    for (const char *line = jsonl, *end; (end = strchr(line, '\n')) != NULL; line = end + 1) {
        char *text = strndup(line, (size_t)(end - line));
        const char *first = strstr(text, inner);
        const bool has = check_has(text, "\"kind\":\"stack\"") && check_has(text, field) && first != NULL &&
                         strstr(first, outer) != NULL;
        free(text);
        if (has)
            return true;
    }
    return false;
}

/* Both kernels lie at the same addresses, and so do all programs: each lane has names of its own. */
Test(stacks, of_all_parties_have_their_own_names)
{
    struct run_result result;
    const char *trace = check_path("stacks.trap");
    LDE(&result, 0, "run", "--stacks", "--slice", "traps:100", "--trace", trace, "--vm", "tickos:hello", "--vm",
        "yieldos:hello");
    run_free(&result);
    cr_assert_eq(run_words(&result, check_built("trapflow"), "render", trace, "-f", "jsonl", NULL), 0);
    cr_expect(has_stack(result.out, "process:1", "guest_print", "guest_main"));
    cr_expect(has_stack(result.out, "process:17", "guest_print", "guest_main"));
    cr_expect(has_stack(result.out, "guest-os:1", "tick_do", "kernel_trap"));
    cr_expect(has_stack(result.out, "guest-os:2", "yield_print", ""));
    cr_expect(has_stack(result.out, "hypervisor", "hypervisor_handle", "run_trap"));
    cr_expect_not(has_stack(result.out, "guest-os:2", "tick_do", ""));
    cr_expect(check_has(result.out, "\"kind\":\"registers\""), "a stop has its registers, too");
    run_free(&result);
    LDE(&result, 0, "run", "--stacks", "--slice", "traps:100", "--trace", trace, "gcf");
    run_free(&result);
    cr_assert_eq(run_words(&result, check_built("trapflow"), "render", trace, "-f", "jsonl", NULL), 0);
    cr_expect(has_stack(result.out, "process:1", "guest_fork", "guest_main"));
    cr_expect(has_stack(result.out, "os", "os_handle", "run_bare"));
    run_free(&result);
}

/* A stack that a guest has made up is followed as far as it makes sense. */
Test(stacks, of_rogues_do_no_harm)
{
    struct run_result result;
    const char *trace = check_path("rogue.trap");
    LDE(&result, 0, "run", "--stacks", "--trace", trace, "--vm", "tickos:rogue,hello");
    run_free(&result);
    LDE(&result, 0, "run", "--stacks", "--trace", trace, "rogue", "hello");
    cr_expect_gt(trace_count(trace, EVENT_STACK), 50);
    run_free(&result);
}

Test(command, refuses_bad_input_in_one_line)
{
    static const struct {
        const char *words[6], *part;
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
        {{"run", "--slice", "traps:7x", "hello"}, "cannot use the slice 'traps:7x'"},
        {{"run", "--slice", "traps:7", "--patience", "9us", "hello"}, "cannot use the patience '9us'"},
        {{"run", "--vm", "hello"}, "cannot make the VM 'hello': write OS:PROG"},
        {{"run", "--vm", "tickos:helo"}, "did you mean 'hello'?"},
        {{"run", "--mode", "bare", "--vm", "tickos:hello"}, "cannot make a VM in mode bare"},
        {{"run", "--mode", "trap", "hello"}, "try --vm tickos:PROG"},
        {{"run", "--cpus", "0", "hello"}, "cannot use '0': write a number from 1"},
        {{"run", "--cpus", "100000", "--vm", "tickos:hello"}, "cannot use 100000 CPUs"},
        {{"run", "--cpus", "2", "hello"}, "cannot use more than one CPU in mode bare"},
        {{"run", "--slices", "some", "hello"}, "cannot use 'some'"},
        {{"run", "--stacks", "hello"}, "cannot show stacks without a trace"},
        {{"run", "--frob", "hello"}, "cannot use '--frob': no such option"},
        {{"run", "--slice"}, "cannot use '--slice'"},
        {{"run", "--mode", "magic", "hello"}, "cannot run in mode 'magic'"},
        {{"run", "--trace", "/nowhere/t.trap", "hello"}, "/nowhere/t.trap"},
        {{"run", "--trace", "/tmp", "hello"}, "name another file with --trace"},
        {{"run", "--stats=/nowhere/s", "hello"}, "cannot write the statistics to '/nowhere/s'"},
        {{"run", "two\nlines"}, "cannot load guest 'two?lines'"},
        {{"run", "--vm", "tickos:"}, "cannot load guest ''"},
        {{"run", "--vm", "tickos:hello,,hello"}, "cannot load guest ''"},
        {{"run", "--vm", "yieldos:chat"}, "cannot load guest 'chat'"},
        {{"run", "--slices", "0", "hello"}, "cannot use '0'"},
        {{"run", "--cpus", "99999999999999999999", "--vm", "tickos:hello"}, "cannot use '99999999999999999999'"},
        {{"run", "--slice", "1e3ms", "hello"}, "cannot use the slice '1e3ms'"},
        {{"dance"}, "cannot do 'dance'"},
        {{NULL}, "nothing to do"},
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        const char *argv[8] = {check_built("lde")};
        memcpy(argv + 1, bad[i].words, sizeof bad[i].words);
        struct run_result result;
        cr_assert_eq(run_command(&(struct run_options){.argv = argv}, &result), 0);
        const char *wrong = check_refusal(&result, 2, "lde: ", bad[i].part);
        cr_expect_null(wrong, "%s: %s", bad[i].part, wrong);
        run_free(&result);
    }
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
