/* The controller: takes over before main(), runs the program again and again under the strategy, and tells the command
 * through the channel what came of it.
 *
 *     while (run_once() ends well and strategy_next()) …;   once for each bound, in the exhaustive strategy
 *
 * Two engines run a program once: `fibres` puts the memory back and calls main() again in this process; `fork` gives
 * each run a child that is thrown away, for programs that keep state where we cannot put it back.  The state region is
 * shared between parent and child, so that both engines look alike from here.
 */
#include "tracer/explore/runtime/runtime.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

static struct channel_outcome *outcome(void)
{
    return &S->channel->outcome;
}

static void begin_run(void)
{
    if (S->config.engine == ENGINE_FIBRES && S->run)
        memory_begin_run();
    S->run++;
    S->threads = 1;
    S->current = 0;
    S->now = 0;
    S->unfinished = 0;
    S->decisions = S->branches = S->spurious = S->arrivals = S->idle_steps = S->alone_steps = S->steps = 0;
    S->heap_used = S->overflow_used = S->keys = S->sent_count = S->at_exit_count = 0;
    S->merged = 0;
    S->hash = 0xcbf29ce484222325ull;
    S->livelock_hash = 0;
    S->cost = 0;
    S->known = false;
    S->main_exited = false;
    uintptr_t low = S->thread[0].low;
    memset(&S->thread[0], 0, sizeof S->thread[0]);
    S->thread[0].low = low;
    S->thread[0].clock.time[0] = 1;
    outcome()->status = OUTCOME_RUNNING;
    outcome()->finding = FINDING_NONE;
    outcome()->parties = 0;
    outside_begin_run();
    output_begin_run();
    fibre_prepare(0);
}

static void run_here(void)
{
    S->active = true;
    fibre_run_main();
    S->active = false;
}

static void run_in_child(void)
{
    pid_t child = fork();
    int status;
    if (child < 0) {
        snprintf(outcome()->text, CHANNEL_TEXT, "fork: %s", strerror(errno));
        outcome()->status = OUTCOME_LIMIT;
        return;
    }
    if (child == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        lseek(STDIN_FILENO, 0, SEEK_SET); /* each run reads the input from its beginning */
        run_here();
        _exit(0);
    }
    while (waitpid(child, &status, 0) < 0)
        ;
    if (outcome()->status != OUTCOME_RUNNING)
        return;
    outcome()->status = OUTCOME_FOUND; /* the child is gone and left no word */
    outcome()->finding = WIFSIGNALED(status) ? FINDING_CRASH : FINDING_FORGERY;
    snprintf(outcome()->text, CHANNEL_TEXT,
             WIFSIGNALED(status) ? "signal %d (%s)" : "exit status %d behind the explorer's back",
             WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status),
             WIFSIGNALED(status) ? strsignal(WTERMSIG(status)) : "");
}

static enum outcome_status run_once(void)
{
    begin_run();
    if (S->config.engine == ENGINE_FORK)
        run_in_child();
    else
        run_here();
    struct channel_outcome *o = outcome();
    o->runs++;
    o->schedule_hash = (o->schedule_hash ^ S->hash) * 0x100000001b3ull;
    if (S->decisions > o->decisions_most)
        o->decisions_most = S->decisions;
    if (S->threads > o->threads_most)
        o->threads_most = S->threads;
    return (enum outcome_status)o->status;
}

static bool limit(const char *words)
{
    outcome()->status = OUTCOME_LIMIT;
    snprintf(outcome()->text, CHANNEL_TEXT, "%s", words);
    return false;
}

/* Where a run was left at a limit, the sample has seen only beginnings: no pass. */
static bool end_of_sample(void)
{
    if (outcome()->cut)
        outcome()->status = OUTCOME_LIMIT;
    return false;
}

/* All schedules of one bound, or as many as are wanted of a sampling strategy.  False: the exploration is over. */
static bool run_all(void)
{
    struct channel_outcome *o = outcome();
    const bool sampling = S->config.strategy == STRATEGY_PCT || S->config.strategy == STRATEGY_RANDOM;
    const uint64_t most = S->config.schedules_max ? S->config.schedules_max : UINT64_MAX;
    o->schedules = 0;
    strategy_start();
    do {
        const enum outcome_status status = run_once();
        if (status == OUTCOME_CUT && !sampling)
            o->status = OUTCOME_LIMIT, o->cut = 1;
        if (status != OUTCOME_DONE && !(status == OUTCOME_CUT && sampling))
            return false;
        o->cut += status == OUTCOME_CUT;
        o->schedules += status == OUTCOME_DONE && !S->known;
        if (sampling && o->schedules + o->cut >= most)
            return end_of_sample();
        if (!sampling && o->runs >= most && strategy_next())
            return limit("the limit of schedules was reached");
        if (S->channel->config.stop)
            return limit("the time limit was reached");
    } while (strategy_next());
    return true;
}

static void run_bounds(void)
{
    uint32_t most = S->config.bound;
    for (uint32_t bound = S->config.bound_first; bound <= most; bound++) {
        S->config.bound = bound;
        S->left_out = false;
        if (!run_all())
            return;
        outcome()->bound_done = (int32_t)bound;
        outcome()->completed = outcome()->schedules;
        if (!S->left_out) {
            outcome()->unbounded = 1;
            return;
        }
    }
}

/* The program died of a signal in the middle of a fibre: that is a finding, and the next run starts from clean memory.
 */
static void crashed(int signo)
{
    if (!S->active)
        _exit(125);
    find_words(FINDING_CRASH, SELF->access_pc, "signal %d (%s)", signo, strsignal(signo));
}

static void catch_crashes(void)
{
    static const int signals[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL};
    stack_t stack = {.ss_size = 64 * 1024};
    struct sigaction action = {.sa_handler = crashed, .sa_flags = SA_ONSTACK | SA_NODEFER};
    stack.ss_sp = mmap(NULL, stack.ss_size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    sigaltstack(&stack, NULL);
    for (size_t i = 0; i < sizeof signals / sizeof *signals; i++)
        sigaction(signals[i], &action, NULL);
}

static _Noreturn void quit(const char *words)
{
    fprintf(stderr, "trapflow explore: inside the program: %s\n", words);
    _exit(125);
}

static struct channel *open_channel(void)
{
    const char *number = getenv(CHANNEL_VARIABLE);
    if (!number)
        quit("it was built to be explored: run it with: trapflow explore PROGRAM");
    int descriptor = atoi(number);
    struct channel *channel = mmap((void *)CHANNEL_BASE, sizeof *channel, PROT_READ | PROT_WRITE,
                                   MAP_SHARED | MAP_FIXED_NOREPLACE, descriptor, 0);
    if (channel != (void *)CHANNEL_BASE)
        quit("cannot map the channel to the command");
    close(descriptor);
    unsetenv(CHANNEL_VARIABLE);
    if (channel->magic != CHANNEL_MAGIC || channel->version != CHANNEL_VERSION)
        quit("the command speaks another version: build the program again");
    return channel;
}

int __wrap_main(int argc, char **argv, char **environment);
int __wrap_main(int argc, char **argv, char **environment)
{
    memory_map();
    S->channel = open_channel();
    S->config = S->channel->config;
    S->channel->config.nonce = 0; /* from here on only we know it */
    S->argc = argc;
    S->argv = argv;
    S->environment = environment;
    if (!fibre_tls_survey())
        quit("it has more thread-local memory than the explorer can give each thread (128 KiB)");
    outside_survey();
    catch_crashes();
    outcome()->bound_done = -1;
    if (S->config.strategy == STRATEGY_EXHAUSTIVE || S->config.strategy == STRATEGY_DELAY)
        run_bounds();
    else
        run_all();
    outcome()->nonce = S->config.nonce;
    _exit(0);
}
