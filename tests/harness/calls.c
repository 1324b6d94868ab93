/* The tables behind calls.h, for both tracers (birth.h, timed.h).  Numbers only: looks at no program. */
#include "tests/harness/calls.h"

#include <stddef.h>
#include <string.h>
#include <sys/syscall.h>

static const short allowed[] = {
    SYS_brk,
    SYS_mmap,
    SYS_munmap,
    SYS_mremap,
    SYS_mprotect,
    SYS_madvise,
    SYS_read,
    SYS_pread64,
    SYS_write,
    SYS_writev,
    SYS_close,
    SYS_lseek,
    SYS_fstat,
    SYS_newfstatat,
    SYS_statx,
    SYS_faccessat,
    SYS_ioctl,
    SYS_fcntl,
    SYS_dup,
    SYS_set_tid_address,
    SYS_set_robust_list,
    SYS_rseq,
    SYS_membarrier,
    SYS_getpid,
    SYS_gettid,
    SYS_getppid,
    SYS_getuid,
    SYS_geteuid,
    SYS_getgid,
    SYS_getegid,
    SYS_getrandom,
    SYS_uname,
    SYS_sysinfo,
    SYS_getrusage,
    SYS_getcpu,
    SYS_times,
    SYS_gettimeofday,
    SYS_clock_gettime,
    SYS_clock_getres,
    SYS_sched_getaffinity,
    SYS_sched_setaffinity,
    SYS_sched_getparam,
    SYS_sched_getscheduler,
    SYS_sched_get_priority_max,
    SYS_sched_get_priority_min,
    SYS_rt_sigaction,
    SYS_rt_sigprocmask,
    SYS_rt_sigreturn,
    SYS_rt_sigpending,
    SYS_sigaltstack,
    SYS_restart_syscall,
#ifdef SYS_access
    SYS_access,
#endif
#ifdef SYS_stat
    SYS_stat,
#endif
#ifdef SYS_readlink
    SYS_readlink,
#endif
    SYS_readlinkat,
#ifdef SYS_arch_prctl
    SYS_arch_prctl,
#endif
#ifdef SYS_time
    SYS_time,
#endif
};

/* What is refused by name; anything else by number. */
static const struct {
    short number;
    const char *what;
} refused_by_name[] = {
#ifdef SYS_fork
    {SYS_fork, "to fork another process"},
    {SYS_vfork, "to fork another process"},
#endif
    {SYS_execve, "to become another program"},
    {SYS_execveat, "to become another program"},
    {SYS_ptrace, "to trace a process"},
    {SYS_process_vm_writev, "to write another process's memory"},
    {SYS_process_vm_readv, "to read another process's memory"},
    {SYS_setsid, "to leave its session"},
    {SYS_setpgid, "to leave its process group"},
    {SYS_socket, "for a socket"},
    {SYS_rt_sigqueueinfo, "to send a signal to somebody else"},
    {SYS_rt_tgsigqueueinfo, "to send a signal to somebody else"},
    {SYS_pidfd_send_signal, "to send a signal to somebody else"},
    {SYS_unlinkat, "to remove a file"},
    {SYS_renameat2, "to rename a file"},
    {SYS_ftruncate, "to change the length of a file"},
    {SYS_pipe2, "for a pipe"},
    {SYS_openat2, "to open a file"},
#ifdef SYS_open
    {SYS_open, "to open a file"},
    {SYS_creat, "to create a file"},
    {SYS_unlink, "to remove a file"},
    {SYS_rename, "to rename a file"},
    {SYS_pipe, "for a pipe"},
    {SYS_pause, "to pause until a signal comes"},
#endif
};

bool calls_harmless(uint64_t number)
{
    for (size_t i = 0; i < sizeof allowed / sizeof *allowed; i++)
        if (number == (uint64_t)allowed[i])
            return true;
    return false;
}

const char *calls_name(uint64_t number)
{
    for (size_t i = 0; i < sizeof refused_by_name / sizeof *refused_by_name; i++)
        if (number == (uint64_t)refused_by_name[i].number)
            return refused_by_name[i].what;
    return NULL;
}

bool calls_may_read(const char *path)
{
    static const char *const readable[] = {
        "/lib/",    "/lib64/", "/usr/lib/", "/usr/lib64/", "/usr/local/lib/", "/etc/ld.so.", "/sys/devices/system/cpu/",
        "/dev/null"};
    for (size_t i = 0; i < sizeof readable / sizeof *readable && !strstr(path, "/../"); i++)
        if (strncmp(path, readable[i], strlen(readable[i])) == 0)
            return true;
    return false;
}
