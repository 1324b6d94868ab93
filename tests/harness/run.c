/* run.h's promise kept: fork, exec, two pipes, one deadline.  Whatever the program started in its process group
 * dies with it; whatever it wrote is in memory.  Knows nothing of tests, verdicts or Criterion. */
#include "tests/harness/run.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/* One captured stream. */
struct stream {
    int fd; /* −1 once closed */
    char *bytes;
    size_t size, capacity, limit;
    bool cut;
};

static long long now_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * 1000LL + now.tv_nsec / 1000000;
}

/* In the child: becomes the program, or tells the parent through `report` why it could not. */
static void become_program(const struct run_options *options, const int in[2], const int out[2], const int err[2],
                           int report)
{
    setpgid(0, 0);
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    dup2(in[0], STDIN_FILENO);
    dup2(out[1], STDOUT_FILENO);
    dup2(err[1], STDERR_FILENO);
    signal(SIGPIPE, SIG_DFL);
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    for (size_t i = 0; options->environment && options->environment[i]; i++)
        putenv((char *)options->environment[i]);
    int failed = 0;
    if (options->directory && chdir(options->directory) != 0)
        failed = errno;
    if (!failed && options->uid && (setgroups(0, NULL) != 0 || setgid(options->uid) != 0 || setuid(options->uid) != 0))
        failed = errno;
    if (!failed && options->before_exec)
        failed = options->before_exec(options->argv[0]);
    if (!failed) {
        execvp(options->argv[0], (char *const *)options->argv);
        failed = errno;
    }
    if (write(report, &failed, sizeof failed) != sizeof failed)
        _exit(126);
    _exit(127);
}

/* Reads what is there; closes the stream at its end.  Beyond the limit it reads on, so that the writer never blocks. */
static void stream_read(struct stream *stream)
{
    char buffer[65536];
    ssize_t got = read(stream->fd, buffer, sizeof buffer);
    if (got < 0 && (errno == EINTR || errno == EAGAIN))
        return;
    if (got <= 0) {
        close(stream->fd);
        stream->fd = -1;
        return;
    }
    size_t keep = (size_t)got;
    if (keep > stream->limit - stream->size) {
        keep = stream->limit - stream->size;
        stream->cut = true;
    }
    if (stream->size + keep + 1 > stream->capacity) {
        stream->capacity = 2 * (stream->size + keep + 1);
        char *grown = realloc(stream->bytes, stream->capacity);
        if (!grown)
            abort();
        stream->bytes = grown;
    }
    memcpy(stream->bytes + stream->size, buffer, keep);
    stream->size += keep;
    stream->bytes[stream->size] = '\0';
}

static void feed_input(int *fd, const struct run_options *options, size_t size, size_t *written)
{
    ssize_t put = write(*fd, options->input + *written, size - *written);
    if (put > 0)
        *written += (size_t)put;
    if ((put < 0 && errno != EAGAIN && errno != EINTR) || *written == size) {
        close(*fd);
        *fd = -1;
    }
}

unsigned run_patience(void)
{
    const char *text = getenv("TRAPBOOK_PATIENCE");
    int times = text ? atoi(text) : 1;
    return times > 0 ? (unsigned)times : 1;
}

/* Collects output until the program has ended (or the deadline has passed); returns whether it timed out.
 * A grandchild that keeps a pipe open does not keep us: once the program is dead, what is buffered is drained. */
static bool collect(pid_t pid, int *status, struct stream streams[2], int in_fd, const struct run_options *options)
{
    long long deadline =
        now_ms() + (long long)run_patience() * (options->deadline_ms ? options->deadline_ms : RUN_DEADLINE_DEFAULT_MS);
    size_t input_size = options->input ? (options->input_size ? options->input_size : strlen(options->input)) : 0,
           written = 0;
    if (input_size == 0) {
        close(in_fd);
        in_fd = -1;
    }
    bool ended = false, timed_out = false;
    while (!ended || streams[0].fd >= 0 || streams[1].fd >= 0) {
        struct pollfd polls[3] = {{streams[0].fd, POLLIN, 0}, {streams[1].fd, POLLIN, 0}, {in_fd, POLLOUT, 0}};
        /* Short naps only to notice an end that closes no pipe: nothing is ordered by them. */
        int ready = poll(polls, 3, ended ? 0 : 20);
        for (int i = 0; i < 2; i++)
            if (polls[i].fd >= 0 && polls[i].revents)
                stream_read(&streams[i]);
        if (in_fd >= 0 && polls[2].revents)
            feed_input(&in_fd, options, input_size, &written);
        if (ended && ready <= 0)
            break;
        if (!ended && waitpid(pid, status, WNOHANG) == pid) {
            ended = true;
            kill(-pid, SIGKILL); /* what it left behind in its group */
        }
        if (!ended && now_ms() > deadline) {
            timed_out = true;
            kill(-pid, SIGKILL);
            kill(pid, SIGKILL);
            waitpid(pid, status, 0);
            ended = true;
        }
    }
    if (in_fd >= 0)
        close(in_fd);
    return timed_out;
}

static void close_pipe(int ends[2])
{
    close(ends[0]);
    close(ends[1]);
}

int run_command(const struct run_options *options, struct run_result *result)
{
    memset(result, 0, sizeof *result);
    int in[2], out[2], err[2], report[2];
    if (pipe2(in, O_CLOEXEC) || pipe2(out, O_CLOEXEC) || pipe2(err, O_CLOEXEC) || pipe2(report, O_CLOEXEC))
        return errno;
    signal(SIGPIPE, SIG_IGN);
    pid_t pid = fork();
    if (pid == 0)
        become_program(options, in, out, err, report[1]);
    if (pid < 0) {
        int failed = errno;
        close_pipe(in), close_pipe(out), close_pipe(err), close_pipe(report);
        return failed;
    }
    setpgid(pid, pid); /* in both processes, so that neither order of events matters */
    close(in[0]), close(out[1]), close(err[1]), close(report[1]);
    fcntl(in[1], F_SETFL, O_NONBLOCK);
    int failed = 0;
    ssize_t told = read(report[0], &failed, sizeof failed); /* end of file: exec closed it */
    close(report[0]);

    size_t limit = options->output_limit ? options->output_limit : RUN_OUTPUT_DEFAULT;
    struct stream streams[2] = {{out[0], NULL, 0, 0, limit, false}, {err[0], NULL, 0, 0, limit, false}};
    result->timed_out = collect(pid, &result->status, streams, in[1], options);
    for (int i = 0; i < 2; i++)
        if (streams[i].fd >= 0)
            close(streams[i].fd);
    result->out = streams[0].bytes ? streams[0].bytes : calloc(1, 1);
    result->err = streams[1].bytes ? streams[1].bytes : calloc(1, 1);
    result->out_size = streams[0].size;
    result->err_size = streams[1].size;
    result->cut = streams[0].cut || streams[1].cut;
    return told == sizeof failed ? failed : 0;
}

void run_free(struct run_result *result)
{
    free(result->out);
    free(result->err);
    memset(result, 0, sizeof *result);
}

int run_exit_code(const struct run_result *result)
{
    return WIFEXITED(result->status) ? WEXITSTATUS(result->status) : 128 + WTERMSIG(result->status);
}

int run_words(struct run_result *result, const char *word, ...)
{
    enum { WORDS_MAX = 64 };
    const char *argv[WORDS_MAX + 1];
    size_t count = 0;
    va_list words;
    va_start(words, word);
    for (; word && count < WORDS_MAX; word = va_arg(words, const char *))
        argv[count++] = word;
    va_end(words);
    argv[count] = NULL;
    return run_command(&(struct run_options){.argv = argv}, result);
}
