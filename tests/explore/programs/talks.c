/* Prints "2"; and, on standard error, what each thread is doing, in the order in which they do it. */
#include <err.h>
#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <unistd.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static int count;

static void *add(void *name)
{
    fprintf(stderr, "%s adds\n", (const char *)name);
    fputs("still adding", stderr), fputc('\n', stderr);
    pthread_mutex_lock(&lock);
    count++;
    pthread_mutex_unlock(&lock);
    errno = 0;
    perror(name);
    warnx("%s has added", (const char *)name);
    return write(STDERR_FILENO, "done\n", 5) == 5 ? NULL : name;
}

int main(void)
{
    pthread_t threads[2];

    pthread_create(&threads[0], NULL, add, "one");
    pthread_create(&threads[1], NULL, add, "two");
    pthread_join(threads[0], NULL);
    pthread_join(threads[1], NULL);
    printf("%d\n", count);
    return 0;
}
