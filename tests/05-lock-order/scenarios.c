/* Hidden experiments of exercise 05: what exercises/05-lock-order/scenarios.c asks, with other machines, VMs and
 * numbers.  Prints lines; judges only what depends on the order. */
#include "frames.h"

#include <errno.h>
#include <pthread.h>
#include <semaphore.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>

enum { THREADS_MAX = 8, VMS_MAX = 7 };

/* One thread's part: so many moves of `count` frames, there and, if told so, back; or, without any, looks at the total.
 */
struct part {
    struct frames *frames;
    int from, to, count, moves;
    bool back;
    int total; /* what every look must see */
    int moved, refused, wrong;
};

static void move(struct part *part, int from, int to)
{
    int answer = frames_move(part->frames, from, to, part->count);
    part->moved += answer == 0;
    part->refused += answer == ENOMEM;
    part->wrong += answer != 0 && answer != ENOMEM;
}

static void *take_part(void *arg)
{
    struct part *part = arg;
    for (int i = 0; i < part->moves; i++) {
        if (part->count == 0) {
            part->wrong += frames_total(part->frames) != part->total;
            continue;
        }
        move(part, part->from, part->to);
        if (part->back)
            move(part, part->to, part->from);
    }
    return NULL;
}

static void run_together(struct frames *frames, struct part parts[], int count)
{
    pthread_t threads[THREADS_MAX];
    int started = 0;
    for (; started < count; started++) {
        parts[started].frames = frames;
        if (pthread_create(&threads[started], NULL, take_part, &parts[started]) != 0) {
            printf("no thread\n");
            break;
        }
    }
    while (started-- > 0) {
        pthread_join(threads[started], NULL);
        if (parts[started].wrong)
            printf("thread %d: %d wrong answers\n", started + 1, parts[started].wrong);
    }
}

static void print_frames(struct frames *frames, int vms)
{
    for (int vm = 0; vm < vms; vm++)
        printf("%d ", frames_of(frames, vm));
    printf("= %d\n", frames_total(frames));
}

/* ---- copying ---- */

static atomic_int copied, busy[VMS_MAX];
static sem_t begun[2];
static int waits_for = -1; /* the `from` that the other one's copy must have begun */

static void copy(int from, int to, int count)
{
    copied += count;
    if (busy[from]++ + busy[to]++ != 0)
        printf("VM %d or VM %d takes part in two copies at once\n", from, to);
    if (waits_for >= 0) {
        sem_post(&begun[from == waits_for]);
        sem_wait(&begun[from != waits_for]);
    }
    busy[from]--;
    busy[to]--;
}

/* ---- the experiments: each makes its own machine ---- */

static struct frames *machine(int vms, const int first[])
{
    struct frames *frames = frames_create(vms, first, copy);
    if (!frames)
        printf("frames_create has returned NULL\n");
    return frames;
}

/* A machine of one VM, and one whose VMs have nothing. */
static void edges(void)
{
    struct frames *one = machine(1, (int[]){3}), *poor = machine(2, (int[]){0, 0});
    if (!one || !poor)
        return;
    printf("%d %d %d %d\n", frames_move(one, 0, 0, 3) == 0, frames_move(one, 0, 0, 4) == ENOMEM,
           frames_move(one, 0, 1, 1) == EINVAL, frames_move(one, 0, 0, 0) == EINVAL);
    printf("%d %d\n", frames_move(poor, 0, 1, 1) == ENOMEM, frames_move(poor, 2, 2, 1) == EINVAL);
    printf("%d %d copied %d\n", frames_total(one), frames_total(poor), copied);
    frames_destroy(one);
    frames_destroy(poor);
}

static void opposite(void)
{
    struct frames *frames = machine(7, (int[]){1, 1, 1, 1, 1, 5, 6});
    struct part parts[2] = {{.from = 6, .to = 5, .count = 2, .moves = 1}, {.from = 5, .to = 6, .count = 3, .moves = 1}};
    if (!frames)
        return;
    run_together(frames, parts, 2);
    print_frames(frames, 7);
    frames_destroy(frames);
}

/* Whoever comes second finds enough only if the first has already been: either way, the sums are right. */
static void through_the_middle(void)
{
    struct frames *frames = machine(3, (int[]){4, 0, 0});
    struct part parts[2] = {{.from = 0, .to = 1, .count = 4, .moves = 1}, {.from = 1, .to = 2, .count = 4, .moves = 1}};
    if (!frames)
        return;
    run_together(frames, parts, 2);
    if (frames_of(frames, 1) != 4 * (parts[0].moved - parts[1].moved) || frames_of(frames, 2) != 4 * parts[1].moved)
        printf("VM 1 has %d, VM 2 has %d\n", frames_of(frames, 1), frames_of(frames, 2));
    printf("%d left, %d in all\n", frames_of(frames, 0), frames_total(frames));
    frames_destroy(frames);
}

/* One looks while one moves there and back. */
static void looking_twice(void)
{
    struct frames *frames = machine(3, (int[]){9, 9, 9});
    struct part parts[2] = {{.from = 2, .to = 0, .count = 3, .moves = 1, .back = true}, {.moves = 1, .total = 27}};
    if (!frames)
        return;
    run_together(frames, parts, 2);
    print_frames(frames, 3);
    frames_destroy(frames);
}

/* A VM moves to itself while another one moves there: no lock is taken twice, none forgotten. */
static void self_beside(void)
{
    struct frames *frames = machine(2, (int[]){2, 2});
    struct part parts[2] = {{.from = 1, .to = 1, .count = 2, .moves = 1}, {.from = 0, .to = 1, .count = 2, .moves = 1}};
    if (!frames)
        return;
    run_together(frames, parts, 2);
    print_frames(frames, 2);
    frames_destroy(frames);
}

static void side_by_side(void)
{
    struct frames *frames = machine(6, (int[]){8, 8, 8, 8, 8, 8});
    struct part parts[2] = {{.from = 5, .to = 1, .count = 8, .moves = 1}, {.from = 3, .to = 4, .count = 1, .moves = 1}};
    if (!frames)
        return;
    waits_for = 3;
    run_together(frames, parts, 2);
    print_frames(frames, 6);
    frames_destroy(frames);
}

/* Too many orders to explore: run for real. */
static void crowd(void)
{
    struct frames *frames = machine(4, (int[]){50, 50, 50, 50});
    struct part parts[6] = {{.from = 0, .to = 1, .count = 1, .moves = 200, .back = true},
                            {.from = 1, .to = 0, .count = 2, .moves = 200, .back = true},
                            {.from = 3, .to = 2, .count = 1, .moves = 200, .back = true},
                            {.from = 1, .to = 2, .count = 1, .moves = 200, .back = true},
                            {.moves = 200, .total = 200},
                            {.moves = 200, .total = 200}};
    if (!frames)
        return;
    run_together(frames, parts, 6);
    printf("%d frames\n", frames_total(frames));
    frames_destroy(frames);
}

int main(int argc, char *argv[])
{
    static const struct {
        const char *name;
        void (*run)(void);
    } scenarios[] = {{"edges", edges},
                     {"opposite", opposite},
                     {"through-the-middle", through_the_middle},
                     {"looking-twice", looking_twice},
                     {"self-beside", self_beside},
                     {"far-side-by-side", side_by_side},
                     {"crowd", crowd}};
    size_t i = 0, count = sizeof scenarios / sizeof *scenarios;
    while (i < count && (argc < 2 || strcmp(scenarios[i].name, argv[1]) != 0))
        i++;
    if (i == count) {
        printf("no such experiment\n");
        return 2;
    }
    sem_init(&begun[0], 0, 0);
    sem_init(&begun[1], 0, 0);
    scenarios[i].run();
    if (argc > 2)
        printf("end %s\n", argv[2]);
    return 0;
}
