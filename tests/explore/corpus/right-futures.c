/* right: a pool whose jobs answer by futures: the answer is waited for, not the worker */
#include <assert.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

struct future {
    pthread_mutex_t m;
    pthread_cond_t c;
    bool ready;
    int value;
};

struct task {
    int (*f)(int);
    int arg;
    struct future *fut;
    struct task *next;
};

struct pool {
    pthread_mutex_t m;
    pthread_cond_t c;
    struct task *head, **tail;
    bool stop;
    pthread_t *w;
    int n;
};

static int square(int x)
{
    return x * x;
}

static struct future *future_new(void)
{
    struct future *f = malloc(sizeof *f);
    pthread_mutex_init(&f->m, NULL);
    pthread_cond_init(&f->c, NULL);
    f->ready = false;
    return f;
}

static void future_set(struct future *f, int v)
{
    pthread_mutex_lock(&f->m);
    f->value = v;
    f->ready = true;
    pthread_cond_broadcast(&f->c);
    pthread_mutex_unlock(&f->m);
}

static int future_get(struct future *f)
{
    pthread_mutex_lock(&f->m);
    while (!f->ready)
        pthread_cond_wait(&f->c, &f->m);
    int v = f->value;
    pthread_mutex_unlock(&f->m);
    return v;
}

static void future_free(struct future *f)
{
    pthread_mutex_destroy(&f->m);
    pthread_cond_destroy(&f->c);
    free(f);
}

static void *worker(void *a)
{
    struct pool *p = a;
    for (;;) {
        pthread_mutex_lock(&p->m);
        while (!p->head && !p->stop)
            pthread_cond_wait(&p->c, &p->m);
        struct task *t = p->head;
        if (!t) {
            pthread_mutex_unlock(&p->m);
            return NULL;
        }
        if (!(p->head = t->next))
            p->tail = &p->head;
        pthread_mutex_unlock(&p->m);
        future_set(t->fut, t->f(t->arg));
        free(t);
    }
}

static struct future *submit(struct pool *p, int (*f)(int), int arg)
{
    struct task *t = calloc(1, sizeof *t);
    t->f = f;
    t->arg = arg;
    t->fut = future_new();
    struct future *fut = t->fut;
    pthread_mutex_lock(&p->m);
    *p->tail = t;
    p->tail = &t->next;
    pthread_cond_signal(&p->c);
    pthread_mutex_unlock(&p->m);
    return fut;
}

int main(void)
{
    struct pool p = {.m = PTHREAD_MUTEX_INITIALIZER, .c = PTHREAD_COND_INITIALIZER, .n = 2};
    p.tail = &p.head;
    p.w = malloc(sizeof *p.w * 2);
    for (int i = 0; i < p.n; i++)
        if (pthread_create(&p.w[i], NULL, worker, &p))
            abort();
    struct future *f[2];
    for (int i = 0; i < 2; i++)
        f[i] = submit(&p, square, i + 2);
    int sum = 0;
    for (int i = 0; i < 2; i++)
        sum += future_get(f[i]);
    pthread_mutex_lock(&p.m);
    p.stop = true;
    pthread_cond_broadcast(&p.c);
    pthread_mutex_unlock(&p.m);
    for (int i = 0; i < p.n; i++)
        pthread_join(p.w[i], NULL);
    for (int i = 0; i < 2; i++)
        future_free(f[i]);
    free(p.w);
    assert(sum == 13);
    printf("%d\n", sum);
    return 0;
}
