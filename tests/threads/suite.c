/* The pthread calls of recorded programs: what is told of them, and that the programs do not notice. */
#include "tests/harness/check.h"
#include "tests/threads/told.h"
#include "tracer/threads/calls.h"
#include "tracer/threads/pool.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const uint32_t main_lane = EVENT_LANE(LANE_THREAD, 1), second_lane = EVENT_LANE(LANE_THREAD, 2);

static const char objects_lines[] = "init pthread_mutex_init\n"
                                    "lock-acquire pthread_mutex_lock\n"
                                    "lock-try-fail pthread_mutex_trylock\n"
                                    "lock-release pthread_mutex_unlock\n"
                                    "destroy pthread_mutex_destroy\n"
                                    "init pthread_rwlock_init\n"
                                    "lock-acquire pthread_rwlock_rdlock\n"
                                    "lock-try-fail pthread_rwlock_trywrlock\n"
                                    "lock-release pthread_rwlock_unlock\n"
                                    "lock-acquire pthread_rwlock_wrlock\n"
                                    "lock-release pthread_rwlock_unlock\n"
                                    "destroy pthread_rwlock_destroy\n"
                                    "init pthread_spin_init\n"
                                    "lock-acquire pthread_spin_lock\n"
                                    "lock-release pthread_spin_unlock\n"
                                    "destroy pthread_spin_destroy\n"
                                    "init pthread_cond_init\n"
                                    "cond-signal pthread_cond_signal\n"
                                    "cond-broadcast pthread_cond_broadcast\n"
                                    "destroy pthread_cond_destroy\n"
                                    "init sem_init\n"
                                    "sem-acquire sem_wait\n"
                                    "sem-try-fail sem_trywait\n"
                                    "sem-post sem_post\n"
                                    "destroy sem_destroy\n"
                                    "init pthread_barrier_init\n"
                                    "barrier-wait pthread_barrier_wait\n"
                                    "barrier-leave pthread_barrier_wait\n"
                                    "destroy pthread_barrier_destroy\n"
                                    "once-enter pthread_once\n"
                                    "once-leave pthread_once\n"
                                    "thread-create pthread_create\n"
                                    "join-wait pthread_join\n"
                                    "join-done pthread_join\n"
                                    "join-wait pthread_join\n"
                                    "join-done pthread_join\n";

static void tells_objects(const char *option)
{
    struct log_view view;
    struct run_result result;
    const char *lines;

    told_record(&view, &result, option, 0, told_program("objects"), NULL);
    lines = told_lines(&view, main_lane);
    cr_assert(strcmp(lines, objects_lines) == 0, "saw\n%s", lines);
    lines = told_lines(&view, second_lane);
    cr_assert(strcmp(lines, "thread-start -\nthread-exit -\n") == 0, "saw\n%s", lines);
    log_view_free(&view);
    run_free(&result);
}

Test(threads, every_kind_of_object)
{
    tells_objects(NULL);
}

Test(threads, every_kind_of_object_without_system_calls)
{
    tells_objects("--no-syscalls");
}

/* A static program, linked with the --wrap object, into a log that we have prepared; the lanes are its own.  `left`:
 * NULL, or how the first slot was left by somebody before. */
static void tells_objects_wrapped(const struct pool_slot *left)
{
    char variable[512], error[LOG_ERROR_MAX];
    const char *argv[] = {told_program("objects-wrapped"), NULL}, *environment[] = {variable, "LAST=1", NULL}, *lines;
    struct run_result result;
    struct log_view view;
    struct log log;

    cr_assert(log_create(&log, check_path("w.trap"), LOG_BY_TEST, CLOCK_KIND_MONOTONIC, "objects", error) == 0);
    cr_assert(pool_prepare(&log, 4) == 0);
    if (left != NULL)
        pool_of(log.header)->slots[0] = *left;
    snprintf(variable, sizeof variable, POOL_LOG_VARIABLE "%s", check_path("w.trap"));
    cr_assert(run_command(&(struct run_options){.argv = argv, .environment = environment}, &result) == 0);
    cr_assert(run_exit_code(&result) == 0, "said %s", result.err);
    log_close(&log, true);
    cr_assert(log_view_open(&view, check_path("w.trap"), error) == LOG_OK, "cannot %s", error);
    lines = told_lines(&view, main_lane);
    cr_assert(check_has(lines, objects_lines), "saw\n%s", lines); /* and what its libraries do at start and end */
    lines = told_lines(&view, second_lane);
    cr_assert(strcmp(lines, "thread-start -\nthread-exit -\n") == 0, "saw\n%s", lines);
    log_view_free(&view);
    run_free(&result);
}

Test(threads, every_kind_of_object_by_wrapping)
{
    tells_objects_wrapped(NULL);
}

/* A thread that was killed between being told of a chunk and having it: the next owner of its slot must not write where
 * the file has ended, which is SIGBUS inside of the recorded program. */
Test(threads, a_place_left_by_the_killed_before_it_had_room)
{
    tells_objects_wrapped(&(struct pool_slot){.chunk = 5});
    tells_objects_wrapped(&(struct pool_slot){.chunk = 5, .used = LOG_CHUNK_SIZE / 2});
}

Test(threads, nothing_of_them_if_so_wanted)
{
    struct log_view view;
    struct run_result result;

    told_record(&view, &result, "--no-threads", 0, told_program("objects"), NULL);
    cr_assert(strcmp(told_lines(&view, main_lane), "") == 0 && told_count(&view, EVENT_SYSCALL_ENTER) > 0);
    log_view_free(&view);
    run_free(&result);
}

Test(threads, a_failure_is_told_with_its_error)
{
    struct log_view view;
    struct run_result result;
    size_t failed = 0;

    told_record(&view, &result, NULL, 0, told_program("objects"), NULL);
    for (size_t i = 0; i < view.count; i++) {
        const struct event *event = view.entries[i].event;
        if (event->kind == EVENT_JOIN_DONE && SYNC(event)->result != 0)
            failed++;
    }
    cr_assert(failed == 1, "saw %zu joins that failed", failed); /* EDEADLK */
    log_view_free(&view);
    run_free(&result);
}

/* The event that begins a wait and the one that ends it; whose wait it was, for whom, and how long. */
static void waited(const struct log_view *view, enum event_kind begins, enum event_kind ends, unsigned object,
                   const struct event *owner)
{
    const struct event *first = told_event(view, 0, begins, object), *last = NULL;

    for (size_t i = 0; i < view->count && last == NULL; i++) {
        const struct event *event = view->entries[i].event;
        if (event->kind == ends && event->tid == first->tid && event->t_ns >= first->t_ns &&
            SYNC(event)->object == SYNC(first)->object)
            last = event;
    }
    cr_assert(last != NULL, "%s never ends", event_kind_name(begins));
    cr_assert(SYNC(last)->waited_ns > 0 && SYNC(last)->waited_ns <= last->t_ns - first->t_ns,
              "%s waited %llu ns of %llu", event_kind_name(ends), (unsigned long long)SYNC(last)->waited_ns,
              (unsigned long long)(last->t_ns - first->t_ns));
    if (owner != NULL)
        cr_assert(SYNC(first)->other_tid == owner->tid && SYNC(last)->other_tid == owner->tid, "%s for %u, expected %u",
                  event_kind_name(begins), SYNC(first)->other_tid, owner->tid);
}

Test(threads, who_waits_for_whom_and_how_long)
{
    struct log_view view;
    struct run_result result;
    const struct event *creates, *starts;

    told_record(&view, &result, NULL, 0, told_program("waits"), NULL);
    creates = told_event(&view, 0, EVENT_THREAD_CREATE, OBJECT_THREAD);
    starts = told_event(&view, 0, EVENT_THREAD_START, OBJECT_THREAD);
    cr_assert(creates->lane == main_lane && starts->lane == second_lane);
    cr_assert(SYNC(creates)->other_tid == starts->tid && SYNC(creates)->object == SYNC(starts)->object);
    waited(&view, EVENT_LOCK_WAIT, EVENT_LOCK_ACQUIRE, OBJECT_MUTEX, creates);
    waited(&view, EVENT_LOCK_WAIT, EVENT_LOCK_ACQUIRE, OBJECT_RWLOCK_READ, creates);
    waited(&view, EVENT_COND_WAIT, EVENT_COND_WAKE, OBJECT_CONDITION, NULL);
    waited(&view, EVENT_SEM_WAIT, EVENT_SEM_ACQUIRE, OBJECT_SEMAPHORE, NULL);
    waited(&view, EVENT_BARRIER_WAIT, EVENT_BARRIER_LEAVE, OBJECT_BARRIER, NULL);
    waited(&view, EVENT_JOIN_WAIT, EVENT_JOIN_DONE, OBJECT_THREAD, starts);
    cr_assert(SYNC(told_event(&view, 0, EVENT_COND_WAIT, OBJECT_CONDITION))->object2 ==
              SYNC(told_event(&view, 0, EVENT_LOCK_WAIT, OBJECT_MUTEX))->object);
    log_view_free(&view);
    run_free(&result);
}

/* The variables by name, in what is drawn: with debugging information, and with no more than a table of symbols. */
static void named(const char *program, const char *const names[])
{
    struct log_view view;
    struct run_result result;

    told_record(&view, &result, "--no-syscalls", 0, told_program(program), NULL);
    log_view_free(&view);
    run_free(&result);
    cr_assert(run_words(&result, check_built("trapflow"), "render", check_path("t.trap"), "-f", "jsonl", NULL) == 0);
    for (; *names != NULL; names++)
        cr_assert(check_has(result.out, *names), "%s: no %s in\n%s", program, *names, result.out);
    run_free(&result);
}

Test(threads, objects_have_the_names_of_variables)
{
    static const char *const full[] = {"\"name\":\"lock\"",     "\"name\":\"guard\"",   "\"name\":\"queue.filled\"",
                                       "\"name\":\"together\"", "\"name\":\"changed\"", NULL};
    static const char *const plain[] = {"\"name\":\"lock\"", "\"name\":\"guard\"", "\"name\":\"queue+8\"", NULL};

    named("waits", full);
    named("waits-plain", plain);
}

Test(threads, what_has_no_name_is_numbered)
{
    const char *program = strdup(told_program("numbered")), *log = strdup(check_path("n.trap"));
    struct run_result result;
    const char *record[] = {check_built("trapflow"), "record", "-S", "-o", log, "--", program, NULL};
    const char *render[] = {check_built("trapflow"), "render", log, "-f", "text", "--fold=0", NULL};

    cr_assert(run_command(&(struct run_options){.argv = record}, &result) == 0);
    run_free(&result);
    cr_assert(run_command(&(struct run_options){.argv = render, .environment = (const char *[]){"COLUMNS=200", NULL}},
                          &result) == 0);
    cr_expect(check_has(result.out, "pthread_mutex_lock(mutex 1)"), "%s", result.out);
    cr_expect(check_has(result.out, "pthread_mutex_lock(mutex 2)"), "%s", result.out);
    cr_expect(!check_has(result.out, "(mutex 0x"), "%s", result.out);
    run_free(&result);
}

/* ---- what the program sees ---- */

static void compare_looks(const char *const environment[], const char *argument)
{
    const char *program = strdup(told_program("looks"));
    const char *plain_argv[] = {program, argument, NULL};
    const char *argv[] = {check_built("trapflow"), "record", "-o", check_path("t.trap"), "--", program, argument, NULL};
    struct run_result plain, recorded;

    cr_assert(run_command(&(struct run_options){.argv = plain_argv, .environment = environment}, &plain) == 0);
    cr_assert(run_command(&(struct run_options){.argv = argv, .environment = environment}, &recorded) == 0);
    cr_assert(run_exit_code(&plain) == 0 && run_exit_code(&recorded) == 0);
    cr_assert(strcmp(plain.out, recorded.out) == 0 && strcmp(plain.err, recorded.err) == 0, "saw\n%s%s, expected\n%s%s",
              recorded.out, recorded.err, plain.out, plain.err);
    run_free(&plain);
    run_free(&recorded);
    free((void *)program);
}

Test(threads, the_program_does_not_see_the_library)
{
    compare_looks(NULL, NULL);
    compare_looks(NULL, "again");
}

Test(threads, a_preload_of_its_own_stays)
{
    char variable[512];
    const char *preload[] = {variable, NULL};

    const char *copy[] = {"cp", told_program("libearly.so"), check_path("libearly.so"), NULL};
    struct run_result copied;
    cr_assert(run_command(&(struct run_options){.argv = copy}, &copied) == 0 && run_exit_code(&copied) == 0);
    run_free(&copied);
    snprintf(variable, sizeof variable, "LD_PRELOAD=%s", check_path("libearly.so")); /* where no space is in the way */
    compare_looks(preload, NULL);
    compare_looks(preload, "again");
}

/* Not even in the trace: by number and count, the calls are those of a run without. */
Test(threads, the_trace_does_not_show_the_library)
{
    struct log_view with, without;
    struct run_result result;
    size_t i = 0, j = 0;

    told_record(&with, &result, NULL, 0, "/bin/ls", "/", NULL);
    run_free(&result);
    told_record(&without, &result, "--no-threads", 0, "/bin/ls", "/", NULL);
    run_free(&result);
    for (;; i++, j++) {
        while (i < with.count && with.entries[i].event->kind != EVENT_SYSCALL_ENTER)
            i++;
        while (j < without.count && without.entries[j].event->kind != EVENT_SYSCALL_ENTER)
            j++;
        if (i == with.count || j == without.count)
            break;
        cr_assert(EVENT_PAYLOAD(with.entries[i].event, syscall)->number ==
                      EVENT_PAYLOAD(without.entries[j].event, syscall)->number,
                  "event %zu is another call", i + 1);
    }
    cr_assert(i == with.count && j == without.count);
    log_view_free(&with);
    log_view_free(&without);
}

/* What the library takes of the program's own time belongs to what recording cost: some nanoseconds an event. */
Test(threads, cost_is_a_part_of_the_overhead)
{
    struct log_view view;
    struct run_result result;
    size_t events;

    told_record(&view, &result, "--no-syscalls", 0, told_program("ends"), "return", NULL);
    events = told_count(&view, EVENT_LOCK_ACQUIRE) + told_count(&view, EVENT_LOCK_RELEASE);
    cr_assert(events > 10000 && view.header->library_ns > 2 * events, "%zu events cost %llu ns", events,
              (unsigned long long)view.header->library_ns);
    cr_assert(view.header->overhead_ns >= view.header->library_ns);
    log_view_free(&view);
    run_free(&result);
    told_record(&view, &result, "--no-threads", 0, told_program("ends"), "return", NULL);
    cr_assert(view.header->library_ns == 0 && view.header->overhead_ns > 0);
    log_view_free(&view);
    run_free(&result);
}
