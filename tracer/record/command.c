/* trapflow record: runs a program, writes down what its threads and traps do, and ends as the program did.
 *
 * Knows the options and the exit status; whoever calls us must not notice that we were there.
 */
#include "tracer/record/record.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tracer/threads/pool.h"
#include "tracer/trapflow.h"
#include "tracer/usage.h"

struct options {
    const char *log;
    bool no_threads, no_syscalls, stacks;
    pid_t pid;      /* attach to this one; 0: start a program */
    char **program; /* its arguments, beginning with its name */
};

static error_t parse_pid(struct options *options, const char *value)
{
    char *end;
    long pid = strtol(value, &end, 10);

    if (*end != '\0' || pid <= 0 || pid > INT32_MAX)
        usage_refuse("'%s' is not the number of a process", value);
    options->pid = (pid_t)pid;
    return 0;
}

static error_t parse(int key, char *value, struct argp_state *state)
{
    struct options *options = state->input;

    switch (key) {
    case 'o':
        options->log = value;
        return 0;
    case 'T':
        options->no_threads = true;
        return 0;
    case 'S':
        options->no_syscalls = true;
        return 0;
    case 'k':
        options->stacks = true;
        return 0;
    case 'p':
        return parse_pid(options, value);
    case ARGP_KEY_ARG: /* the rest is the program's, even what looks like an option */
        options->program = &state->argv[state->next - 1];
        state->next = state->argc;
        return 0;
    case ARGP_KEY_END:
        if (options->pid == 0 && options->program == NULL)
            usage_refuse("no program given; try: trapflow record -- PROGRAM");
        if (options->pid != 0 && options->program != NULL)
            usage_refuse("either a program or -p PID, not both");
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static const struct argp_option choices[] = {
    {"output", 'o', "FILE", 0, "write the log here (otherwise PROGRAM.trap)", 0},
    {"pid", 'p', "PID", 0, "record a process that runs already; ^C ends the recording, not the process", 0},
    {"stacks", 'k', 0, 0, "the stack and the registers of each call and signal, too", 0},
    {"no-syscalls", 'S', 0, 0, "leave out system calls: faster, threads and signals stay", 0},
    {"no-threads", 'T', 0, 0, "leave out pthread calls", 0},
    {0}};
static const struct argp argp = {
    choices,
    parse,
    "[--] PROGRAM ARGS…",
    "Runs a program and logs its threads, system calls and signals.\v"
    "Exits as the program did, and dies of the signal that it died of; its own errors exit 125.",
    NULL,
    NULL,
    NULL};

/* ---- signals sent to us: they are meant for the program that we started, or end an attached recording ---- */

static struct recorder recorder;

static void pass_on(int signo, siginfo_t *info, void *context)
{
    (void)context;
    if (recorder.attached)
        loop_detach(&recorder);
    /* ^C comes from the kernel, to the program as well as to us; kill reached only us. */
    else if (info->si_code <= 0)
        kill(recorder.leader, signo);
}

/* No SA_RESTART: the loop's wait is to look around after a signal. */
static void catch_signals(void)
{
    static const int signals[] = {SIGINT, SIGQUIT, SIGTERM, SIGHUP};
    struct sigaction action = {.sa_sigaction = pass_on, .sa_flags = SA_SIGINFO}, before;

    for (size_t i = 0; i < sizeof signals / sizeof *signals; i++)
        if (sigaction(signals[i], NULL, &before) == 0 && before.sa_handler != SIG_IGN)
            sigaction(signals[i], &action, NULL);
}

/* ---- names ---- */

/* The command as one would type it, into `text`. */
static void write_command(char *text, size_t size, char **argv)
{
    size_t used = 0;

    for (size_t i = 0; argv[i] != NULL && used < size; i++) {
        const char *quote = argv[i][0] == '\0' || strpbrk(argv[i], " \t\n\"'\\$&|;<>()*?#`") != NULL ? "'" : "";
        int wrote = snprintf(text + used, size - used, "%s%s%s%s", i > 0 ? " " : "", quote, argv[i], quote);
        used += wrote > 0 ? (size_t)wrote : 0;
    }
}

/* The same of a process that runs: /proc has its words, each with a 0 behind it. */
static void read_command(char *text, size_t size, pid_t pid)
{
    size_t length = attach_read_file(pid, "cmdline", text, size);

    for (size_t i = 0; i + 1 < length; i++)
        if (text[i] == '\0')
            text[i] = ' ';
}

/* PROGRAM.trap, in the working directory. */
static char *default_log(const struct options *options)
{
    char comm[TRACEE_NAME_MAX] = "", *name = NULL;
    const char *program = comm;

    if (options->program != NULL)
        program = program_base_name(options->program[0]);
    else
        attach_read_file(options->pid, "comm", comm, sizeof comm);
    comm[strcspn(comm, "\n/")] = '\0'; /* a thread may call itself anything */
    return asprintf(&name, "%s.trap", program) < 0 ? NULL : name;
}

/* ---- the run ---- */

static int complain_of_exec(const char *program, int number)
{
    const char *name = strerrorname_np(number);

    fprintf(stderr, "trapflow: cannot record %s: %s (%s); is it a program for this machine?\n", program,
            strerror(number), name ? name : "?");
    return -1;
}

/* Follows the program, ours or another's, to its end.  `path` is where the program is that we are to start. */
static int follow(const struct options *options, const char *path)
{
    int failure;

    if (options->pid != 0)
        catch_signals(); /* now: being told to stop while we join others must not cost the log its end */
    if (options->pid != 0 ? attach_process(&recorder, options->pid) : launch(&recorder, path, options->program))
        return -1;
    if (options->pid == 0)
        catch_signals();
    loop_run(&recorder);
    failure = options->pid != 0 ? 0 : launch_failure();
    return failure == 0 ? 0 : complain_of_exec(options->program[0], failure);
}

static void tell_loss(const char *log)
{
    unsigned long long lost = atomic_load(&recorder.log.header->lost);

    if (lost > 0)
        fprintf(stderr, "trapflow: %llu events did not fit on the disk of %s; the log says where they are missing\n",
                lost, log);
}

/* The pthread calls of the programs come from a library that they load, into the same log. */
static void prepare_threads(const char *log)
{
    int failure;

    if (!inject_prepare(log)) {
        fprintf(stderr, "trapflow: pthread calls are not recorded: there is no " POOL_LIBRARY
                        " beside trapflow; --no-threads records without\n");
        recorder.threads = false;
        return;
    }
    log_use_ticks(&recorder.log);
    failure = pool_open(&recorder);
    if (failure == 0)
        return;
    fprintf(stderr, "trapflow: pthread calls are not recorded: cannot start a thread: %s (%s); try --no-threads\n",
            strerror(failure), strerrorname_np(failure));
    recorder.threads = false;
}

static int record(const struct options *options, const char *path, const char *log)
{
    char command[LOG_PROGRAM_MAX] = "", error[LOG_ERROR_MAX];
    int status;

    if (options->pid != 0)
        read_command(command, sizeof command, options->pid);
    else
        write_command(command, sizeof command, options->program);
    if (log_create(&recorder.log, log, LOG_BY_RECORDER, CLOCK_KIND_MONOTONIC, command, error) != 0) {
        fprintf(stderr, "trapflow: cannot %s\n", error);
        return -1;
    }
    if (recorder.threads)
        prepare_threads(log);
    log_writer_start(&recorder.writer, &recorder.log);
    status = follow(options, path);
    if (status != 0)
        unlink(log); /* it has nothing of the program's */
    tell_loss(log);
    log_writer_stop(&recorder.writer);
    pool_close(&recorder);
    log_close(&recorder.log, true);
    return status;
}

/* Ends as the program did.  One that ran before us has a parent of its own to tell. */
static int same_end(int status)
{
    if (recorder.attached)
        return 0;
    if (WIFSIGNALED(status)) {
        setrlimit(RLIMIT_CORE, &(struct rlimit){0, 0}); /* the program has left its core already */
        signal(WTERMSIG(status), SIG_DFL);
        raise(WTERMSIG(status));
        return 128 + WTERMSIG(status);
    }
    return WEXITSTATUS(status);
}

int trapflow_record(int argc, char **argv)
{
    struct options options = {0};
    char *path = NULL, *log;
    int status = -1;

    usage_read(&argp, argc, argv, ARGP_IN_ORDER, TRAPFLOW_RECORD_FAILED, &options);
    recorder.syscalls = !options.no_syscalls;
    recorder.threads = !options.no_threads && options.pid == 0;
    recorder.stacks = options.stacks;
    recorder.attached = options.pid != 0;
    if (options.pid == 0 && (path = program_find(options.program[0])) == NULL)
        return TRAPFLOW_RECORD_FAILED;
    log = options.log != NULL ? strdup(options.log) : default_log(&options);
    if (log != NULL)
        status = record(&options, path, log);
    free(path);
    free(log);
    return status == 0 ? same_end(recorder.leader_status) : TRAPFLOW_RECORD_FAILED;
}
