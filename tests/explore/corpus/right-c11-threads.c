/* right: C11's threads, with a condition for the order of turns */
#include <assert.h>
#include <threads.h>

static mtx_t lock;
static cnd_t change;
static tss_t key;
static once_flag once = ONCE_FLAG_INIT;
static int made, turn;

static void make(void)
{
    made++;
}

static int work(void *a)
{
    call_once(&once, make);
    tss_set(key, a);
    mtx_lock(&lock);
    while (turn != (int)(long)a)
        cnd_wait(&change, &lock);
    turn++;
    cnd_broadcast(&change);
    mtx_unlock(&lock);
    assert(tss_get(key) == a && made == 1);
    if (a)
        thrd_exit(7);
    return 5;
}

int main(void)
{
    thrd_t t[2];
    int r[2];
    assert(mtx_init(&lock, mtx_plain | mtx_recursive) == thrd_success && cnd_init(&change) == thrd_success &&
           tss_create(&key, 0) == thrd_success);
    for (long i = 0; i < 2; i++)
        assert(thrd_create(&t[i], work, (void *)i) == thrd_success);
    thrd_yield();
    for (int i = 0; i < 2; i++)
        thrd_join(t[i], &r[i]);
    assert(r[0] == 5 && r[1] == 7 && turn == 2 && mtx_trylock(&lock) == thrd_success);
    mtx_unlock(&lock);
    mtx_destroy(&lock);
    cnd_destroy(&change);
    tss_delete(key);
    return 0;
}
