/* Ends at once, unless it is told a number. */
#include <stdio.h>

int main(int argc, char **argv)
{
    if (argc != 2) {
        fprintf(stderr, "usage: give a number\n");
        return 2;
    }
    printf("%s\n", argv[1]);
    return 0;
}
