/* A server under load, recorded while its clients are not: redis, over a socket in the test's own folder. */
#include "tests/harness/check.h"
#include "tests/programs/both.h"

#include <criterion/criterion.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { REQUESTS = 2000 };

/* Asks until the server answers, or is gone. */
static bool answers(const char *socket, pid_t server)
{
    struct run_result result;
    bool good = false;

    while (!good && waitpid(server, NULL, WNOHANG) == 0) {
        cr_assert(run_words(&result, "redis-cli", "-s", socket, "ping", NULL) == 0);
        good = check_has(result.out, "PONG");
        run_free(&result);
    }
    return good;
}

/* Debian keeps the program itself with its tools, under another name: no service need be installed to have it. */
static const char *server_program(void)
{
    static const char *const places[] = {"/usr/bin/redis-check-rdb", "/usr/bin/redis-server",
                                         "/usr/local/bin/redis-server"};
    const char *link = check_path("redis-server");

    for (size_t i = 0; i < sizeof places / sizeof *places; i++)
        if (access(places[i], X_OK) == 0 && symlink(places[i], link) == 0)
            return link;
    cr_skip_test("redis-server is not on this machine; make deps-all installs it (Debian: redis-tools)");
    return NULL;
}

static pid_t serve(const char *socket, const char *said)
{
    const char *command = check_built("trapflow"), *program = server_program(), *log = check_path("t.trap"),
               *folder = check_scratch();
    pid_t server = fork();

    if (server == 0) {
        if (freopen(said, "we", stdout) == NULL || dup2(1, 2) < 0)
            _exit(126);
        execl(command, "trapflow", "record", "-o", log, "--", program, "--port", "0", "--unixsocket", socket, "--dir",
              folder, "--io-threads", "2", "--save", "", "--appendonly", "no", (char *)NULL);
        _exit(126);
    }
    return server;
}

Test(programs, redis_under_load)
{
    const char *socket = check_path("redis"), *said = check_path("said");
    char requests[16];
    struct run_result result;
    struct log_view view;
    int status;
    size_t size;

    need_program("redis-benchmark", "redis-tools");
    alarm(60 * run_patience());
    snprintf(requests, sizeof requests, "%u", REQUESTS / run_patience());
    pid_t server = serve(socket, said);
    char *words = NULL;
    bool good = answers(socket, server);
    words = check_read(said, &size);
    cr_assert(good, "the server said %s", words);
    free(words);
    cr_assert(run_words(&result, "redis-benchmark", "-s", socket, "-n", requests, "-c", "10", "-q", "-t",
                        "set,get,incr,lpush", NULL) == 0);
    cr_assert(run_exit_code(&result) == 0 && check_count(result.out, "requests per second") >= 4, "it said %s%s",
              result.out, result.err);
    run_free(&result);
    cr_assert(run_words(&result, "redis-cli", "-s", socket, "incr", "counter:__rand_int__", NULL) == 0);
    cr_assert(atoi(result.out) > 1, "saw %s", result.out); /* the benchmark's increments are there */
    run_free(&result);
    cr_assert(run_words(&result, "redis-cli", "-s", socket, "shutdown", "nosave", NULL) == 0);
    run_free(&result);
    cr_assert(waitpid(server, &status, 0) == server && WIFEXITED(status) && WEXITSTATUS(status) == 0, "status %x",
              (unsigned)status);
    open_whole(&view);
    log_view_free(&view);
}
