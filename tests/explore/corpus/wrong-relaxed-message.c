/* wrong: data-race; lesson: a relaxed flag says that something is there, but does not bring it along */
#include <pthread.h>
#include <stdatomic.h>

static int message;
static atomic_int sent;

static void *send(void *unused)
{
    message = 1;
    atomic_store_explicit(&sent, 1, memory_order_relaxed);
    return unused;
}

int main(void)
{
    pthread_t thread;
    pthread_create(&thread, NULL, send, NULL);
    int got = atomic_load_explicit(&sent, memory_order_relaxed) ? message : 1;
    pthread_join(thread, NULL);
    return got == 1 ? 0 : 1;
}
