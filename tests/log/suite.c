/* The log as its producers use it: many threads, forks, kills and full disks.  Damaged files are damage.c's. */
#include "tests/harness/check.h"
#include "tests/log/log_test.h"

#include <criterion/criterion.h>
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

void make_log(struct log *log, struct log_writer *writer, const char *path)
{
    char error[LOG_ERROR_MAX];

    cr_assert(log_create(log, path, LOG_BY_TEST, CLOCK_KIND_MONOTONIC, "a program", error) == 0, "cannot %s", error);
    log_writer_start(writer, log);
}

static bool write_one(struct log_writer *writer, uint64_t number)
{
    struct event *event = log_begin(writer, sizeof(struct event_life));
    struct event_life life = {.pc = number};

    if (event == NULL)
        return false;
    memcpy(event->payload, &life, sizeof life);
    event->lane = EVENT_LANE(LANE_THREAD, 1);
    log_publish(event, EVENT_START);
    return true;
}

size_t write_numbered(struct log_writer *writer, size_t first, size_t count)
{
    size_t dropped = 0;

    for (size_t i = first; i < first + count; i++)
        dropped += !write_one(writer, i);
    return dropped;
}

void open_good(struct log_view *view, const char *path)
{
    char error[LOG_ERROR_MAX];
    enum log_status status = log_view_open(view, path, error);

    cr_assert(status == LOG_OK, "status %d: cannot %s", (int)status, error);
}

static uint64_t number_of(const struct log_view *view, size_t entry)
{
    return EVENT_PAYLOAD(view->entries[entry].event, life)->pc;
}

Test(log, round_trip)
{
    static const char words[] =
        "a string that is longer than one record, so that it comes in pieces: three of them, to be sure, and a bit";
    struct log log;
    struct log_writer writer;
    struct log_view view;
    char joined[sizeof words] = "";

    make_log(&log, &writer, check_path("t.trap"));
    struct event *event = log_begin(&writer, sizeof(struct event_syscall));
    struct event_syscall call = {.pc = 0x1234, .number = 7, .machine = 62, .argument = {1, 2, 3, 4, 5, UINT64_MAX}};
    memcpy(event->payload, &call, sizeof call);
    event->tid = 42;
    event->lane = EVENT_LANE(LANE_PROCESS, 3);
    event->step = 9;
    event->mode = MODE_HYPERVISOR;
    event->vm = 2;
    event->cpu = 1;
    log_publish(event, EVENT_SYSCALL_ENTER);
    log_text(&writer, event, TEXT_ARGUMENT, 1, words, strlen(words), 1000, true);
    log_writer_stop(&writer);
    log_close(&log, true);

    open_good(&view, check_path("t.trap"));
    cr_assert(view.count == 4 && view.lost == 0 && view.header->closed == 1, "saw %zu events", view.count);
    cr_assert(strcmp(view.header->program, "a program") == 0 && view.header->clock == CLOCK_KIND_MONOTONIC);
    const struct event *read = view.entries[0].event;
    cr_assert(read->kind == EVENT_SYSCALL_ENTER && read->length == sizeof call && read->seq == 0 && read->tid == 42);
    cr_assert(read->lane == EVENT_LANE(LANE_PROCESS, 3) && read->step == 9 && read->mode == MODE_HYPERVISOR);
    cr_assert(read->vm == 2 && read->cpu == 1 && memcmp(read->payload, &call, sizeof call) == 0);
    for (size_t i = 1; i < view.count; i++) {
        const struct event_text *text = EVENT_PAYLOAD(view.entries[i].event, text);
        cr_assert(view.entries[i].event->t_ns == read->t_ns && text->about == 0 && text->index == 1 &&
                  text->full == 1000);
        cr_assert(text->more == (i + 1 < view.count) && text->unterminated == 1 && text->role == TEXT_ARGUMENT);
        strncat(joined, text->bytes, text->used);
    }
    cr_assert(strcmp(joined, words) == 0, "saw %s", joined);
    log_view_free(&view);
}

Test(log, names_are_found_again)
{
    char text[32];

    for (unsigned kind = EVENT_NONE + 1; kind < EVENT_KIND_END; kind++) {
        cr_assert(event_kind_name(kind) != NULL && event_kind_named(event_kind_name(kind)) == kind, "kind %u", kind);
        cr_assert(event_payload_size(kind) <= EVENT_PAYLOAD_MAX);
    }
    cr_assert(event_kind_named("no such kind") == EVENT_NONE && event_kind_name(EVENT_KIND_END) == NULL);
    cr_assert(strcmp(event_lane_text(EVENT_LANE(LANE_GUEST_OS, 2), text), "guest-os:2") == 0);
    cr_assert(strcmp(event_lane_text(EVENT_LANE(LANE_HYPERVISOR, 0), text), "hypervisor") == 0);
}

/* ---- many producers ---- */

enum { PRODUCERS = 8, EVENTS_EACH = 50000 };

static void *produce(void *log)
{
    struct log_writer writer;

    log_writer_start(&writer, log);
    write_numbered(&writer, 0, EVENTS_EACH);
    log_writer_stop(&writer);
    return NULL;
}

Test(log, concurrent_producers_lose_nothing)
{
    struct log log;
    struct log_writer unused;
    struct log_view view;
    pthread_t threads[PRODUCERS];
    uint64_t next[PRODUCERS] = {0};

    make_log(&log, &unused, check_path("t.trap"));
    for (int i = 0; i < PRODUCERS; i++)
        cr_assert(pthread_create(&threads[i], NULL, produce, &log) == 0);
    for (int i = 0; i < PRODUCERS; i++)
        pthread_join(threads[i], NULL);
    log_close(&log, true);

    open_good(&view, check_path("t.trap"));
    cr_assert(view.count == (size_t)PRODUCERS * EVENTS_EACH && view.lost == 0, "saw %zu events", view.count);
    for (size_t i = 0; i < view.count; i++) {
        uint32_t producer = view.entries[i].producer;
        cr_assert(i == 0 || view.entries[i - 1].event->t_ns <= view.entries[i].event->t_ns,
                  "not in order of time at %zu", i);
        cr_assert(producer < PRODUCERS && view.entries[i].event->seq == next[producer] &&
                      number_of(&view, i) == next[producer],
                  "producer %u: saw seq %u, expected %lu", producer, view.entries[i].event->seq,
                  (unsigned long)next[producer]);
        next[producer]++;
    }
    log_view_free(&view);
}

Test(log, a_forked_child_claims_anew)
{
    enum { BEFORE = 100, AFTER = 20000 };
    struct log log;
    struct log_writer writer;
    struct log_view view;
    size_t count[2] = {0};
    int status;

    make_log(&log, &writer, check_path("t.trap"));
    write_numbered(&writer, 0, BEFORE);
    pid_t child = fork();
    write_numbered(&writer, 0, AFTER);
    if (child == 0)
        _exit(0);
    cr_assert(child > 0 && waitpid(child, &status, 0) == child && status == 0);
    log_writer_stop(&writer);
    log_close(&log, true);

    open_good(&view, check_path("t.trap"));
    for (size_t i = 0; i < view.count; i++)
        count[view.entries[i].producer != 0]++;
    cr_assert(count[0] == BEFORE + AFTER && count[1] == AFTER, "saw %zu and %zu", count[0], count[1]);
    log_view_free(&view);
}

/* ---- kills ---- */

/* Writes for ever; says on `told` when the first events are there. */
static void write_until_killed(const char *path, int told)
{
    struct log log;
    struct log_writer writer;

    make_log(&log, &writer, path);
    for (size_t i = 0;; i++) {
        write_one(&writer, i);
        if (i % 1000 == 500 && write(told, "!", 1) != 1)
            _exit(1);
    }
}

Test(log, kill_leaves_whole_records)
{
    for (int round = 0; round < 20; round++) {
        int told[2];
        const char *path = check_path("t.trap"); /* made before the fork, so that the child does not make its own */
        char word[64];
        struct log_view view;
        size_t heard = 0;

        cr_assert(pipe(told) == 0);
        pid_t child = fork();
        if (child == 0)
            write_until_killed(path, told[1]);
        close(told[1]);
        while (heard < (size_t)round * 2 + 1) {
            ssize_t got = read(told[0], word, 1);
            cr_assert(got == 1);
            heard++;
        }
        kill(child, SIGKILL);
        waitpid(child, NULL, 0);
        close(told[0]);

        open_good(&view, path);
        cr_assert(view.header->closed == 0 && view.count >= (heard - 1) * 1000 + 501, "saw %zu events", view.count);
        for (size_t i = 0; i < view.count; i++)
            cr_assert(number_of(&view, i) == i && view.entries[i].event->seq == i, "torn at %zu", i);
        log_view_free(&view);
    }
}

/* ---- full disks ---- */

enum { ROOM = 1024 * 1024, TOO_MANY = 60000 };

/* Writes more than there is room for, then `make_room`, then some more: the loss is counted and told where it was. */
static void overflow(const char *path, void (*make_room)(void))
{
    struct log log;
    struct log_writer writer;
    struct log_view view;
    size_t dropped, later, gaps = 0, told = 0;

    make_log(&log, &writer, path);
    dropped = write_numbered(&writer, 0, TOO_MANY);
    cr_assert(dropped > 0 && dropped < TOO_MANY, "dropped %zu", dropped);
    make_room();
    later = write_numbered(&writer, TOO_MANY, TOO_MANY / 100);
    cr_assert(later < TOO_MANY / 100, "dropped %zu even with room", later);
    log_writer_stop(&writer);
    log_close(&log, true);

    open_good(&view, path);
    for (size_t i = 0; i < view.count; i++)
        if (view.entries[i].event->kind == EVENT_LOST) {
            gaps++;
            told += EVENT_PAYLOAD(view.entries[i].event, lost)->count;
        }
    cr_assert(gaps == 1 && told == dropped + later && view.lost == told, "lost %zu, told %zu in %zu records",
              dropped + later, told, gaps);
    cr_assert(view.count - gaps == TOO_MANY + TOO_MANY / 100 - told, "saw %zu events", view.count);
    log_view_free(&view);
}

static void raise_limit(void)
{
    struct rlimit limit;

    getrlimit(RLIMIT_FSIZE, &limit);
    limit.rlim_cur = limit.rlim_max;
    cr_assert(setrlimit(RLIMIT_FSIZE, &limit) == 0);
}

/* SIGXFSZ keeps its default, which would kill us: so this also shows that the writer never draws it. */
Test(log, a_file_size_limit_drops_and_counts)
{
    struct rlimit limit;

    getrlimit(RLIMIT_FSIZE, &limit);
    limit.rlim_cur = ROOM;
    cr_assert(setrlimit(RLIMIT_FSIZE, &limit) == 0);
    overflow(check_path("t.trap"), raise_limit);
}

static char disk[4096];

static void enlarge_disk(void)
{
    cr_assert(mount("tmpfs", disk, "tmpfs", MS_REMOUNT, "size=64m") == 0);
}

Test(log, a_full_disk_drops_and_counts)
{
    char path[4200];

    snprintf(disk, sizeof disk, "%s", check_scratch());
    /* In a mount namespace of our own, so that nothing of it is left whatever happens. */
    if (unshare(CLONE_NEWNS) != 0 || mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0 ||
        mount("tmpfs", disk, "tmpfs", 0, "size=1m") != 0)
        cr_skip_test("a small disk cannot be mounted here; root outside of a container can");
    snprintf(path, sizeof path, "%s/t.trap", disk);
    overflow(path, enlarge_disk);
    umount2(disk, MNT_DETACH);
}

/* ---- a large log ---- */

Test(log, a_million_events_fit_in_memory)
{
    enum { MILLION = 1000000, MOST_KIB = 300 * 1024 };
    struct log log;
    struct log_writer writer;
    struct log_view view;
    struct rusage usage;

    make_log(&log, &writer, check_path("t.trap"));
    for (size_t i = 0; i < MILLION; i++) {
        struct event *event = log_begin(&writer, EVENT_PAYLOAD_MAX);
        cr_assert(event != NULL, "no room for a log of 96 MB in %s", check_scratch());
        log_publish(event, EVENT_SYSCALL_ENTER);
    }
    log_writer_stop(&writer);
    log_close(&log, true);
    open_good(&view, check_path("t.trap"));
    cr_assert(view.count == MILLION);
    getrusage(RUSAGE_SELF, &usage);
    cr_assert(usage.ru_maxrss < MOST_KIB, "took %ld KiB", usage.ru_maxrss);
    log_view_free(&view);
}
