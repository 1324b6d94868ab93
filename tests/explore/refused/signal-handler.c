/* uses: 'signal' */
#include <signal.h>

int main(void)
{
    signal(SIGALRM, SIG_IGN);
    return 0;
}
