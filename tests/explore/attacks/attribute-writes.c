/* The same by way of an attribute object. */
#include <pthread.h>

int main(void)
{
    pthread_attr_init((pthread_attr_t *)0x200000000000);
    return 0;
}
