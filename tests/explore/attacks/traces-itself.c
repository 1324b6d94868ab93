/* Makes itself the tracee of its parent. */
#include <sys/ptrace.h>

int main(void)
{
    return (int)ptrace(PTRACE_TRACEME, 0, 0, 0);
}
