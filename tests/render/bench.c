/* What it costs to show a log of many events: `bench TRAPFLOW MAKE_LOG FOLDER [--json]`.
 *
 * Writes logs of 100,000 and of 1,000,000 events, one that folds and one that hardly does, and shows each in every way,
 * by turns and three times; prints medians of the time on the wall and of CPU time, and the memory.  Judges nothing: a
 * loaded machine has another wall, so the aims stand beside the figures.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { TIMES = 3, SIZES = 2, LOGS = 2 };

static const struct way {
    const char *name, *words[5]; /* after the log's path */
    unsigned aim_ms;             /* for a million events; 0: none is stated */
} ways[] = {
    {"stat", {NULL}, 1000},
    {"folded svg", {"-f", "svg"}, 3000},
    {"trap graph", {"-f", "svg", "-p", "graph"}, 0},
    {"wait-for graph", {"-f", "svg", "-p", "waits"}, 0},
    {"perfetto", {"-f", "perfetto"}, 3000},
    {"html", {"-f", "html"}, 3000},
    {"mermaid", {"-f", "mermaid"}, 0},
    {"text", {"-f", "text"}, 0},
    {"jsonl", {"-f", "jsonl"}, 0},
};
enum { WAYS = sizeof ways / sizeof *ways };

static const char *const sizes[SIZES] = {"100000", "1000000"}, *const logs[LOGS] = {"steps", "threads"};

struct cost {
    double wall_ms, cpu_ms, rss_mib;
};

static double ms(struct timeval time)
{
    return (double)time.tv_sec * 1e3 + (double)time.tv_usec / 1e3;
}

/* Runs to the end, output thrown away.  Ends this program if it fails. */
static struct cost run(const char *const *words)
{
    struct timespec start, end;
    struct rusage used;
    int status = -1;
    clock_gettime(CLOCK_MONOTONIC, &start);
    pid_t child = fork();
    if (child == 0) {
        if (freopen("/dev/null", "w", stdout) != NULL)
            execv(words[0], (char **)words);
        _exit(127);
    }
    if (child < 0 || wait4(child, &status, 0, &used) != child || status != 0) {
        fprintf(stderr, "bench: cannot run %s %s: status %d; try it by hand\n", words[0], words[1], status);
        exit(1);
    }
    clock_gettime(CLOCK_MONOTONIC, &end);
    return (struct cost){.wall_ms =
                             (double)(end.tv_sec - start.tv_sec) * 1e3 + (double)(end.tv_nsec - start.tv_nsec) / 1e6,
                         .cpu_ms = ms(used.ru_utime) + ms(used.ru_stime),
                         .rss_mib = (double)used.ru_maxrss / 1024};
}

static struct cost show(const char *trapflow, const char *log, const struct way *way)
{
    const char *words[9] = {trapflow, way->words[0] == NULL ? "stat" : "render", log};
    for (unsigned i = 0; i < 5 && way->words[i] != NULL; i++)
        words[3 + i] = way->words[i];
    return run(words);
}

static int by_size(const void *a, const void *b)
{
    double left = *(const double *)a, right = *(const double *)b;
    return (left > right) - (left < right);
}

static struct cost median(const struct cost costs[TIMES])
{
    double wall[TIMES], cpu[TIMES], rss[TIMES];
    for (unsigned i = 0; i < TIMES; i++)
        wall[i] = costs[i].wall_ms, cpu[i] = costs[i].cpu_ms, rss[i] = costs[i].rss_mib;
    qsort(wall, TIMES, sizeof *wall, by_size);
    qsort(cpu, TIMES, sizeof *cpu, by_size);
    qsort(rss, TIMES, sizeof *rss, by_size);
    return (struct cost){wall[TIMES / 2], cpu[TIMES / 2], rss[TIMES / 2]};
}

static struct cost costs[SIZES][LOGS][WAYS][TIMES];

static void tell(void)
{
    printf("showing a log of 1,000,000 events: medians of %d; in parentheses one of 100,000\n\n", TIMES);
    printf("log      as              aim, ms   on the wall, ms       CPU, ms           memory, MiB (aim 500)\n");
    for (unsigned log = 0; log < LOGS; log++)
        for (unsigned way = 0; way < WAYS; way++) {
            struct cost small = median(costs[0][log][way]), large = median(costs[1][log][way]);
            char aim[16] = "-";
            if (ways[way].aim_ms != 0)
                snprintf(aim, sizeof aim, "%u", ways[way].aim_ms);
            printf("%-8s %-15s %7s %8.0f (%.0f)%*s%8.0f (%.0f)%*s%8.0f (%.0f)\n", logs[log], ways[way].name, aim,
                   large.wall_ms, small.wall_ms, small.wall_ms < 100 ? 4 : 3, "", large.cpu_ms, small.cpu_ms,
                   small.cpu_ms < 100 ? 4 : 3, "", large.rss_mib, small.rss_mib);
        }
}

static void tell_json(void)
{
    printf("{\"bench\":\"render\",\"times\":%d,\"results\":[", TIMES);
    for (unsigned i = 0; i < SIZES * LOGS * WAYS; i++) {
        unsigned size = i / (LOGS * WAYS), log = i / WAYS % LOGS, way = i % WAYS;
        struct cost cost = median(costs[size][log][way]);
        printf("%s{\"log\":\"%s\",\"events\":%s,\"as\":\"%s\",\"wall_ms\":%.1f,\"cpu_ms\":%.1f,\"rss_mib\":%.1f}",
               i == 0 ? "" : ",", logs[log], sizes[size], ways[way].name, cost.wall_ms, cost.cpu_ms, cost.rss_mib);
    }
    printf("]}\n");
}

int main(int argc, char **argv)
{
    if (argc < 4) {
        fprintf(stderr, "bench: cannot start: too few words; try: make bench-render\n");
        return 2;
    }
    for (unsigned size = 0; size < SIZES; size++)
        for (unsigned log = 0; log < LOGS; log++) {
            char path[4096];
            snprintf(path, sizeof path, "%s/bench-%s.trap", argv[3], logs[log]);
            run((const char *const[]){argv[2], path, sizes[size], logs[log], NULL});
            for (unsigned time = 0; time < TIMES; time++)
                for (unsigned way = 0; way < WAYS; way++)
                    costs[size][log][way][time] = show(argv[1], path, &ways[way]);
            unlink(path);
        }
    (argc > 4 && strcmp(argv[4], "--json") == 0 ? tell_json : tell)();
    return 0;
}
