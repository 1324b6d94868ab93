/* attack: stops, so that whoever waits for its end waits for ever */
#include <signal.h>

int main(void)
{
    raise(SIGSTOP);
    return 0;
}
