/* A weak lock of its own, instead of the one that is wrapped. */
#include <pthread.h>

__attribute__((weak)) int pthread_mutex_lock(pthread_mutex_t *mutex)
{
    (void)mutex;
    return 0;
}

int main(void)
{
    static pthread_mutex_t lock;
    return pthread_mutex_lock(&lock);
}
