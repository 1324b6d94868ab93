/* One process of the explored program, from start to end: the channel, the watchdog, and what its death says.
 * Knows nothing of what the numbers in the channel mean.
 */
#include "tracer/explore/command.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/personality.h>
#include <sys/prctl.h>
#include <sys/random.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { LOOK_MS = 100, WALL_TIMES = 4, GRACE_MS = 2000, INSIDE_FAILED = 125, EXEC_FAILED = 124 };

/* Every run reads the same input, from its beginning: so it is read once, into memory.  Only of a program that reads:
 * our own input may be something that never ends.  A terminal is no input that could be read again. */
static int keep_input(void)
{
    char bytes[65536];
    ssize_t size = 0;
    int copy = isatty(STDIN_FILENO) ? -1 : memfd_create("trapflow-input", MFD_CLOEXEC);
    while (copy >= 0 && (size = read(STDIN_FILENO, bytes, sizeof bytes)) > 0)
        if (write(copy, bytes, (size_t)size) != size)
            break;
    return copy;
}

int session_open(struct session *session, const struct build *build, char error[EXPLORE_ERROR_MAX])
{
    session->input = build->reads ? keep_input() : -1;
    session->channel = MAP_FAILED;
    session->descriptor = memfd_create("trapflow-explore", MFD_CLOEXEC);
    if (session->descriptor >= 0 && ftruncate(session->descriptor, sizeof *session->channel) == 0)
        session->channel =
            mmap(NULL, sizeof *session->channel, PROT_READ | PROT_WRITE, MAP_SHARED, session->descriptor, 0);
    if (session->channel != MAP_FAILED)
        return 0;
    snprintf(error, EXPLORE_ERROR_MAX, "cannot share memory with the program: %s", strerror(errno));
    return -1;
}

void session_close(struct session *session)
{
    munmap(session->channel, sizeof *session->channel);
    close(session->descriptor);
    if (session->input >= 0)
        close(session->input);
}

static void read_expected(struct channel *channel, const char *path)
{
    FILE *in = path ? fopen(path, "re") : NULL;
    if (!in)
        return;
    channel->config.output_size = (uint32_t)fread(channel->expected, 1, sizeof channel->expected, in);
    channel->config.expect_output = 1;
    fclose(in);
}

void session_configure(struct session *session, const struct options *options, const struct build *build)
{
    struct channel_config *config = &session->channel->config;
    memset(config, 0, sizeof *config);
    memset(&session->channel->outcome, 0, sizeof session->channel->outcome);
    session->channel->magic = CHANNEL_MAGIC;
    session->channel->version = CHANNEL_VERSION;
    config->seed = options->seed;
    config->schedules_max = options->schedules;
    config->strategy = options->strategy;
    config->engine = options->fork || build->stateful ? ENGINE_FORK : ENGINE_FIBRES;
    config->bound = options->bound;
    config->depth = options->depth;
    config->decisions_max = options->decisions;
    config->spurious_max = options->spurious;
    config->plain = options->plain;
    config->reduce =
        !options->plain && !options->all_orders && !build->stateful; /* what a library remembers is in no history */
    config->tries = build->tries;
    config->stateful = build->stateful;
    config->states = options->states;
    config->expect_status = (uint32_t)options->status;
    read_expected(session->channel, options->expect);
}

/* In the child, between fork and exec: addresses as they always are, no terminal, and no life without us. */
static _Noreturn void become(const struct session *session, const struct options *options, const char *program)
{
    char number[16], *words[64 + 2] = {(char *)program};
    int null = open("/dev/null", O_RDWR);
    struct rlimit none = {0, 0};
    setpgid(0, 0);
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    setrlimit(RLIMIT_CORE, &none);
    personality(ADDR_NO_RANDOMIZE); /* where it is forbidden, schedules still replay: our own addresses are fixed */
    if (session->input >= 0)
        lseek(session->input, 0, SEEK_SET);
    dup2(session->input >= 0 ? session->input : null, STDIN_FILENO);
    dup2(null, STDOUT_FILENO);
    int descriptor = fcntl(session->descriptor, F_DUPFD, 3);
    snprintf(number, sizeof number, "%d", descriptor);
    setenv(CHANNEL_VARIABLE, number, 1);
    for (int i = 0; i < options->argument_count && i < 64; i++)
        words[i + 1] = options->arguments[i];
    if (session->channel->config.engine == ENGINE_FORK) { /* parent and child take turns: on one CPU that costs half */
        cpu_set_t one;
        CPU_ZERO(&one);
        CPU_SET(sched_getcpu(), &one);
        sched_setaffinity(0, sizeof one, &one);
    }
    execv(program, words);
    _exit(EXEC_FAILED);
}

/* CPU time of the process and of those of its children that it has waited for, in s; 0 if that cannot be read. */
static double cpu_seconds(pid_t process)
{
    char path[32], line[1024];
    unsigned long ticks[4];
    snprintf(path, sizeof path, "/proc/%d/stat", (int)process);
    FILE *file = fopen(path, "re");
    const char *name_end = file != NULL && fgets(line, sizeof line, file) != NULL ? strrchr(line, ')') : NULL;
    if (file != NULL)
        fclose(file);
    if (name_end == NULL || sscanf(name_end, ") %*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %lu %lu %lu %lu", &ticks[0],
                                   &ticks[1], &ticks[2], &ticks[3]) != 4)
        return 0;
    return (double)(ticks[0] + ticks[1] + ticks[2] + ticks[3]) / (double)sysconf(_SC_CLK_TCK);
}

static double seconds_since(const struct timespec *start)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)(now.tv_sec - start->tv_sec) + (double)(now.tv_nsec - start->tv_nsec) / 1e9;
}

/* The limit is of CPU time, so that a busy machine changes no verdict.  Who uses none, or hides it in children that do
 * not end, meets a limit on the wall. */
static bool time_is_up(pid_t child, double seconds, const struct timespec *start)
{
    return cpu_seconds(child) >= seconds || seconds_since(start) >= WALL_TIMES * seconds;
}

/* Until the process ends or the time is up: then it is asked to stop after its current run, then killed. */
static void watch(struct session *session, pid_t child, double seconds, const struct timespec *start)
{
    int handle = (int)syscall(SYS_pidfd_open, child, 0);
    struct pollfd wait = {.fd = handle, .events = POLLIN};
    const int look_ms = seconds < 1 ? (int)(seconds * 250) + 1 : LOOK_MS;
    bool ended = false;
    while (!(ended = poll(&wait, 1, look_ms) > 0) && !time_is_up(child, seconds, start))
        ;
    if (!ended) {
        session->channel->config.stop = 1;
        if (poll(&wait, 1, GRACE_MS) == 0)
            kill(-child, SIGKILL);
    }
    if (handle >= 0)
        close(handle);
    while (waitpid(child, &session->status, 0) < 0 && errno == EINTR)
        ;
    kill(-child, SIGKILL); /* what it may have left behind */
}

int session_run(struct session *session, const struct options *options, const struct build *build, double seconds,
                char error[EXPLORE_ERROR_MAX])
{
    struct timespec start;
    uint64_t nonce = 0;
    while (nonce == 0)
        if (getrandom(&nonce, sizeof nonce, 0) != sizeof nonce)
            nonce = 0;
    session->channel->config.nonce = nonce;
    clock_gettime(CLOCK_MONOTONIC, &start);
    pid_t child = fork();
    if (child == 0)
        become(session, options, build->program);
    if (child < 0) {
        snprintf(error, EXPLORE_ERROR_MAX, "cannot start the program: %s", strerror(errno));
        return -1;
    }
    watch(session, child, seconds, &start);
    session->seconds = seconds_since(&start);
    session->lost = session->channel->outcome.nonce != nonce;
    if (session->lost && WIFEXITED(session->status) &&
        (WEXITSTATUS(session->status) == INSIDE_FAILED || WEXITSTATUS(session->status) == EXEC_FAILED)) {
        snprintf(error, EXPLORE_ERROR_MAX, "cannot run %s under the explorer%s", build->program,
                 WEXITSTATUS(session->status) == EXEC_FAILED ? ": it cannot be executed" : "; the reason stands above");
        return -1;
    }
    return 0;
}
