/* wrong: assertion; lesson: owner and thief may both take the last task: the last one needs a compare-and-exchange */
#include <assert.h>
#include <pthread.h>
#include <stdatomic.h>

enum { TASKS = 2 };
static atomic_int top, bottom = TASKS, done[TASKS];

static void run(int task)
{
    assert(atomic_fetch_add(&done[task], 1) == 0);
}

static void *owner(void *unused)
{
    for (int i = 0; i < TASKS; i++) {
        int last = --bottom;
        if (last >= top)
            run(last);
    }
    return unused;
}

static void *thief(void *unused)
{
    int first = top;
    if (first < bottom) {
        top = first + 1;
        run(first);
    }
    return unused;
}

int main(void)
{
    pthread_t one, other;
    pthread_create(&one, NULL, owner, NULL);
    pthread_create(&other, NULL, thief, NULL);
    pthread_join(one, NULL);
    pthread_join(other, NULL);
    return 0;
}
