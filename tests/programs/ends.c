/* Every way to end: each exit status, each signal, and what a caller sees of it through the recorder. */
#include "tests/harness/check.h"
#include "tests/programs/both.h"

#include <criterion/criterion.h>
#include <signal.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/wait.h>

/* A slow or emulated CPU is asked of fewer. */
static int stride(void)
{
    return run_patience() > 1 ? 17 : 1;
}

static int status_of_script(const char *script)
{
    const char *argv[] = {"sh", "-c", script, NULL};
    struct run_result result;

    run_recorded(&(struct run_options){.argv = argv}, NULL, &result);
    cr_assert(!result.timed_out && result.err_size == 0, "%s: said %s", script, result.err);
    int status = result.status;
    run_free(&result);
    return status;
}

Test(programs, every_exit_status)
{
    for (int code = 0; code < 256; code += stride()) {
        char script[32];
        snprintf(script, sizeof script, "exit %d", code);
        int status = status_of_script(script);
        cr_assert(WIFEXITED(status) && WEXITSTATUS(status) == code, "%s: status %x", script, (unsigned)status);
    }
}

static bool kills(int signo)
{
    return signo != SIGCHLD && signo != SIGCONT && signo != SIGURG && signo != SIGWINCH && signo != SIGSTOP &&
           signo != SIGTSTP && signo != SIGTTIN && signo != SIGTTOU;
}

Test(programs, death_by_every_signal)
{
    setrlimit(RLIMIT_CORE, &(struct rlimit){0, 0}); /* deaths enough, and no file for each */
    for (int signo = 1; signo <= SIGRTMAX; signo++)
        signal(signo, SIG_DFL); /* whoever runs tests in the background ignores ^C, and so would the programs */
    for (int signo = 1; signo <= SIGRTMAX; signo++) {
        char script[32];
        if (!kills(signo) || (signo > SIGSYS && signo < SIGRTMIN))
            continue;
        snprintf(script, sizeof script, "kill -%d $$", signo);
        int status = status_of_script(script);
        cr_assert(WIFSIGNALED(status) && WTERMSIG(status) == signo, "%s: status %x", script, (unsigned)status);
    }
}

/* The recorder's parent may have told it to ignore or block signals; the program inherits that, as it would alone. */
Test(programs, ignored_and_blocked_signals_are_inherited)
{
    assert_same_script("sh", "trap '' PIPE HUP QUIT; grep -E 'Sig(Blk|Ign|Cgt)' /proc/self/status");
    assert_same_script("sh", "(trap '' TERM; kill -TERM $(sh -c 'echo $PPID'); echo alive)");
}

Test(programs, a_broken_pipe)
{
    assert_same_script("sh", "yes | head -n 2; echo $?");
    assert_same_script("sh", "{ yes; echo $? >&2; } | head -n 1");
    need_program("bash", "bash");
    assert_same_script("bash", "yes | head -n 1; echo ${PIPESTATUS[*]}; yes 2>&1 | :; echo ${PIPESTATUS[0]}");
}

/* The recorder itself is what writes into the pipe that closes: it ends as `yes` does. */
Test(programs, a_pipe_closed_on_a_recorded_program)
{
    char script[1200];
    struct run_result result;

    need_program("bash", "bash");
    snprintf(script, sizeof script, "'%s' record -o '%s' -- yes | head -n 1; echo ${PIPESTATUS[*]}",
             check_built("trapflow"), check_path("t.trap"));
    cr_assert(run_words(&result, "bash", "-c", script, NULL) == 0);
    cr_assert_str_eq(result.out, "y\n141 0\n");
    run_free(&result);
}

Test(programs, input_from_a_pipe)
{
    const char *argv[] = {"sort", "-rn", NULL};

    assert_same(&(struct run_options){.argv = argv, .input = "3\n1\n20\n"});
    const char *shell[] = {"sh", NULL};
    assert_same(&(struct run_options){.argv = shell, .input = "read word\nmiddle\necho got $word\nexit 5\n"});
}

Test(programs, a_real_crash)
{
    setrlimit(RLIMIT_CORE, &(struct rlimit){0, 0});
    assert_same_words(own("crash"), NULL);
    assert_same_words(own("crash"), "by abort", NULL);
}
