/* attack: leaves with status 0 before main, which a suite that trusts exit statuses takes for success */
#include <stdlib.h>

__attribute__((constructor)) static void leave(void)
{
    exit(0);
}

int main(void)
{
    return 1;
}
