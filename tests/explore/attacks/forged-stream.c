/* A stream of its own making: the C library follows its pointers. */
#include <stdio.h>
#include <string.h>

int main(void)
{
    static char stream[512];
    memset(stream, 0x41, sizeof stream);
    fputs("x", (FILE *)stream);
    return 0;
}
