/* wrong: assertion; lesson: the same head does not mean the same stack (ABA): compare a version, too */
#include <assert.h>
#include <pthread.h>
#include <stdatomic.h>

/* a stack of nodes 1 and 2 by index; 0: empty */
static atomic_int head = 1, next[3] = {0, 2, 0};
static atomic_int taken[3];

static int pop(void)
{
    for (;;) {
        int top = head;
        if (top == 0)
            return 0;
        int below = next[top];
        if (atomic_compare_exchange_strong(&head, &top, below)) {
            assert(atomic_fetch_add(&taken[top], 1) == 0);
            return top;
        }
    }
}

static void push(int node)
{
    atomic_fetch_sub(&taken[node], 1);
    int top = head;
    do
        next[node] = top;
    while (!atomic_compare_exchange_strong(&head, &top, node));
}

static void *pop_one(void *unused)
{
    (void)unused;
    pop();
    return NULL;
}

static void *pop_two_push_one(void *unused)
{
    (void)unused;
    int first = pop();
    pop();
    if (first)
        push(first);
    return NULL;
}

int main(void)
{
    pthread_t one, other;
    pthread_create(&one, NULL, pop_one, NULL);
    pthread_create(&other, NULL, pop_two_push_one, NULL);
    pthread_join(one, NULL);
    pthread_join(other, NULL);
    pop();
    return 0;
}
