/* Uses strtok, which remembers in the C library where it was: each run needs a process of its own. */
#include <pthread.h>
#include <string.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static char words[] = "one two three four";
static int seen;

static void *next(void *unused)
{
    pthread_mutex_lock(&lock);
    seen += strtok(seen ? NULL : words, " ") != NULL;
    pthread_mutex_unlock(&lock);
    return unused;
}

int main(void)
{
    pthread_t one, other;
    pthread_create(&one, NULL, next, NULL);
    pthread_create(&other, NULL, next, NULL);
    pthread_join(one, NULL);
    pthread_join(other, NULL);
    return seen == 2 ? 0 : 1;
}
