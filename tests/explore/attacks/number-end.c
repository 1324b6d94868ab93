/* strtol writes where the number ended: into the explorer's memory. */
#include <stdlib.h>

int main(void)
{
    return (int)strtol("0", (char **)0x200000000000, 10);
}
