/* printf writes how many bytes it has printed: into the explorer's memory. */
#include <stdio.h>

int main(void)
{
    printf("%n", (int *)0x200000000000);
    return 0;
}
