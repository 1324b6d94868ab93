/* wrong: data-race; lesson: strtok remembers where it is, for all threads together: strtok_r is told */
#include <pthread.h>
#include <string.h>

static char one[] = "a lock is a promise", other[] = "a flag is a hope";

static void *count(void *text)
{
    long words = 0;
    for (char *word = strtok(text, " "); word; word = strtok(NULL, " "))
        words++;
    return (void *)words;
}

int main(void)
{
    pthread_t first, second;
    void *words[2];
    pthread_create(&first, NULL, count, one);
    pthread_create(&second, NULL, count, other);
    pthread_join(first, &words[0]);
    pthread_join(second, &words[1]);
    return words[0] == (void *)5l && words[1] == (void *)5l ? 0 : 1;
}
