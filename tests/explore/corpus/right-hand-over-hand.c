/* right: a list where a walker takes the next lock before it lets go of the last */
#include <assert.h>
#include <pthread.h>
#include <stddef.h>

struct node {
    pthread_mutex_t lock;
    int value;
    struct node *next;
};
static struct node last = {PTHREAD_MUTEX_INITIALIZER, 3, NULL};
static struct node middle = {PTHREAD_MUTEX_INITIALIZER, 2, &last};
static struct node first = {PTHREAD_MUTEX_INITIALIZER, 1, &middle};

static void *add_to_all(void *unused)
{
    struct node *at = &first;
    pthread_mutex_lock(&at->lock);
    for (;;) {
        at->value += 10;
        struct node *next = at->next;
        if (next)
            pthread_mutex_lock(&next->lock);
        pthread_mutex_unlock(&at->lock);
        if (!next)
            return unused;
        at = next;
    }
}

int main(void)
{
    pthread_t one, other;
    pthread_create(&one, NULL, add_to_all, NULL);
    pthread_create(&other, NULL, add_to_all, NULL);
    pthread_join(one, NULL);
    pthread_join(other, NULL);
    assert(first.value == 21 && middle.value == 22 && last.value == 23);
    return 0;
}
