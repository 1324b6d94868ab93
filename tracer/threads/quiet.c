/* Programs that forbid themselves system calls (seccomp), or have them told apart by where they come from: a call of
 * ours would be their death.  So before they do, the library makes ready for what is to come, and from then on makes
 * none: it has no chunk mapped that is not mapped yet, does not ring, waits for nobody.  The recorder looks after it by
 * itself.
 *
 * Who may not even read the CPU's counter any more has nothing to tell: an event without a time is none.
 *
 * Seen are the two functions of the C library by which this is done.  A program that makes such a call by an
 * instruction of its own is not seen; one that is started with a filter in place does not get the library
 * (record/inject.c).
 */
#include "tracer/threads/place.h"

#include <dlfcn.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/syscall.h>

#ifndef PR_SET_SYSCALL_USER_DISPATCH
#define PR_SET_SYSCALL_USER_DISPATCH 59
#endif

typedef long call_function(long number, long a, long b, long c, long d, long e, long f);
typedef int control_function(int what, long a, long b, long c, long d);

static call_function *real_syscall;
static control_function *real_prctl;

void threads_find_forbidding_functions(void)
{
    *(void **)&real_syscall = dlsym(RTLD_NEXT, "syscall");
    *(void **)&real_prctl = dlsym(RTLD_NEXT, "prctl");
}

/* From here on: no system call.  Of this thread, and of those that it will make; the others can do without, too. */
static void fall_quiet(bool strict)
{
    if (threads.header == NULL)
        return;
    if (!threads.quiet)
        place_provide();
    threads.quiet = true;
    if (threads.header->ticks_scale == 0)
        threads.silent = true; /* to ask the kernel for the time may be a system call */
    if (strict || threads.silent)
        threads_fall_silent();
}

static void lose_counter(void)
{
    threads.silent = true;
    threads_fall_silent();
}

/* Variable in their declarations, and called with what the call needs: what is passed on beyond that is of no meaning.
 */
__attribute__((visibility("default"))) call_function threads_syscall __asm__("syscall");
__attribute__((visibility("default"))) control_function threads_prctl __asm__("prctl");

long threads_syscall(long number, long a, long b, long c, long d, long e, long f)
{
    if (threads.state != THREADS_READY)
        threads_start();
    if (number == SYS_seccomp && (a == SECCOMP_SET_MODE_STRICT || a == SECCOMP_SET_MODE_FILTER))
        fall_quiet(a == SECCOMP_SET_MODE_STRICT);
    else if (number == SYS_prctl)
        return threads_prctl((int)a, b, c, d, e);
    return real_syscall(number, a, b, c, d, e, f);
}

int threads_prctl(int what, long a, long b, long c, long d)
{
    if (threads.state != THREADS_READY)
        threads_start();
    if (what == PR_SET_SECCOMP || what == PR_SET_SYSCALL_USER_DISPATCH)
        fall_quiet(what == PR_SET_SECCOMP && a == SECCOMP_MODE_STRICT);
    else if (what == PR_SET_TSC && a == PR_TSC_SIGSEGV)
        lose_counter();
    return real_prctl(what, a, b, c, d);
}
