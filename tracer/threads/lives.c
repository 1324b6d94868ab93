/* The lives of threads: a few lines of ours around each start function, and who is who: the thread library's handle of
 * a thread (pthread_t) and the kernel's number of it (tid).  The number is needed when the thread may have ended
 * already, so a table keeps it until somebody has joined the thread.
 */
#include "tracer/threads/library.h"

#include <sys/mman.h>
#include <sys/syscall.h>

enum { LIVES_A_BLOCK = 128 };

enum { LIFE_ENDED = 1, LIFE_DETACHED = 2, LIFE_USED = 4 };

struct life {
    _Atomic uint32_t state;   /* 0: free */
    _Atomic uint32_t tid;     /* 0: it has not begun yet */
    _Atomic uintptr_t thread; /* its pthread_t */
    uintptr_t start;          /* void *(*)(void *), or thrd_start_t */
    void *argument;
};

static struct block {
    struct life lives[LIVES_A_BLOCK];
    struct block *_Atomic next;
} first_block;

static __thread struct life *own_life __attribute__((tls_model("initial-exec")));
static __thread bool has_ended __attribute__((tls_model("initial-exec")));

threads_create_function *threads_real_create;
threads_create_c11_function *threads_real_create_c11;

/* Where in what a pthread_t points to the tid is; 0: not known. */
static uint32_t tid_offset;

/* glibc describes its threads to debuggers by symbols of that form: bits, count, offset. */
void threads_learn_tids(void)
{
    const uint32_t *described = threads_find_private("_thread_db_pthread_tid");

    if (described != NULL && described[0] == 32)
        tid_offset = described[2];
}

static uint32_t described_tid(pthread_t thread)
{
    return tid_offset != 0 ? *(const volatile uint32_t *)((uintptr_t)thread + tid_offset) : 0;
}

uint32_t threads_own_tid(void)
{
    uint32_t tid = described_tid(pthread_self());

    return tid != 0 || threads.quiet ? tid : (uint32_t)THREADS_CALL(SYS_gettid, 0);
}

/* ---- the table ---- */

static struct block *block_behind(struct block *block)
{
    struct block *next = atomic_load(&block->next), *made;
    long memory;

    if (next != NULL || threads.quiet)
        return next;
    memory = THREADS_CALL(SYS_mmap, 0, sizeof *block, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (memory < 0 && memory > -4096)
        return NULL;
    made = (struct block *)memory;
    if (atomic_compare_exchange_strong(&block->next, &next, made))
        return made;
    THREADS_CALL(SYS_munmap, memory, sizeof *block);
    return next;
}

static struct life *new_life(void)
{
    for (struct block *block = &first_block; block != NULL; block = block_behind(block))
        for (unsigned i = 0; i < LIVES_A_BLOCK; i++) {
            uint32_t nobody = 0;

            if (atomic_load_explicit(&block->lives[i].state, memory_order_relaxed) == 0 &&
                atomic_compare_exchange_strong(&block->lives[i].state, &nobody, LIFE_USED))
                return &block->lives[i];
        }
    return NULL;
}

static struct life *find_life(pthread_t thread)
{
    for (struct block *block = &first_block; block != NULL; block = atomic_load(&block->next))
        for (unsigned i = 0; i < LIVES_A_BLOCK; i++)
            if (atomic_load(&block->lives[i].thread) == (uintptr_t)thread && atomic_load(&block->lives[i].state) != 0)
                return &block->lives[i];
    return NULL;
}

static void free_life(struct life *life)
{
    atomic_store(&life->thread, 0);
    atomic_store(&life->tid, 0);
    atomic_store(&life->state, 0);
}

/* Free once it has ended and nobody may ask for it any more. */
static void mark(struct life *life, uint32_t mark)
{
    if ((atomic_fetch_or(&life->state, mark) | mark) == (LIFE_USED | LIFE_ENDED | LIFE_DETACHED))
        free_life(life);
}

uint32_t threads_tid_of(pthread_t thread)
{
    struct life *life = find_life(thread);
    uint32_t tid = life != NULL ? atomic_load(&life->tid) : 0;

    return tid != 0 ? tid : described_tid(thread);
}

void threads_forget(pthread_t thread)
{
    struct life *life = find_life(thread);

    if (life != NULL)
        free_life(life);
}

void threads_will_be_forgotten(pthread_t thread)
{
    struct life *life = find_life(thread);

    if (life != NULL)
        mark(life, LIFE_DETACHED);
}

/* ---- a thread ---- */

bool threads_ending(void)
{
    bool first = !has_ended;

    has_ended = true;
    return first;
}

/* By return, pthread_exit or cancellation. */
static void end(void *unused)
{
    struct event_sync sync = {
        .object = (uintptr_t)pthread_self(), .other_tid = threads_own_tid(), .object_kind = OBJECT_THREAD};

    (void)unused;
    if (threads_ending())
        threads_append(EVENT_THREAD_EXIT, &sync, 0);
    threads_leave();
    mark(own_life, LIFE_ENDED);
}

/* The new thread's first words. */
static void begin(struct life *life)
{
    struct event_sync sync = {.object = (uintptr_t)pthread_self(),
                              .object2 = life->start,
                              .pc = life->start,
                              .other_tid = threads_own_tid(),
                              .object_kind = OBJECT_THREAD};

    own_life = life;
    atomic_store(&life->thread, (uintptr_t)pthread_self());
    atomic_store(&life->tid, sync.other_tid);
    threads_append(EVENT_THREAD_START, &sync, 0);
}

static void *live(void *argument)
{
    struct life *life = argument;
    void *(*start)(void *) = (void *(*)(void *))life->start, *value = life->argument;

    begin(life);
    pthread_cleanup_push(end, NULL);
    value = start(value);
    pthread_cleanup_pop(1);
    return value;
}

static int live_c11(void *argument)
{
    struct life *life = argument;
    thrd_start_t start = (thrd_start_t)life->start;
    int value;

    argument = life->argument;
    begin(life);
    pthread_cleanup_push(end, NULL);
    value = start(argument);
    pthread_cleanup_pop(1);
    return value;
}

/* A row of the table for a thread to be; NULL: it goes without. */
static struct life *expect(uintptr_t start, void *argument)
{
    struct life *life = threads.header != NULL ? new_life() : NULL;

    if (life != NULL) {
        life->start = start;
        life->argument = argument;
    }
    return life;
}

int threads_create(pthread_t *thread, const pthread_attr_t *attributes, void *(*start)(void *), void *argument)
{
    struct life *life = expect((uintptr_t)start, argument);
    int detached = PTHREAD_CREATE_JOINABLE, result;

    if (life == NULL)
        return threads_real_create(thread, attributes, start, argument);
    if (attributes != NULL)
        pthread_attr_getdetachstate(attributes, &detached);
    if (detached == PTHREAD_CREATE_DETACHED)
        atomic_fetch_or(&life->state, LIFE_DETACHED);
    result = threads_real_create(thread, attributes, live, life);
    if (result != 0)
        free_life(life);
    return result;
}

int threads_create_c11(thrd_t *thread, thrd_start_t start, void *argument)
{
    struct life *life = expect((uintptr_t)start, argument);
    int result;

    if (life == NULL)
        return threads_real_create_c11(thread, start, argument);
    result = threads_real_create_c11(thread, live_c11, life);
    if (result != thrd_success)
        free_life(life);
    return result;
}
