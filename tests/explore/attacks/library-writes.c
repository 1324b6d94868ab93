/* Lets a library function write the explorer's memory: an empty set of signals is 128 bytes of zeros. */
#include <signal.h>

int main(void)
{
    sigemptyset((sigset_t *)0x200000000000);
    return 0;
}
