/* Experiments on your moves.
 *
 *     ./frames                   the demonstration: two VMs give each other frames
 *     ./frames side-by-side      one of the experiments; the table at the end names them
 *
 * Each prints lines that are the same in every order of the threads, if the moves are right.  The grader runs these and
 * others.  A second argument comes back in the last line, so that it can be seen that the experiment came to its end.
 */
#include "frames.h"

#include <errno.h>
#include <pthread.h>
#include <semaphore.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>

enum { VMS = 4, THREADS_MAX = 3 };

/* One thread's part: it moves, or, if there is nothing to move, looks at the total twice. */
struct part {
    struct frames *frames;
    int from, to, count;
    int answer;
    int total[2];
};

static void *take_part(void *arg)
{
    struct part *part = arg;
    if (part->count)
        part->answer = frames_move(part->frames, part->from, part->to, part->count);
    for (int i = 0; i < 2 && !part->count; i++)
        part->total[i] = frames_total(part->frames);
    return NULL;
}

static void run_together(struct frames *frames, struct part parts[], int count)
{
    pthread_t threads[THREADS_MAX];
    int created = 0;
    for (; created < count; created++) {
        parts[created].frames = frames;
        int error = pthread_create(&threads[created], NULL, take_part, &parts[created]);
        if (error) {
            printf("no thread: %s\n", strerror(error));
            break;
        }
    }
    while (created > 0)
        pthread_join(threads[--created], NULL);
}

static const char *name_of(int answer)
{
    return answer == 0        ? "moved"
           : answer == EINVAL ? "EINVAL"
           : answer == ENOMEM ? "ENOMEM"
           : answer < 0       ? "a negative number"
                              : "another number";
}

static void print_frames(struct frames *frames)
{
    for (int vm = 0; vm < VMS; vm++)
        printf("%d ", frames_of(frames, vm));
    printf("= %d\n", frames_total(frames));
}

/* ---- copying: what is done while the frames change hands ---- */

static atomic_int copies, busy[VMS]; /* busy: in how many copies the VM takes part */
static sem_t begun[2];
static bool wait_for_other, watch_copies;

/* Where it was told so, the copy from VM 0 ends only when the copy from VM 2 has begun, and the other way round. */
static void copy(int from, int to, int count)
{
    (void)count;
    copies++;
    if (busy[from]++ + busy[to]++ != 0 && watch_copies)
        printf("VM %d or VM %d takes part in two copies at once\n", from, to);
    if (wait_for_other) {
        sem_post(&begun[from == 2]);
        sem_wait(&begun[from != 2]);
    }
    busy[from]--;
    busy[to]--;
}

/* ---- the experiments: each is given a machine whose VMs have 10, 20, 30 and 40 frames ---- */

static void demonstrate(struct frames *frames)
{
    struct part parts[2] = {{.from = 0, .to = 1, .count = 5}, {.from = 1, .to = 0, .count = 7}};
    run_together(frames, parts, 2);
    print_frames(frames);
}

static const char *refusal(int vms)
{
    static const int negative[] = {1, -1};
    errno = 0;
    return frames_create(vms, negative, copy) ? "a machine"
           : errno == EINVAL                  ? "EINVAL"
                                              : "NULL, but errno is not EINVAL";
}

/* No thread but main: what is promised of each call. */
static void alone(struct frames *frames)
{
    printf("no VMs: %s\n", refusal(0));
    printf("fewer than none: %s\n", refusal(2));
    printf("no such VM: %s, %s, %d\n", name_of(frames_move(frames, 0, VMS, 1)), name_of(frames_move(frames, -1, 0, 1)),
           frames_of(frames, VMS));
    printf("none, and fewer: %s, %s\n", name_of(frames_move(frames, 0, 1, 0)), name_of(frames_move(frames, 0, 1, -3)));
    printf("one too many: %s\n", name_of(frames_move(frames, 0, 1, 11)));
    printf("all of them: %s\n", name_of(frames_move(frames, 0, 3, 10)));
    printf("copies: %d\n", copies);
    print_frames(frames);
}

/* To itself. */
static void self(struct frames *frames)
{
    printf("%s, ", name_of(frames_move(frames, 1, 1, 20)));
    printf("%s, ", name_of(frames_move(frames, 1, 1, 21)));
    printf("copies: %d\n", copies);
    print_frames(frames);
}

static void there_and_back(struct frames *frames)
{
    struct part parts[2] = {{.from = 2, .to = 1, .count = 1}, {.from = 1, .to = 2, .count = 2}};
    run_together(frames, parts, 2);
    print_frames(frames);
}

/* The same, and whoever copies looks whether another copy of the same frames is going on. */
static void while_copied(struct frames *frames)
{
    watch_copies = true;
    there_and_back(frames);
}

static void in_a_circle(struct frames *frames)
{
    struct part parts[3] = {
        {.from = 0, .to = 1, .count = 1}, {.from = 1, .to = 2, .count = 1}, {.from = 2, .to = 0, .count = 1}};
    run_together(frames, parts, 3);
    print_frames(frames);
}

/* Two want the same frames, and there are not enough for both: one is refused, whichever. */
static void too_few(struct frames *frames)
{
    struct part parts[2] = {{.from = 0, .to = 1, .count = 8}, {.from = 0, .to = 1, .count = 8}};
    run_together(frames, parts, 2);
    if (parts[0].answer == parts[1].answer)
        printf("both: %s\n", name_of(parts[0].answer));
    printf("copies: %d\n", copies);
    print_frames(frames);
}

/* One moves, one looks: no frame may be missing, or be there twice, at any instant. */
static void looking_on(struct frames *frames)
{
    struct part parts[2] = {{.from = 3, .to = 0, .count = 4}, {.count = 0}};
    run_together(frames, parts, 2);
    for (int i = 0; i < 2; i++)
        if (parts[1].total[i] != 100)
            printf("%d frames of 100 seen\n", parts[1].total[i]);
    print_frames(frames);
}

/* Two moves without a VM in common: each ends only when the other has begun. */
static void side_by_side(struct frames *frames)
{
    struct part parts[2] = {{.from = 0, .to = 1, .count = 1}, {.from = 2, .to = 3, .count = 1}};
    wait_for_other = true;
    run_together(frames, parts, 2);
    print_frames(frames);
}

int main(int argc, char *argv[])
{
    static const struct {
        const char *name;
        void (*run)(struct frames *);
    } scenarios[] = {{"demo", demonstrate},
                     {"alone", alone},
                     {"self", self},
                     {"there-and-back", there_and_back},
                     {"while-copied", while_copied},
                     {"in-a-circle", in_a_circle},
                     {"too-few", too_few},
                     {"looking-on", looking_on},
                     {"side-by-side", side_by_side}};
    static const int first[VMS] = {10, 20, 30, 40};
    const char *name = argc > 1 ? argv[1] : scenarios[0].name;
    size_t i = 0, count = sizeof scenarios / sizeof *scenarios;
    while (i < count && strcmp(scenarios[i].name, name) != 0)
        i++;
    sem_init(&begun[0], 0, 0);
    sem_init(&begun[1], 0, 0);
    struct frames *frames = i < count ? frames_create(VMS, first, copy) : NULL;
    if (!frames) {
        printf("%s: %s\n", name, i < count ? "frames_create has returned NULL" : "no such experiment");
        return 2;
    }
    scenarios[i].run(frames);
    frames_destroy(frames);
    if (argc > 2)
        printf("end %s\n", argv[2]);
    return 0;
}
