/* trapflow record: runs a program, writes down what its threads and traps do, and ends as the program did.
 *
 * Knows the options and the exit status; whoever calls us must not notice that we were there.
 */
#include "tracer/record/record.h"

#include <argp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tracer/trapflow.h"

struct options {
    const char *log;
    bool no_threads, no_syscalls;
    char **program; /* its arguments, beginning with its name */
};

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
    case ARGP_KEY_ARG: /* the rest is the program's, even what looks like an option */
        options->program = &state->argv[state->next - 1];
        state->next = state->argc;
        return 0;
    case ARGP_KEY_NO_ARGS:
        argp_failure(state, TRAPFLOW_RECORD_FAILED, 0, "no program given; try: trapflow record -- PROGRAM");
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static const struct argp_option choices[] = {
    {"output", 'o', "FILE", 0, "write the log here (otherwise PROGRAM.trap)", 0},
    {"no-syscalls", 'S', 0, 0, "leave out system calls: faster, threads and signals stay", 0},
    {"no-threads", 'T', 0, 0, "leave out pthread calls (they are not recorded yet)", 0},
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

/* ---- signals sent to us are meant for the program ---- */

static volatile sig_atomic_t program_pid;

static void pass_on(int signo, siginfo_t *info, void *context)
{
    (void)context;
    /* ^C comes from the kernel, to the program as well as to us; kill reached only us. */
    if (info->si_code <= 0)
        kill((pid_t)program_pid, signo);
}

static void catch_signals(pid_t program)
{
    static const int signals[] = {SIGINT, SIGQUIT, SIGTERM, SIGHUP};
    struct sigaction action = {.sa_sigaction = pass_on, .sa_flags = SA_SIGINFO | SA_RESTART}, before;

    program_pid = program;
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

static char *default_log(const char *program)
{
    char *name = NULL;

    if (asprintf(&name, "%s.trap", program_base_name(program)) < 0)
        return NULL;
    return name;
}

/* ---- the run ---- */

static int record(struct recorder *recorder, const char *path, const char *log, char **argv)
{
    char command[LOG_PROGRAM_MAX] = "", error[LOG_ERROR_MAX];
    int failure;

    write_command(command, sizeof command, argv);
    if (log_create(&recorder->log, log, LOG_BY_RECORDER, CLOCK_KIND_MONOTONIC, command, error) != 0) {
        fprintf(stderr, "trapflow: cannot %s\n", error);
        return -1;
    }
    log_writer_start(&recorder->writer, &recorder->log);
    if (launch(recorder, path, argv) != 0) {
        unlink(log);
        return -1;
    }
    catch_signals(recorder->leader);
    loop_run(recorder);
    failure = launch_failure();
    if (failure != 0) {
        const char *name = strerrorname_np(failure);
        fprintf(stderr, "trapflow: cannot record %s: %s (%s); is it a program for this machine?\n", argv[0],
                strerror(failure), name ? name : "?");
        unlink(log);
        return -1;
    }
    return 0;
}

static void tell_loss(const struct recorder *recorder, const char *log)
{
    unsigned long long lost = atomic_load(&recorder->log.header->lost);

    if (lost > 0)
        fprintf(stderr, "trapflow: %llu events did not fit on the disk of %s; the log says where they are missing\n",
                lost, log);
}

/* Ends as the program did. */
static int same_end(int status)
{
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
    static struct recorder recorder;
    struct options options = {0};
    char *path, *log;
    int status = -1;

    argp_err_exit_status = TRAPFLOW_RECORD_FAILED;
    argp_parse(&argp, argc, argv, ARGP_IN_ORDER, NULL, &options);
    recorder.syscalls = !options.no_syscalls;
    path = program_find(options.program[0]);
    if (path == NULL)
        return TRAPFLOW_RECORD_FAILED;
    log = options.log != NULL ? strdup(options.log) : default_log(options.program[0]);
    if (log != NULL)
        status = record(&recorder, path, log, options.program);
    if (status == 0) {
        tell_loss(&recorder, log);
        log_writer_stop(&recorder.writer);
        log_close(&recorder.log, true);
    }
    free(path);
    free(log);
    return status == 0 ? same_end(recorder.leader_status) : TRAPFLOW_RECORD_FAILED;
}
