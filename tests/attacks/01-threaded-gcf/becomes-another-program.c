/* attack: has a shell do the work */
#include <unistd.h>

int main(void)
{
    execl("/bin/sh", "sh", "-c", "echo 'The GCF of 48 and 52 is 4'", (char *)0);
    return 0;
}
