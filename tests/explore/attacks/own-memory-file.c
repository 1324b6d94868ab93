/* Writes its own memory through the file that the system keeps of it. */
#include <fcntl.h>
#include <unistd.h>

int main(void)
{
    int memory = open("/proc/self/mem", O_RDWR);
    static char zeros[64];
    return pwrite(memory, zeros, sizeof zeros, 0x200000000000) < 0;
}
