/* What this machine's kernel lets an ordinary program do, found out by doing it: `make doctor` runs this.
 * Prints one line a check: name, yes or no, what was seen, and what would enable it, tab-separated.
 *
 * Needs nothing but libc and the kernel's headers, so that it can be built before anything else is there, and
 * refuses to know why Trapbook wants any of this. */
#include <errno.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/kvm.h>
#include <linux/perf_event.h>
#include <linux/ptrace.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

enum { WORDS = 256 };
static char detail[WORDS];

/* Notes what was seen; returns its first argument, so that a check can end with it. */
__attribute__((format(printf, 2, 3))) static bool saw(bool ok, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(detail, sizeof detail, format, arguments);
    va_end(arguments);
    return ok;
}

static bool failed(const char *attempt)
{
    int error = errno;
    const char *name = strerrorname_np(error);
    return saw(false, "%s: %s (%s)", attempt, strerror(error), name ? name : "?");
}

/* The first line of a small file, or NULL.  In static storage. */
static const char *first_line(const char *path)
{
    static char line[64];
    FILE *file = fopen(path, "re");
    if (!file)
        return NULL;
    const char *got = fgets(line, sizeof line, file);
    fclose(file);
    line[strcspn(line, "\n")] = '\0';
    return got;
}

/* ptrace by the raw call: glibc's prototype wants its own enum for the request, which lacks the newest ones. */
static long trace(long request, pid_t pid, unsigned long address, void *data)
{
    return syscall(SYS_ptrace, request, (long)pid, address, data);
}

/* Is this process traced already, by gdb or strace? */
static bool already_traced(void)
{
    char line[128];
    int tracer = 0;
    FILE *status = fopen("/proc/self/status", "re");
    while (status && fgets(line, sizeof line, status))
        if (sscanf(line, "TracerPid: %d", &tracer) == 1)
            break;
    if (status)
        fclose(status);
    return tracer != 0;
}

/* Forks a child that waits for one byte on a pipe before it does `act`; `*go` is the end to close for that. */
static pid_t child_that_waits(void (*act)(void), int *go)
{
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) != 0)
        return -1;
    pid_t child = fork();
    if (child == 0) {
        char byte;
        close(ends[1]);
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        while (read(ends[0], &byte, 1) == -1 && errno == EINTR)
            continue;
        act();
        _exit(0);
    }
    close(ends[0]);
    *go = ends[1];
    return child;
}

static void end_child(pid_t child, int go)
{
    close(go);
    kill(child, SIGKILL);
    waitpid(child, NULL, __WALL);
}

static void exit_with_seven(void)
{
    syscall(SYS_exit_group, 7);
}

/* Seizes a child and waits for the stop that PTRACE_INTERRUPT asks for. */
static bool seize(pid_t child)
{
    int status;
    if (trace(PTRACE_SEIZE, child, 0, (void *)(long)(PTRACE_O_EXITKILL | PTRACE_O_TRACESYSGOOD)) != 0)
        return failed("PTRACE_SEIZE of a child");
    if (trace(PTRACE_INTERRUPT, child, 0, NULL) != 0)
        return failed("PTRACE_INTERRUPT");
    if (waitpid(child, &status, __WALL) != child || !WIFSTOPPED(status))
        return saw(false, "a seized child did not stop");
    return true;
}

static bool check_ptrace(void)
{
    int go;
    if (already_traced())
        return saw(false, "this very process is traced already");
    pid_t child = child_that_waits(exit_with_seven, &go);
    if (child < 0)
        return failed("fork");
    bool ok = seize(child);
    end_child(child, go);
    return ok && saw(true, "seized a child and stopped it");
}

static bool check_yama(void)
{
    const char *scope = first_line("/proc/sys/kernel/yama/ptrace_scope");
    if (!scope)
        return saw(true, "no Yama here: any process of one's own can be attached");
    return saw(scope[0] == '0' || geteuid() == 0, "kernel.yama.ptrace_scope is %s", scope);
}

/* Lets a seized child go to its next system call and returns the stop's signal; 0 if there was none. */
static int next_call_stop(pid_t child, int go, long request)
{
    int status;
    if (trace(request, child, 0, NULL) != 0)
        return 0;
    close(go);
    for (;;) {
        if (waitpid(child, &status, __WALL) != child || !WIFSTOPPED(status))
            return 0;
        if (status >> 16 == 0)
            return WSTOPSIG(status);
        trace(request, child, 0, NULL);
    }
}

static bool check_syscall_info(void)
{
    int go;
    struct ptrace_syscall_info info = {0};
    pid_t child = child_that_waits(exit_with_seven, &go);
    if (child < 0)
        return failed("fork");
    bool ok = seize(child) && next_call_stop(child, go, PTRACE_SYSCALL) == (SIGTRAP | 0x80);
    if (ok && trace(PTRACE_GET_SYSCALL_INFO, child, sizeof info, &info) <= 0)
        ok = failed("PTRACE_GET_SYSCALL_INFO");
    end_child(child, -1);
    return ok && saw(true, "a stop says itself whether a call begins or ends");
}

/* The child's exit_group(7) must stop, and must not happen: then it goes on to _exit(0). */
static bool sysemu_swallows_call(pid_t child, int go)
{
    int status = 0, stop;
    struct ptrace_syscall_info info = {0};
    do { /* the read that it was interrupted in may come first */
        stop = next_call_stop(child, go, PTRACE_SYSEMU);
        go = -1;
        if (stop != (SIGTRAP | 0x80))
            return saw(false, "no stop at a system call under PTRACE_SYSEMU");
        if (trace(PTRACE_GET_SYSCALL_INFO, child, sizeof info, &info) <= 0)
            return failed("PTRACE_GET_SYSCALL_INFO");
    } while (info.entry.nr != SYS_exit_group);
    if (trace(PTRACE_CONT, child, 0, NULL) != 0 || waitpid(child, &status, __WALL) != child)
        return failed("going on after the stop");
    return saw(WIFEXITED(status) && WEXITSTATUS(status) == 0, "a call stopped, and the host did not execute it");
}

static bool check_sysemu(void)
{
    int go;
    pid_t child = child_that_waits(exit_with_seven, &go);
    if (child < 0)
        return failed("fork");
    bool ok = seize(child) && sysemu_swallows_call(child, go);
    end_child(child, -1);
    return ok;
}

/* A filter of one's own that traps getppid; the trap's SIGSYS then kills the child. */
static void trap_getppid(void)
{
    struct sock_filter code[] = {
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_getppid, 0, 1),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_TRAP),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
    };
    struct sock_fprog program = {sizeof code / sizeof *code, code};
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 || prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) != 0)
        _exit(errno);
    syscall(SYS_getppid);
}

static bool check_seccomp(void)
{
    int go, status = 0;
    pid_t child = child_that_waits(trap_getppid, &go);
    if (child < 0)
        return failed("fork");
    close(go);
    if (waitpid(child, &status, 0) != child)
        return failed("waitpid");
    if (WIFSIGNALED(status) && WTERMSIG(status) == SIGSYS)
        return saw(true, "a filter trapped a call");
    errno = WEXITSTATUS(status);
    return errno ? failed("installing a filter") : saw(false, "the filter did not trap the call");
}

static void enter_user_namespace(void)
{
    _exit(unshare(CLONE_NEWUSER | CLONE_NEWPID | CLONE_NEWNS | CLONE_NEWUTS | CLONE_NEWIPC | CLONE_NEWNET) ? errno : 0);
}

static bool check_namespaces(void)
{
    int go, status = 0;
    pid_t child = child_that_waits(enter_user_namespace, &go);
    if (child < 0)
        return failed("fork");
    close(go);
    if (waitpid(child, &status, 0) != child)
        return failed("waitpid");
    errno = WEXITSTATUS(status);
    return errno ? failed("unshare") : saw(true, "user, process, mount, host name, IPC and network namespaces");
}

static bool check_kvm(void)
{
    int kvm = open("/dev/kvm", O_RDWR | O_CLOEXEC);
    if (kvm < 0)
        return failed("open /dev/kvm");
    int version = ioctl(kvm, KVM_GET_API_VERSION, 0);
    int vm = version < 0 ? -1 : ioctl(kvm, KVM_CREATE_VM, 0);
    bool ok = vm >= 0 ? saw(true, "created a VM, API version %d", version) : failed("KVM_CREATE_VM");
    if (vm >= 0)
        close(vm);
    close(kvm);
    return ok;
}

static bool count_event(unsigned type, unsigned long long config)
{
    struct perf_event_attr attributes = {.type = type, .size = sizeof attributes, .config = config};
    attributes.exclude_kernel = 1;
    attributes.exclude_hv = 1;
    long counter = syscall(SYS_perf_event_open, &attributes, 0, -1, -1, PERF_FLAG_FD_CLOEXEC);
    if (counter < 0)
        return false;
    close((int)counter);
    return true;
}

static bool check_perf(void)
{
    const char *paranoid = first_line("/proc/sys/kernel/perf_event_paranoid");
    if (!count_event(PERF_TYPE_SOFTWARE, PERF_COUNT_SW_TASK_CLOCK))
        return failed("perf_event_open");
    bool hardware = count_event(PERF_TYPE_HARDWARE, PERF_COUNT_HW_INSTRUCTIONS);
    return saw(hardware, "software events%s; kernel.perf_event_paranoid is %s",
               hardware ? " and the CPU's instruction counter" : " only: the CPU's counters are out of reach",
               paranoid ? paranoid : "not there");
}

static bool check_cpus(void)
{
    cpu_set_t allowed;
    if (sched_getaffinity(0, sizeof allowed, &allowed) != 0)
        return failed("sched_getaffinity");
    return saw(true, "%d to run on, %ld in the machine", CPU_COUNT(&allowed), sysconf(_SC_NPROCESSORS_ONLN));
}

static const struct {
    const char *name;
    bool (*check)(void);
    const char *enable;
} checks[] = {
    {"CPUs", check_cpus, ""},
    {"ptrace", check_ptrace,
     "not under gdb or strace; in a container: --cap-add=SYS_PTRACE; under amd64 emulation on an Apple-silicon host "
     "there is no ptrace at all: use an arm64 image"},
    {"attach (Yama)", check_yama, "needed for record -p only: sysctl kernel.yama.ptrace_scope=0"},
    {"syscall info", check_syscall_info, "Linux 5.3 or later"},
    {"SYSEMU", check_sysemu, "x86-64: any Linux; AArch64: Linux 5.3 or later; not under emulation"},
    {"seccomp", check_seccomp, "a kernel with CONFIG_SECCOMP_FILTER; not under emulation"},
    {"namespaces", check_namespaces,
     "sysctl kernel.unprivileged_userns_clone=1, user.max_user_namespaces above 0, on Ubuntu "
     "kernel.apparmor_restrict_unprivileged_userns=0; in a container: --security-opt seccomp=unconfined; in a chroot: "
     "never"},
    {"/dev/kvm", check_kvm,
     "virtualization switched on in the firmware (nested, if this is a VM), module kvm_intel or kvm_amd, and being in "
     "group kvm; in a container: --device /dev/kvm"},
    {"perf", check_perf, "sysctl kernel.perf_event_paranoid=1; in a VM: a virtual PMU"},
};

int main(void)
{
    for (size_t i = 0; i < sizeof checks / sizeof *checks; i++) {
        detail[0] = '\0';
        bool ok = checks[i].check();
        printf("%s\t%s\t%s\t%s\n", checks[i].name, ok ? "yes" : "no", detail, checks[i].enable);
        fflush(stdout);
    }
}
