/* confine.h's promise kept, by libseccomp.  Knows no exercise: what is harmless stands in calls.c. */
#include "tests/harness/confine.h"
#include "tests/harness/calls.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/close_range.h>
#include <sched.h>
#include <seccomp.h>
#include <signal.h>
#include <stdint.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

_Static_assert(CONFINE_SIGNAL == SIGSYS, "the kernel's signal for a refused call");

enum { NUMBERS_MAX = 1024 };

/* Threads, waiting, and signals that are waited for. */
static const short also_allowed[] = {
    SYS_exit,     SYS_exit_group, SYS_futex,           SYS_sched_yield, SYS_nanosleep, SYS_clock_nanosleep, SYS_ppoll,
    SYS_pselect6, SYS_signalfd4,  SYS_rt_sigtimedwait, SYS_setitimer,   SYS_getitimer, SYS_rt_sigsuspend,   SYS_getpgid,
#ifdef SYS_poll
    SYS_poll,     SYS_select,     SYS_pause,           SYS_alarm,
#endif
};

/* Allows a call if one of its arguments, as far as the mask goes, is just that. */
static int allow_if(scmp_filter_ctx filter, int number, unsigned argument, uint64_t mask, uint64_t value)
{
    return seccomp_rule_add(filter, SCMP_ACT_ALLOW, number, 1, SCMP_CMP64(argument, SCMP_CMP_MASKED_EQ, mask, value));
}

static int allow_numbers(scmp_filter_ctx filter)
{
    int failed = 0;
    for (int number = 0; number < NUMBERS_MAX && !failed; number++)
        if (calls_harmless((uint64_t)number))
            failed = seccomp_rule_add(filter, SCMP_ACT_ALLOW, number, 0);
    for (size_t i = 0; i < sizeof also_allowed / sizeof *also_allowed && !failed; i++)
        failed = seccomp_rule_add(filter, SCMP_ACT_ALLOW, also_allowed[i], 0);
    return failed;
}

/* A file to write is refused like one that is somebody else's: the C library asks for one to name another thread. */
static int refuse_to_write(scmp_filter_ctx filter, uint64_t how)
{
    return seccomp_rule_add(filter, SCMP_ACT_ERRNO(EACCES), SYS_openat, 1,
                            SCMP_CMP64(2, SCMP_CMP_MASKED_EQ, O_ACCMODE, how));
}

/* What depends on the arguments.  clone3 hides its own in memory: without it, libraries use clone. */
static int allow_some(scmp_filter_ctx filter, const char *program)
{
    const uint64_t whole_int = 0xffffffff, self = (uint64_t)getpid();
    int failed = allow_if(filter, SYS_execve, 0, UINT64_MAX, (uintptr_t)program);
    failed = failed ? failed : allow_if(filter, SYS_clone, 0, CLONE_THREAD, CLONE_THREAD);
    failed = failed ? failed : seccomp_rule_add(filter, SCMP_ACT_ERRNO(ENOSYS), SYS_clone3, 0);
    failed = failed ? failed : allow_if(filter, SYS_kill, 0, whole_int, self);
    failed = failed ? failed : allow_if(filter, SYS_tgkill, 0, whole_int, self);
    failed = failed ? failed : allow_if(filter, SYS_rt_sigqueueinfo, 0, whole_int, self);
    failed = failed ? failed : allow_if(filter, SYS_rt_tgsigqueueinfo, 0, whole_int, self);
    failed = failed ? failed : allow_if(filter, SYS_openat, 2, O_ACCMODE | O_CREAT | O_TRUNC, O_RDONLY);
    failed = failed ? failed : refuse_to_write(filter, O_WRONLY);
    failed = failed ? failed : refuse_to_write(filter, O_RDWR);
    failed = failed ? failed : allow_if(filter, SYS_prlimit64, 2, UINT64_MAX, 0);
    return failed ? failed : allow_if(filter, SYS_prctl, 0, whole_int, PR_SET_NAME);
}

static void limit(int resource, rlim_t most)
{
    setrlimit(resource, &(struct rlimit){most, most});
}

int confine_descriptors(const char *program)
{
    (void)program;
    return close_range(STDERR_FILENO + 1, ~0u, CLOSE_RANGE_CLOEXEC) == 0 ? 0 : errno;
}

int confine_program(const char *program)
{
    int open = confine_descriptors(program);
    if (open)
        return open;
    limit(RLIMIT_CORE, 0);
    limit(RLIMIT_DATA, (rlim_t)CONFINE_MEMORY_GIB << 30);
    scmp_filter_ctx filter = seccomp_init(SCMP_ACT_KILL_PROCESS);
    if (!filter)
        return ENOMEM;
    int failed = allow_numbers(filter);
    failed = failed ? failed : allow_some(filter, program);
    failed = failed ? failed : seccomp_load(filter);
    seccomp_release(filter);
    return -failed;
}
