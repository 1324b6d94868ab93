/* The life of the program's threads: create, run, end, join, detach, their own keys; and the end of the whole program.
 * A thread that ends keeps its number and its stack's addresses, so that what still points there is found. */
#include "tracer/explore/runtime/semantics.h"

#include <errno.h>
#include <string.h>

static void run_key_destructors(struct thread *self)
{
    for (uint32_t i = 0; i < S->keys; i++) {
        void *value = (void *)(uintptr_t)self->key[i];
        self->key[i] = NULL;
        if (value && S->key_live[i] && S->key_destructor[i])
            S->key_destructor[i](value);
    }
}

void thread_end(void *value)
{
    struct thread *self = SELF;
    run_key_destructors(self);
    if (S->current == 0)
        S->main_exited = true;
    self->result = value;
    if (S->config.plain)
        decide_freely(CALL_pthread_exit, self->wait.pc);
    thread_is_busy();
    self->finished = true;
    self->wait.kind = WAIT_NOTHING;
    decide_freely(CALL_pthread_exit, self->wait.pc); /* the turn goes to another, for good */
    __builtin_unreachable();
}

uintptr_t thread_enter(uint32_t number)
{
    struct thread *self = &S->thread[number];
    if (number == 0) {
        int status = real_main(S->argc, S->argv, S->environment);
        run_at_exit();
        run_exit(status, 0);
    }
    uint32_t step = step_record(EVENT_THREAD_START, CALL_pthread_create, self->created_pc, thread_handle(number), 0, 0,
                                NO_THREAD, 0);
    if (step != NO_STEP)
        S->channel->step[step].object_kind = OBJECT_THREAD;
    thread_end(self->start(self->argument));
}

/* Before the new thread's first steps, which come before this call returns. */
static void record_creation(uint32_t number, uintptr_t pc)
{
    uint32_t step = step_record(EVENT_THREAD_CREATE, THIS_CALL, pc, thread_handle(number), 0, 0, NO_THREAD, 0);
    if (step != NO_STEP)
        S->channel->step[step].object_kind = OBJECT_THREAD;
}

/* Its creator's, unless the attributes say another. */
static uint64_t mask_of_new(const pthread_attr_t *attr)
{
    sigset_t set;
    uint64_t mask = SELF->mask;
    if (attr && pthread_attr_getsigmask_np(attr, &set) == 0)
        memcpy(&mask, &set, sizeof mask);
    return mask;
}

int semantics_pthread_create(pthread_t *handle, const pthread_attr_t *attr, void *(*start)(void *), void *argument)
{
    uintptr_t pc = PC;
    int detached = PTHREAD_CREATE_JOINABLE;
    if (S->config.plain)
        decide_freely(THIS_CALL, pc);
    thread_is_busy();
    if (S->threads == THREADS_MAX)
        run_limit("more than 128 threads in a run");
    access_check((uintptr_t)handle, sizeof *handle, true, false, pc);
    uint32_t number = S->threads++;
    struct thread *new = &S->thread[number];
    uintptr_t low = new->low; /* of the last run: memory_begin_run has used it */
    memset(new, 0, sizeof *new);
    new->low = low;
    new->start = start;
    new->argument = argument;
    new->created_pc = new->wait.pc = pc;
    if (attr)
        pthread_attr_getdetachstate(attr, &detached);
    new->detached = detached == PTHREAD_CREATE_DETACHED;
    *handle = thread_handle(number);
    new->mask = mask_of_new(attr);
    history_add(number);
    history_follow(number, S->current);
    new->clock = SELF->clock;
    new->clock.time[number] = 1;
    SELF->clock.time[S->current]++;
    fibre_prepare(number);
    record_creation(number, pc);
    if (!S->config.plain) { /* runs up to its first decision, then we go on */
        new->starting = true;
        new->creator = S->current;
        fibre_switch_to(number);
    }
    return 0;
}

void semantics_pthread_exit(void *value)
{
    thread_unwind(value);
}

static struct thread *thread_of(pthread_t handle)
{
    uint32_t number = (uint32_t)(handle - HANDLE_BASE);
    return handle >= HANDLE_BASE && number < S->threads ? &S->thread[number] : NULL;
}

static _Noreturn void find_join(const struct thread *thread, uintptr_t pc)
{
    uint32_t number = (uint32_t)(thread - S->thread);
    find_at(FINDING_DOUBLE_JOIN, pc, THIS_CALL, NULL, number, thread->detached ? 0 : thread->created_pc);
}

/* Everything the thread ever did comes before what its joiner does next. */
static int join(pthread_t handle, void **value, bool try, const struct timespec *until)
{
    uintptr_t pc = PC;
    struct thread *thread = thread_of(handle);
    struct wait wait = {.kind = try ? WAIT_NOTHING : WAIT_JOIN, .call = THIS_CALL, .pc = pc, .timed = until};
    if (!thread)
        find_words(FINDING_UNINITIALIZED, pc, "pthread_join of a thread that was never created");
    if (thread == SELF)
        return EDEADLK;
    wait.target = (uint32_t)(thread - S->thread);
    wait.deadline = until ? deadline_of(until) : 0;
    if (thread->joined || thread->detached)
        find_join(thread, pc);
    enum resume how = decide(&wait);
    if (!try)
        cancel_point();
    if (how == RESUME_TIMEOUT)
        return ETIMEDOUT;
    history_follow(S->current, (uint32_t)(thread - S->thread));
    if (!thread->finished) {
        thread_saw(pc, handle, 0);
        return EBUSY;
    }
    if (thread->joined || thread->detached)
        find_join(thread, pc);
    thread_is_busy();
    thread->joined = true;
    clock_acquire(&thread->clock);
    if (value) {
        access_check((uintptr_t)value, sizeof *value, true, false, pc);
        *value = thread->result;
    }
    return 0;
}

int semantics_pthread_join(pthread_t thread, void **value)
{
    return join(thread, value, false, NULL);
}

int semantics_pthread_tryjoin_np(pthread_t thread, void **value)
{
    return join(thread, value, true, NULL);
}

int semantics_pthread_timedjoin_np(pthread_t thread, void **value, const struct timespec *until)
{
    return join(thread, value, false, until);
}

int semantics_pthread_detach(pthread_t handle)
{
    uintptr_t pc = PC;
    struct thread *thread = thread_of(handle);
    decide_freely(THIS_CALL, pc);
    if (!thread)
        return ESRCH;
    if (thread->joined || thread->detached)
        find_join(thread, pc);
    history_follow(S->current, (uint32_t)(thread - S->thread));
    thread->detached = true;
    return 0;
}

pthread_t __wrap_pthread_self(void)
{
    return thread_handle(S->current);
}

int __wrap_pthread_equal(pthread_t one, pthread_t other)
{
    return one == other;
}

/* ---- keys ---- */

int __wrap_pthread_key_create(pthread_key_t *key, void (*destructor)(void *))
{
    if (S->keys == KEYS_MAX)
        return EAGAIN;
    access_check((uintptr_t)key, sizeof *key, true, false, CALLER);
    S->key_live[S->keys] = true;
    S->key_destructor[S->keys] = destructor;
    history_add(S->keys);
    *key = S->keys++;
    return 0;
}

int __wrap_pthread_key_delete(pthread_key_t key)
{
    if (key >= S->keys)
        return EINVAL;
    S->key_live[key] = false;
    return 0;
}

void *__wrap_pthread_getspecific(pthread_key_t key)
{
    return key < S->keys ? (void *)(uintptr_t)SELF->key[key] : NULL;
}

int __wrap_pthread_setspecific(pthread_key_t key, const void *value)
{
    if (key >= S->keys)
        return EINVAL;
    SELF->key[key] = value;
    return 0;
}

/* ---- the end ---- */

_Noreturn void __wrap_exit(int status)
{
    run_at_exit();
    run_exit(status, CALLER);
}

_Noreturn void __wrap__exit(int status)
{
    run_exit(status, CALLER);
}

_Noreturn void __wrap__Exit(int status)
{
    run_exit(status, CALLER);
}

_Noreturn void __wrap_abort(void)
{
    find_words(FINDING_CRASH, CALLER, "abort() was called");
}

_Noreturn void __wrap___assert_fail(const char *assertion, const char *file, unsigned line, const char *function)
{
    const char *name = strrchr(file, '/');
    find_words(FINDING_ASSERTION, CALLER, "%s (%s:%u, in %s)", assertion, name ? name + 1 : file, line, function);
}
