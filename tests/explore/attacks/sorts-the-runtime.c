/* Sorts the explorer's memory. */
#include <stdlib.h>

static int compare(const void *one, const void *other)
{
    return one < other ? 1 : -1;
}

int main(void)
{
    qsort((void *)0x200000000000, 16, 4, compare);
    return 0;
}
