/* Ends the process before the explorer has begun. */
#include <unistd.h>

__attribute__((constructor)) static void before_all(void)
{
    _exit(0);
}

int main(void)
{
    return 1;
}
