/* Job control as a shell sees it: the child stops itself, the parent is told, continues it, is told again, and
 * gets its exit status. */
#include <signal.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

int main(void)
{
    int status, go[2];
    char byte;

    if (pipe(go) != 0)
        return 4;
    pid_t child = fork();

    if (child == 0) {
        raise(SIGSTOP);
        /* An exit would hide that it was continued: it waits until the parent has seen that. */
        _exit(read(go[0], &byte, 1) == 1 ? 5 : 6);
    }
    if (waitpid(child, &status, WUNTRACED) != child || !WIFSTOPPED(status) || WSTOPSIG(status) != SIGSTOP)
        return 1;
    printf("stopped\n");
    kill(child, SIGCONT);
    if (waitpid(child, &status, WCONTINUED) != child || !WIFCONTINUED(status))
        return 2;
    printf("continued\n");
    if (write(go[1], "", 1) != 1)
        return 4;
    return waitpid(child, &status, 0) == child && WIFEXITED(status) && WEXITSTATUS(status) == 5 ? 0 : 3;
}
