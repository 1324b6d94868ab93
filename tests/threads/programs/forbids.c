/* A program that forbids itself nearly every system call, then locks a mutex very often: forbids [filter | strict |
 * exec | fork | late | late-strict].  A call that it does not make itself is its death. */
#include <errno.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <pthread.h>
#include <signal.h>
#include <stddef.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;

static void work(void)
{
    for (int i = 0; i < 5000; i++) {
        pthread_mutex_lock(&mutex);
        pthread_mutex_unlock(&mutex);
    }
}

#define ALLOW(name) BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_##name, 0, 1), BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW)
#define FORBID(name)                                                                                                   \
    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_##name, 0, 1), BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS)
#define NUMBER BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr))

static int install(struct sock_filter *filter, size_t length)
{
    struct sock_fprog program = {.len = (unsigned short)length, .filter = filter};

    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
        return -1;
    return (int)syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &program);
}

/* What fork and wait need is allowed, too. */
static int forbid_nearly_all(void)
{
    struct sock_filter filter[] = {NUMBER,
                                   ALLOW(write),
                                   ALLOW(exit_group),
                                   ALLOW(clone),
                                   ALLOW(wait4),
                                   ALLOW(set_robust_list),
                                   ALLOW(rt_sigprocmask),
                                   BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS)};

    return install(filter, sizeof filter / sizeof *filter);
}

/* A filter that outlives an exec, but not what a library of ours would do there. */
static int forbid_mapping_twice(void)
{
    struct sock_filter filter[] = {NUMBER, FORBID(mremap), FORBID(madvise), FORBID(futex),
                                   BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW)};

    return install(filter, sizeof filter / sizeof *filter);
}

static int said(const char *text)
{
    return write(1, text, strlen(text)) < 0;
}

static int forked(void)
{
    int status;
    pid_t child = fork();

    work();
    if (child == 0)
        _exit(7);
    return wait4(child, &status, 0, NULL) != child || WEXITSTATUS(status) != 7;
}

int main(int argc, char **argv)
{
    const char *how = argc > 1 ? argv[1] : "";
    int failed = 0;

    if (strncmp(how, "late", 4) != 0)
        work(); /* whoever records has begun */
    if (strcmp(how, "filter") == 0 || strcmp(how, "fork") == 0 || strcmp(how, "late") == 0)
        failed = forbid_nearly_all();
    else if (strcmp(how, "strict") == 0 || strcmp(how, "late-strict") == 0)
        failed = prctl(PR_SET_SECCOMP, SECCOMP_MODE_STRICT, 0, 0, 0);
    else if (strcmp(how, "exec") == 0 && (failed = forbid_mapping_twice()) == 0)
        execl(argv[0], argv[0], "again", (char *)NULL);
    if (failed)
        return said("cannot forbid\n");
    if (strcmp(how, "fork") == 0)
        failed = forked();
    else
        work();
    said(failed ? "failed\n" : "works\n");
    syscall(strstr(how, "strict") != NULL ? SYS_exit : SYS_exit_group, 8);
}
