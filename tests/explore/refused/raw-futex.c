/* uses: 'syscall' */
#include <sys/syscall.h>
#include <unistd.h>

int main(void)
{
    return (int)syscall(SYS_futex, 0, 0, 0, 0, 0, 0) == 0;
}
