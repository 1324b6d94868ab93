/* The recorder's figures, beside strace's, in one run: medians of interleaved rounds, so that whatever else the machine
 * does falls on both alike.  Figures, not verdicts: nothing here passes or fails.
 *
 *   record [--json]      needs trapflow beside it in the build folder, and strace
 *
 * Wall time decides, as a user waits for it; the ratio of CPU times stands beside it, because it is steadier on a
 * machine that others use, too.  Where no machine is quiet, root may run it at real-time priority: chrt -f 10.
 */
#include <fcntl.h>
#include <libgen.h>
#include <limits.h>
#include <sched.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { ROUNDS = 9, WORDS_MOST = 24, CONTENDERS_MOST = 3 };

/* What is measured: words in front of a program, or none. */
struct contender {
    const char *name;
    bool one_cpu; /* started on one CPU, as `taskset -c 0` would */
    const char *words[6];
};

struct cost {
    double wall, cpu; /* seconds */
};

struct workload {
    const char *name;
    const char *words[10];
    unsigned calls; /* that it makes, but for a few at its start; 0: nobody counted, then a cost is that of the run */
};

/* Ours comes first; the figure is its ratio to the fastest of the others. */
struct comparison {
    struct workload workload;
    double target;
    unsigned count;
    struct contender contenders[CONTENDERS_MOST];
};

static char trapflow[PATH_MAX], log_path[PATH_MAX], caller[PATH_MAX];

#define RECORD trapflow, "record", "-o", log_path
#define STRACE "strace", "-f", "-o", "/dev/null"
#define GETPPID(count)                                                                                                 \
    {                                                                                                                  \
        .name = "getppid", .words = {caller, #count}, .calls = count                                                   \
    }
/* clang-format off */
static const struct comparison comparisons[] = {
    {GETPPID(20000), 0.95, 2, {{"record on one CPU", true, {RECORD}}, {"strace -f on one CPU", true, {STRACE}}}},
    {{"dd bs=1", {"dd", "if=/dev/zero", "of=/dev/null", "bs=1", "count=10000"}, 20000}, 0.95, 2,
     {{"record on one CPU", true, {RECORD}}, {"strace -f on one CPU", true, {STRACE}}}},
    {{"find /usr/share/doc", {"find", "/usr/share/doc", "-size", "+100000"}, 0}, 0.95, 2,
     {{"record on one CPU", true, {RECORD}}, {"strace -f on one CPU", true, {STRACE}}}},
    {GETPPID(5000), 1.0, 3,
     {{"record", false, {RECORD}}, {"strace -f", false, {STRACE}}, {"strace -f on one CPU", true, {STRACE}}}},
    {{"a shell's child", {"sh", "-c", "\"$0\" 5000; exit", caller}, 5000}, 1.0, 3,
     {{"record", false, {RECORD}}, {"strace -f", false, {STRACE}}, {"strace -f on one CPU", true, {STRACE}}}},
    {{"14 frames deep", {caller, "300", "14"}, 300}, 0.1, 2,
     {{"record --stacks", true, {RECORD, "--stacks"}}, {"strace -k -f", true, {"strace", "-k", "-f", "-o", "/dev/null"}}}},
};
/* clang-format on */

static double seconds_of(struct timeval time)
{
    return (double)time.tv_sec + (double)time.tv_usec * 1e-6;
}

static double now(void)
{
    struct timespec time;

    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + (double)time.tv_nsec * 1e-9;
}

/* In the child; never returns. */
static void become(const struct contender *contender, const struct workload *workload)
{
    const char *argv[WORDS_MOST] = {NULL};
    size_t count = 0;
    int null = open("/dev/null", O_RDWR);
    cpu_set_t one;

    CPU_ZERO(&one);
    CPU_SET(0, &one);
    if (contender->one_cpu)
        sched_setaffinity(0, sizeof one, &one);
    dup2(null, 1), dup2(null, 2);
    for (size_t i = 0; i < 6 && contender->words[i] != NULL; i++)
        argv[count++] = contender->words[i];
    for (size_t i = 0; workload->words[i] != NULL; i++)
        argv[count++] = workload->words[i];
    execvp(argv[0], (char *const *)argv);
    _exit(127);
}

static struct cost run(const struct contender *contender, const struct workload *workload)
{
    struct rusage used;
    double start = now();
    pid_t pid = fork();
    int status;

    if (pid == 0)
        become(contender, workload);
    if (pid < 0 || wait4(pid, &status, 0, &used) != pid || !WIFEXITED(status) || WEXITSTATUS(status) != 0) {
        fprintf(stderr, "bench-record: %s of %s ended with status %x\n", contender->name, workload->name,
                pid < 0 ? 0 : (unsigned)status);
        exit(1);
    }
    return (struct cost){now() - start, seconds_of(used.ru_utime) + seconds_of(used.ru_stime)};
}

static int by_size(const void *left, const void *right)
{
    double a = *(const double *)left, b = *(const double *)right;

    return a < b ? -1 : a > b;
}

static double median(double values[ROUNDS])
{
    qsort(values, ROUNDS, sizeof *values, by_size);
    return values[ROUNDS / 2];
}

/* One round is one run of each. */
static void measure(const struct comparison *comparison, struct cost cost[CONTENDERS_MOST])
{
    double wall[CONTENDERS_MOST][ROUNDS], cpu[CONTENDERS_MOST][ROUNDS];

    for (unsigned round = 0; round < ROUNDS; round++)
        for (unsigned i = 0; i < comparison->count; i++) {
            unlink(log_path); /* to empty a log that is there already costs, and not for what is measured */
            struct cost one = run(&comparison->contenders[i], &comparison->workload);
            wall[i][round] = one.wall;
            cpu[i][round] = one.cpu;
        }
    for (unsigned i = 0; i < comparison->count; i++)
        cost[i] = (struct cost){median(wall[i]), median(cpu[i])};
}

static void tell(const struct comparison *comparison, const struct cost cost[CONTENDERS_MOST], bool json)
{
    const struct workload *workload = &comparison->workload;
    double each = workload->calls > 0 ? 1e6 / workload->calls : 1e3;
    const char *unit = workload->calls > 0 ? "us a call" : "ms";
    unsigned best = 1;

    for (unsigned i = 2; i < comparison->count; i++)
        if (cost[i].wall < cost[best].wall)
            best = i;
    double ratio = cost[0].wall / cost[best].wall, cpu_ratio = cost[0].cpu / cost[best].cpu;
    if (json)
        printf("{\"bench\":\"record\",\"workload\":\"%s\",\"unit\":\"%s\",\"ours\":\"%s\",\"ours_cost\":%.3f,"
               "\"peer\":\"%s\",\"peer_cost\":%.3f,\"ratio\":%.3f,\"cpu_ratio\":%.3f,\"target\":%.2f,\"rounds\":%d}\n",
               workload->name, unit, comparison->contenders[0].name, cost[0].wall * each,
               comparison->contenders[best].name, cost[best].wall * each, ratio, cpu_ratio, comparison->target, ROUNDS);
    else
        printf("%-20s %-18s %8.2f %-9s  %-21s %8.2f  %5.2f x  (target %.2f; CPU time %.2f x)\n", workload->name,
               comparison->contenders[0].name, cost[0].wall * each, unit, comparison->contenders[best].name,
               cost[best].wall * each, ratio, comparison->target, cpu_ratio);
    fflush(stdout);
}

int main(int argc, char **argv)
{
    bool json = argc > 1 && strcmp(argv[1], "--json") == 0;
    char folder[] = "/tmp/bench-record-XXXXXX", self[PATH_MAX] = "";

    if (readlink("/proc/self/exe", self, sizeof self - 1) < 0 || mkdtemp(folder) == NULL) {
        perror("bench-record: cannot make a folder in /tmp");
        return 1;
    }
    snprintf(caller, sizeof caller, "%.*s/calls", PATH_MAX - 16, dirname(self));
    snprintf(trapflow, sizeof trapflow, "%.*s/trapflow", PATH_MAX - 16, dirname(self));
    snprintf(log_path, sizeof log_path, "%s/t.trap", folder);
    for (size_t i = 0; i < sizeof comparisons / sizeof *comparisons; i++) {
        struct cost cost[CONTENDERS_MOST] = {{0}};
        measure(&comparisons[i], cost);
        tell(&comparisons[i], cost, json);
    }
    unlink(log_path);
    rmdir(folder);
    return 0;
}
