/* attack: ignores every signal that can be ignored, and spins */
#include <signal.h>

int main(void)
{
    for (int signo = 1; signo < 65; signo++)
        signal(signo, SIG_IGN);
    for (volatile int i = 0;; i++)
        ;
}
