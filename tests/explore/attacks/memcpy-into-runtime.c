/* The same by way of a library function, whose own stores no hook sees. */
#include <string.h>

int main(void)
{
    static char zeros[64];
    memcpy((void *)0x200004000000, zeros, sizeof zeros);
    return 0;
}
