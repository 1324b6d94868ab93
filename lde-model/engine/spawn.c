/* How a forked copy of lde becomes an empty guest.
 *
 *   hypervisor thread                       child
 *   fork ─────────────────────────────────▶ dies with its parent; signals as new; no rseq
 *   PTRACE_SEIZE, EXITKILL                  waits on a pipe
 *   write one byte ───────────────────────▶ writes a script of system calls into the page, jumps there
 *                                           munmap all but the page, mmap the guest's memory, close_range, seccomp
 *   wait ◀───────────────────────────────── breakpoint
 *
 * The child cannot call libc once libc is unmapped: therefore a script, and a few lines of assembly that run it.
 * Knows no guest's contents. */
#include "lde-model/engine/spawn.h"

#include "lde-model/engine/host.h"

#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/rseq.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

/* Where no guest has its memory and where, as lde is position-independent, nothing of ours lies. */
#define PAGE_ADDRESS ((uint8_t *)0x200000)
enum { SCRIPT_CALLS = 16, CODE_ROOM = 256 };

/* The page: first the code, then what it works on. */
struct page {
    char code[CODE_ROOM];
    struct arch_script_call script[SCRIPT_CALLS];
    struct sock_fprog program;
    struct sock_filter filter[1];
};

static struct page *page; /* mapped once in lde; each child gets its own copy by fork */
static size_t page_size;
static uint64_t our_end; /* above the last mapping of lde, and so of each child as it is born */

static uint64_t end_of_mappings(void)
{
    uint64_t end = 0;
    FILE *maps = fopen("/proc/self/maps", "re");
    if (maps == NULL)
        return 0;
    unsigned long long from, to;
    while (fscanf(maps, "%llx-%llx%*[^\n]", &from, &to) == 2) {
        if (to <= INT64_MAX) /* x86-64's vsyscall page cannot be unmapped: the filter stops it */
            end = to;
    }
    fclose(maps);
    return end;
}

static int prepare(void)
{
    if (page == NULL) {
        page_size = (size_t)sysconf(_SC_PAGESIZE);
        void *at = mmap(PAGE_ADDRESS, page_size, PROT_READ | PROT_WRITE,
                        MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0);
        if (at == MAP_FAILED)
            return -1;
        page = at;
    }
    our_end = end_of_mappings(); /* anew each time: lde may have mapped more since */
    return our_end == 0 ? -1 : 0;
}

static void write_script(const struct memory_space *space)
{
    struct arch_script_call *call = page->script;
    const uint64_t address = (uint64_t)(uintptr_t)page, after = address + page_size;

    *call++ = (struct arch_script_call){SYS_munmap, {0, address}};
    *call++ = (struct arch_script_call){SYS_munmap, {after, our_end - after}};
    for (size_t i = 0; i < sizeof space->map / sizeof *space->map; i++) {
        const struct memory_map *map = &space->map[i];
        const uint64_t access = PROT_READ | (map->writable ? PROT_WRITE : 0) | (map->executable ? PROT_EXEC : 0);
        *call++ = (struct arch_script_call){
            SYS_mmap,
            {map->address, map->size, access, MAP_SHARED | MAP_FIXED, (uint64_t)space->memory->fd, map->physical}};
    }
    *call++ = (struct arch_script_call){SYS_close_range, {0, UINT32_MAX, 0}};
    *call++ = (struct arch_script_call){SYS_prctl, {PR_SET_NO_NEW_PRIVS, 1}};
    *call++ = (struct arch_script_call){SYS_seccomp, {SECCOMP_SET_MODE_FILTER, 0, (uint64_t)(uintptr_t)&page->program}};
    call->number = UINT64_MAX;

    /* SYSEMU stops a guest before any call; should one ever get past, this makes it a signal that we see */
    page->filter[0] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_TRAP);
    page->program = (struct sock_fprog){.len = 1, .filter = page->filter};
}

/* glibc has the kernel write to each thread's stack of restartable sequences: not to a guest's. */
static void leave_libc(void)
{
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    for (int signo = 1; signo < NSIG; signo++)
        signal(signo, SIG_DFL);
    syscall(SYS_set_robust_list, NULL, 3 * sizeof(void *));
    syscall(SYS_set_tid_address, NULL);
    if (__rseq_size > 0)
        syscall(SYS_rseq, (char *)__builtin_thread_pointer() + __rseq_offset, 32, RSEQ_FLAG_UNREGISTER, RSEQ_SIG);
}

static _Noreturn void become_guest(const struct memory_space *space, pid_t parent, int seized)
{
    char byte;
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent || read(seized, &byte, 1) != 1) /* no byte: the parent is gone */
        _exit(127);
    leave_libc();
    memcpy(page->code, arch_script_code, (size_t)(arch_script_code_end - arch_script_code));
    write_script(space);
    if (mprotect(page, page_size, PROT_READ | PROT_EXEC) != 0)
        _exit(127);
    __builtin___clear_cache(page->code, page->code + CODE_ROOM);
    ((void (*)(struct arch_script_call *))(uintptr_t)page->code)(page->script);
    _exit(127);
}

/* Waits for the breakpoint at the script's end; what others send meanwhile is the child's.  Returns 0 or an errno. */
static int await_script(pid_t pid, struct registers *registers)
{
    int status;
    for (;;) {
        if (host_wait(pid, &status) < 0) {
            if (errno != EINTR)
                return errno;
            continue;
        }
        if (!WIFSTOPPED(status))
            return ECHILD;
        const bool event = status >> 16 == PTRACE_EVENT_STOP, trap = WSTOPSIG(status) == SIGTRAP;
        if (trap && !event)
            break;
        host_ptrace(event && !trap ? PTRACE_LISTEN : PTRACE_CONT, pid, 0,
                    (void *)(uintptr_t)(event ? 0 : WSTOPSIG(status)));
    }
    struct iovec area = {.iov_base = registers, .iov_len = sizeof *registers};
    if (host_ptrace(PTRACE_GETREGSET, pid, NT_PRSTATUS, &area) != 0)
        return errno;
    return (int)-registers_result(registers); /* of the last call, which is 0 if all went well */
}

static int seize(pid_t pid, int pipe_to_child, struct registers *registers)
{
    if (host_ptrace(PTRACE_SEIZE, pid, 0, (void *)(uintptr_t)(PTRACE_O_EXITKILL | PTRACE_O_TRACESYSGOOD)) != 0)
        return errno;
    if (write(pipe_to_child, "", 1) != 1)
        return errno;
    return await_script(pid, registers);
}

pid_t spawn_guest(const struct memory_space *space, struct registers *registers, char error[256])
{
    int ends[2];
    const char *tried = "prepare a guest's address space";
    pid_t pid = -1;
    if (prepare() == 0 && (tried = "make a pipe to a guest process", pipe2(ends, O_CLOEXEC) == 0)) {
        const pid_t parent = getpid();
        tried = "fork a guest process";
        pid = fork();
        if (pid == 0) {
            close(ends[1]);
            become_guest(space, parent, ends[0]);
        }
        int failed = pid < 0 ? errno : seize(pid, ends[1], registers);
        close(ends[0]);
        close(ends[1]);
        if (failed == 0)
            return pid;
        if (pid > 0) {
            tried = failed == ECHILD  ? "turn a process into a guest, which somebody has killed meanwhile"
                    : failed == EPERM ? "trace a guest process (is lde itself being traced, by gdb or strace?)"
                                      : "turn a process into a guest";
            kill(pid, SIGKILL);
            waitpid(pid, NULL, __WALL);
        }
        errno = failed;
    }
    snprintf(error, 256, "cannot %s: %s (%s)", tried, strerror(errno), strerrorname_np(errno));
    return -1;
}
