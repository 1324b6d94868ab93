/* right: a sequence lock whose data are atomics: a torn read is thrown away by its reader */
#include <assert.h>
#include <pthread.h>
#include <stdatomic.h>

static atomic_uint sequence;
static atomic_int a, b;

static void *writer(void *unused)
{
    sequence++;
    a = 1;
    b = 1;
    sequence++;
    return unused;
}

static void *reader(void *unused)
{
    for (;;) {
        unsigned before = sequence;
        int seen_a = a, seen_b = b;
        if (before % 2 == 0 && sequence == before) {
            assert(seen_a == seen_b);
            return unused;
        }
    }
}

int main(void)
{
    pthread_t one, other;
    pthread_create(&one, NULL, writer, NULL);
    pthread_create(&other, NULL, reader, NULL);
    pthread_join(one, NULL);
    pthread_join(other, NULL);
    return 0;
}
