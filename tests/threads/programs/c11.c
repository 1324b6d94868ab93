/* One of each of C11's thread functions, and what is done with it.  Nobody ever waits, but for a time that has passed.
 */
#include <threads.h>
#include <time.h>

static mtx_t mutex;
static cnd_t condition;
static once_flag once = ONCE_FLAG_INIT;

static void nothing(void)
{
}

static void objects(void)
{
    const struct timespec past = {.tv_sec = 1};

    mtx_init(&mutex, mtx_timed);
    mtx_lock(&mutex);
    mtx_trylock(&mutex);
    mtx_timedlock(&mutex, &past);
    mtx_unlock(&mutex);
    cnd_init(&condition);
    cnd_signal(&condition);
    cnd_broadcast(&condition);
    mtx_lock(&mutex);
    cnd_timedwait(&condition, &mutex, &past);
    mtx_unlock(&mutex);
    cnd_destroy(&condition);
    mtx_destroy(&mutex);
    call_once(&once, nothing);
    call_once(&once, nothing); /* not worth a word */
    thrd_yield();
    thrd_sleep(&(struct timespec){0}, NULL);
}

static int returns(void *value)
{
    return *(int *)value + 1;
}

static int exits(void *value)
{
    thrd_exit(*(int *)value - 1);
}

int main(void)
{
    int result = 41;
    thrd_t thread;

    objects();
    if (thrd_create(&thread, returns, &result) != thrd_success || thrd_join(thread, &result) != thrd_success)
        return 1;
    if (thrd_create(&thread, exits, &result) != thrd_success || thrd_join(thread, &result) != thrd_success)
        return 2;
    return result; /* 41 */
}
