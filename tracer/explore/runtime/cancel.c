/* Cancellation, deferred: who is cancelled ends at the next cancellation point, a wait among pthread_cond_wait,
 * sem_wait, pthread_join, sleep and sigwait, or pthread_testcancel; cleanup handlers run first, the last pushed first,
 * as they do for pthread_exit.  Asynchronous cancellation strikes between any two instructions, which no list of
 * decisions covers: refused.
 *
 * pthread_cleanup_push is a macro of the C library's: it calls sigsetjmp in the frame that pushes, and registers the
 * buffer.  To run a handler is to jump there; what the macro put behind the jump calls it, and comes back to us for the
 * next.  The chain of buffers is in the buffers themselves, as it is in the C library.
 */
#include "tracer/explore/runtime/semantics.h"

#include <errno.h>

/* The macro's buffer is one without a signal mask, shorter than the type that longjmp is declared with. */
_Noreturn void jump(void *buffer, int value) __asm__("longjmp");

void explore_writes(void *address, size_t size, uintptr_t pc);

bool cancel_is_due(const struct thread *thread)
{
    return thread->cancelled && !thread->uncancellable;
}

/* The next handler, or the end. */
static _Noreturn void unwind(void)
{
    __pthread_unwind_buf_t *buffer = SELF->cleanup;
    if (buffer == NULL)
        thread_end(SELF->result);
    SELF->cleanup = buffer->__pad[0];
    jump(buffer->__cancel_jmp_buf, 1);
}

void thread_unwind(void *value)
{
    SELF->result = value;
    SELF->uncancellable = true; /* once is enough */
    unwind();
}

void cancel_point(void)
{
    if (!cancel_is_due(SELF))
        return;
    clock_acquire(&object_at((void *)MARK_CANCEL(S->current))->clock);
    uint32_t step = step_record(EVENT_THREAD_EXIT, THIS_CALL, PC, thread_handle(S->current), 0, 0, NO_THREAD, 0);
    if (step != NO_STEP)
        S->channel->step[step].object_kind = OBJECT_THREAD;
    thread_unwind(PTHREAD_CANCELED);
}

int semantics_pthread_cancel(pthread_t handle)
{
    uint32_t number = (uint32_t)(handle - HANDLE_BASE);
    decide_freely(THIS_CALL, PC);
    if (handle < HANDLE_BASE || number >= S->threads)
        find_words(FINDING_UNINITIALIZED, PC, "pthread_cancel of a thread that was never created");
    if (S->thread[number].joined)
        find_words(FINDING_DESTROYED, PC,
                   "pthread_cancel of a thread that has been joined: its number may be another's");
    S->thread[number].cancelled = true;
    clock_release(&object_at((void *)MARK_CANCEL(number))->clock);
    history_add(number);
    history_follow(number, S->current);
    thread_is_busy();
    return 0;
}

void __wrap_pthread_testcancel(void);
void __wrap_pthread_testcancel(void)
{
    SELF->wait.pc = SELF->access_pc = CALLER;
    SELF->wait.call = CALL_NONE;
    decide_freely(CALL_NONE, CALLER);
    cancel_point();
    thread_saw(CALLER, 0, 0);
}

int __wrap_pthread_setcancelstate(int state, int *old);
int __wrap_pthread_setcancelstate(int state, int *old)
{
    if (state != PTHREAD_CANCEL_ENABLE && state != PTHREAD_CANCEL_DISABLE)
        return EINVAL;
    if (old) {
        explore_writes(old, sizeof *old, CALLER);
        *old = SELF->uncancellable ? PTHREAD_CANCEL_DISABLE : PTHREAD_CANCEL_ENABLE;
    }
    SELF->uncancellable = state == PTHREAD_CANCEL_DISABLE;
    return 0;
}

int __wrap_pthread_setcanceltype(int type, int *old);
int __wrap_pthread_setcanceltype(int type, int *old)
{
    if (type == PTHREAD_CANCEL_ASYNCHRONOUS)
        run_refused(
            "the program asks for asynchronous cancellation, which strikes between any two instructions: no list of "
            "orders covers that; leave it deferred, and call pthread_testcancel where it may end");
    if (type != PTHREAD_CANCEL_DEFERRED)
        return EINVAL;
    if (old) {
        explore_writes(old, sizeof *old, CALLER);
        *old = PTHREAD_CANCEL_DEFERRED;
    }
    return 0;
}

/* ---- what pthread_cleanup_push and pthread_cleanup_pop expand to ---- */

void __wrap___pthread_register_cancel(__pthread_unwind_buf_t *buffer);
void __wrap___pthread_register_cancel(__pthread_unwind_buf_t *buffer)
{
    buffer->__pad[0] = SELF->cleanup;
    SELF->cleanup = buffer;
}

void __wrap___pthread_unregister_cancel(__pthread_unwind_buf_t *buffer);
void __wrap___pthread_unregister_cancel(__pthread_unwind_buf_t *buffer)
{
    SELF->cleanup = buffer->__pad[0];
}

_Noreturn void __wrap___pthread_unwind_next(__pthread_unwind_buf_t *buffer);
_Noreturn void __wrap___pthread_unwind_next(__pthread_unwind_buf_t *buffer)
{
    (void)buffer;
    unwind();
}
