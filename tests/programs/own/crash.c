/* Writes a few words, then dies of a real fault: `crash` by the null pointer, `crash ud` by abort. */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

int main(int argc, char **argv)
{
    int *volatile nowhere = NULL;

    (void)argv;
    if (write(1, "about to crash\n", 15) != 15)
        return 3;
    if (argc > 1)
        abort();
    return *nowhere;
}
