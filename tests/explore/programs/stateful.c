/* Uses rand, whose next number the C library remembers: each run needs a process of its own, to begin with the first.
 */
#include <pthread.h>
#include <stdlib.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static int drawn[2], count;

static void *draw(void *unused)
{
    pthread_mutex_lock(&lock);
    drawn[count++] = rand();
    pthread_mutex_unlock(&lock);
    return unused;
}

int main(void)
{
    pthread_t one, other;
    pthread_create(&one, NULL, draw, NULL);
    pthread_create(&other, NULL, draw, NULL);
    pthread_join(one, NULL);
    pthread_join(other, NULL);
    return drawn[0] == 1804289383 && drawn[1] != drawn[0] ? 0 : 1; /* the first number of glibc's rand */
}
