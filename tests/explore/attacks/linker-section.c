/* A pointer in the section that the loader runs before main. */
#include <unistd.h>

static void before_all(void)
{
    _exit(0);
}
__attribute__((section(".preinit_array"), used)) static void (*pointer)(void) = before_all;

int main(void)
{
    return 1;
}
