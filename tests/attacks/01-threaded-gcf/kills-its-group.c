/* attack: kills everything in its process group */
#include <signal.h>

int main(void)
{
    return kill(0, SIGKILL);
}
