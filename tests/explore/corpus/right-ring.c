/* right: a ring for many producers and consumers: each cell says by its sequence number whose turn
 * it is */
#include <assert.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#define N 2

static struct {
    atomic_size_t seq;
    int v;
} cell[N];

static atomic_size_t tail, head;

static bool push(int v)
{
    size_t pos = atomic_load(&tail);
    for (;;) {
        size_t s = atomic_load_explicit(&cell[pos % N].seq, memory_order_acquire);
        ptrdiff_t d = (ptrdiff_t)s - (ptrdiff_t)pos;
        if (d == 0) {
            if (atomic_compare_exchange_weak(&tail, &pos, pos + 1))
                break;
        } else if (d < 0)
            return false;
        else
            pos = atomic_load(&tail);
    }
    cell[pos % N].v = v;
    atomic_store_explicit(&cell[pos % N].seq, pos + 1, memory_order_release);
    return true;
}

static bool pop(int *v)
{
    size_t pos = atomic_load(&head);
    for (;;) {
        size_t s = atomic_load_explicit(&cell[pos % N].seq, memory_order_acquire);
        ptrdiff_t d = (ptrdiff_t)s - (ptrdiff_t)(pos + 1);
        if (d == 0) {
            if (atomic_compare_exchange_weak(&head, &pos, pos + 1))
                break;
        } else if (d < 0)
            return false;
        else
            pos = atomic_load(&head);
    }
    *v = cell[pos % N].v;
    atomic_store_explicit(&cell[pos % N].seq, pos + N, memory_order_release);
    return true;
}

static void *producer(void *a)
{
    while (!push((int)(long)a))
        ;
    return NULL;
}

static void *consumer(void *a)
{
    int v;
    while (!pop(&v))
        ;
    *(int *)a = v;
    return NULL;
}

int main(void)
{
    for (size_t i = 0; i < N; i++)
        atomic_init(&cell[i].seq, i);
    pthread_t t[4];
    int got[2];
    for (long i = 0; i < 2; i++)
        pthread_create(&t[i], NULL, producer, (void *)(i + 1));
    for (int i = 0; i < 2; i++)
        pthread_create(&t[2 + i], NULL, consumer, &got[i]);
    for (int i = 0; i < 4; i++)
        pthread_join(t[i], NULL);
    assert(got[0] + got[1] == 3);
    return 0;
}
