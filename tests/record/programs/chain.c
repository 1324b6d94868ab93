/* Calls down a chain of known names to write(), and once more from a comparison that libc's qsort calls; with a number,
 * goes down fourteen deep that many times: chain [TIMES]. */
#include <stdlib.h>
#include <unistd.h>

/* Something is left to do after each call, so that none becomes a jump. */
#define LINK(name, next)                                                                                               \
    __attribute__((noinline)) static int name(int depth)                                                               \
    {                                                                                                                  \
        return next + (depth & 1) + 1;                                                                                 \
    }

LINK(innermost, (int)write(1, "here\n", 5))
LINK(middle, innermost(depth))
LINK(outermost, middle(depth))

static int compare(const void *left, const void *right)
{
    return write(1, "sort\n", 5) == 5 ? *(const int *)left - *(const int *)right : 0;
}

__attribute__((noinline)) static int descend(int depth)
{
    return depth > 0 ? descend(depth - 1) + 1 : (int)getppid() & 1;
}

int main(int argc, char **argv)
{
    int pair[2] = {2, 1}, sum = 0;

    if (argc == 1) {
        sum = outermost(2);
        qsort(pair, 2, sizeof *pair, compare);
    }
    for (int times = argc > 1 ? atoi(argv[1]) : 0; times > 0; times--)
        sum += descend(9);
    return sum == -1 ? 1 : 0;
}
