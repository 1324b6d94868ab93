/* What others may do to a run of the model: kill it, or kill, stop and signal its guests' host processes. */
#include "tests/lde/background.h"
#include "tests/lde/lde.h"

#include <criterion/criterion.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>

Test(os, killing_lde_leaves_no_guest)
{
    const char *const words[] = {"lde", "run", "--slice", "1ms", "hello", "spin endless", "spin endless", NULL};
    cr_expect_eq(background_kill(words, 10), 0);
}

Test(vms, killing_lde_leaves_no_guest)
{
    const char *const words[] = {
        "lde", "run", "--slice", "1ms", "--vm", "tickos:hello,spin endless", "--vm", "yieldos:spin endless", NULL};
    cr_expect_eq(background_kill(words, 10), 0);
}

Test(two_cpus, killing_lde_leaves_no_guest)
{
    NEED_TWO_CPUS();
    const char *const words[] = {"lde",     "run",
                                 "--cpus",  "2",
                                 "--slice", "1ms",
                                 "--vm",    "tickos:hello,spin endless",
                                 "--vm",    "yieldos:spin endless",
                                 NULL};
    cr_expect_eq(background_kill(words, 10), 0);
}

Test(os, a_guest_killed_from_outside_is_reported_dead)
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

Test(vms, a_guest_killed_from_outside_is_reported_dead)
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

/* `cpus` of 2: while its process runs, so that nobody waits for the kernel that dies. */
static void expect_killed_kernel_alone(const char *cpus)
{
    struct background background;
    const char *const words[] = {"lde",     "run",
                                 "--cpus",  cpus,
                                 "--slice", short_slice(),
                                 "--vm",    "tickos:hello,spin endless",
                                 "--vm",    "yieldos:hello,spin 300",
                                 NULL};
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

Test(vms, a_killed_kernel_ends_its_vm_alone)
{
    expect_killed_kernel_alone("1");
}

Test(two_cpus, a_kernel_killed_while_its_process_runs_ends_its_vm_alone)
{
    NEED_TWO_CPUS();
    expect_killed_kernel_alone("2");
}

/* Signals that a fault would raise, too, are known for what they are. */
Test(os, a_guest_sent_a_signal_of_faults_is_not_said_to_have_faulted)
{
    static const int signals[] = {SIGSEGV, SIGILL, SIGTRAP, SIGSYS, SIGFPE, SIGTERM};
    struct background background;
    const char *const words[] = {"lde", "run", "hello", "spin endless", NULL};
    for (size_t i = 0; i < sizeof signals / sizeof *signals; i++) {
        char expected[100];
        snprintf(expected, sizeof expected, "lde: spin (process 2) ended: killed from outside by signal %d (SIG%s)\n",
                 signals[i], sigabbrev_np(signals[i]));
        cr_assert_eq(background_start(&background, words), 0);
        kill(background.guest[background.guests - 1], signals[i]);
        const int status = background_wait(&background);
        cr_expect(WIFEXITED(status) && WEXITSTATUS(status) == 1);
        cr_expect_str_eq(background_rest(background.err), expected);
    }
}

/* Stops all of VM 1 by job control: VM 2 runs to its end all the same, and VM 1 goes on when it is let. */
static void expect_stopped_vm_alone(const char *cpus, const char *slice)
{
    enum { OF_VM_1 = 3 }; /* its kernel's host process, and those of its two programs */
    char vm_2[64];
    struct background background;
    snprintf(vm_2, sizeof vm_2, "tickos:spin %d,chat", 200 / slower());
    const char *const words[] = {"lde",  "run",        "--cpus", cpus,   "--slice",
                                 slice,  "--patience", "20ms",   "--vm", "tickos:hello,spin endless",
                                 "--vm", vm_2,         NULL};
    cr_assert_eq(background_start(&background, words), 0);
    cr_assert_geq(background.guests, OF_VM_1 + 2);
    for (unsigned i = 0; i < OF_VM_1; i++)
        kill(background.guest[i], SIGSTOP);
    cr_expect(background_says(&background, "spun\n"), "VM 2 waits for a VM that is stopped");
    for (unsigned i = 0; i < OF_VM_1; i++)
        kill(background.guest[i], SIGCONT);
    cr_expect(background_computes(background.guest[2]), "VM 1 never goes on");
    background_end(&background, SIGKILL);
    cr_expect_eq(background_survivors(&background), 0);
}

Test(vms, a_stopped_vm_holds_up_nobody)
{
    expect_stopped_vm_alone("1", short_slice());
}

Test(vms, a_stopped_vm_holds_up_nobody_in_virtual_time)
{
    expect_stopped_vm_alone("1", "traps:50");
}

Test(two_cpus, a_stopped_vm_holds_up_nobody)
{
    NEED_TWO_CPUS();
    expect_stopped_vm_alone("2", short_slice());
}

Test(os, a_stopped_guest_holds_up_nobody_and_goes_on_when_it_is_let)
{
    char spin[64];
    struct background background;
    snprintf(spin, sizeof spin, "spin %d", 200 / slower());
    const char *const words[] = {"lde", "run", "--slice", short_slice(), "hello", "spin endless", spin, NULL};
    cr_assert_eq(background_start(&background, words), 0);
    cr_assert_geq(background.guests, 2);
    const pid_t endless = background.guest[background.guests - 2];
    kill(endless, SIGSTOP);
    cr_expect(background_says(&background, "spun\n"), "it holds the others up");
    kill(endless, SIGCONT);
    cr_expect(background_computes(endless), "it never goes on");
    kill(endless, SIGSTOP);
    kill(endless, SIGTERM); /* which waits for a stopped process to go on; the next does not */
    kill(endless, SIGKILL);
    cr_expect_eq(WEXITSTATUS(background_wait(&background)), 1);
    const char *said = background_rest(background.err);
    cr_expect(check_has(said, "lde: spin (process 2) ended: killed from outside by signal "), "%s", said);
}
