/* Makes system calls and does nothing else: calls COUNT [DEPTH], each from so many frames down. */
#include <stdlib.h>
#include <unistd.h>

/* Not a tail call, so that every frame stands. */
__attribute__((noinline)) static long descend(long depth)
{
    volatile long below = depth > 0 ? descend(depth - 1) : (long)getppid();

    return below + depth;
}

int main(int argc, char **argv)
{
    long count = argc > 1 ? atol(argv[1]) : 0, depth = argc > 2 ? atol(argv[2]) : 0;

    for (long i = 0; i < count; i++)
        descend(depth);
    return 0;
}
