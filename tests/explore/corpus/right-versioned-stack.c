/* right: a lock-free stack whose head carries a version, so that the same node is not the same head */
#include <assert.h>
#include <pthread.h>
#include <stdatomic.h>

/* head: version * 16 + node; node 0: empty */
static atomic_int head = 1, next[3] = {0, 2, 0}, taken[3];

static int pop(void)
{
    int top = head;
    while (top % 16) {
        int below = top / 16 * 16 + 16 + next[top % 16];
        if (atomic_compare_exchange_strong(&head, &top, below)) {
            assert(atomic_fetch_add(&taken[top % 16], 1) == 0);
            return top % 16;
        }
    }
    return 0;
}

static void push(int node)
{
    atomic_fetch_sub(&taken[node], 1);
    int top = head;
    do
        next[node] = top % 16;
    while (!atomic_compare_exchange_strong(&head, &top, top / 16 * 16 + 16 + node));
}

static void *pop_one(void *unused)
{
    pop();
    return unused;
}

int main(void)
{
    pthread_t other;
    pthread_create(&other, NULL, pop_one, NULL);
    int first = pop();
    if (first)
        push(first);
    pthread_join(other, NULL);
    return 0;
}
