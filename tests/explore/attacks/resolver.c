/* A resolver runs before main. */
#include <unistd.h>

static int zero(void)
{
    return 0;
}

static int (*resolve(void))(void)
{
    _exit(0);
    return zero;
}

int chosen(void) __attribute__((ifunc("resolve")));

int main(void)
{
    return chosen() + 1;
}
