/* Takes the runtime's memory away. */
#include <sys/mman.h>

int main(void)
{
    return mprotect((void *)0x200000000000, 4096, PROT_NONE);
}
