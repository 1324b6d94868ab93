/* wrong: deadlock; lesson: C11's mutexes know no more of order than pthreads' */
#include <threads.h>

static mtx_t a, b;

static int one(void *x)
{
    (void)x;
    mtx_lock(&a);
    mtx_lock(&b);
    mtx_unlock(&b);
    mtx_unlock(&a);
    return 0;
}

int main(void)
{
    thrd_t t;
    mtx_init(&a, mtx_plain);
    mtx_init(&b, mtx_plain);
    thrd_create(&t, one, 0);
    mtx_lock(&b);
    mtx_lock(&a);
    mtx_unlock(&a);
    mtx_unlock(&b);
    thrd_join(t, 0);
    return 0;
}
