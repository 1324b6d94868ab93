/* wrong: data-race; lesson: a static local variable is one for all threads */
#include <pthread.h>
#include <stdio.h>

static char *label(int i)
{
    static char text[16];
    snprintf(text, sizeof text, "n%d", i);
    return text;
}

static void *w(void *a)
{
    char *s = label((int)(long)a);
    return s[0] == 'n' ? 0 : s;
}

int main(void)
{
    pthread_t t[2];
    for (long i = 0; i < 2; i++)
        pthread_create(&t[i], 0, w, (void *)i);
    for (int i = 0; i < 2; i++)
        pthread_join(t[i], 0);
    return 0;
}
