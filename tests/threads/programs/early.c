/* pthread calls before main.  EARLY_LIBRARY: a library that is initialised before all others, even before the C
 * library; otherwise the program that needs it, with a constructor of its own and a function in its preinit array. */
#include <pthread.h>
#include <stdio.h>

#ifdef EARLY_LIBRARY
static pthread_mutex_t first = PTHREAD_MUTEX_INITIALIZER;
static int taken;

__attribute__((constructor)) static void begin(void)
{
    taken = pthread_mutex_lock(&first) == 0 && pthread_mutex_unlock(&first) == 0;
}

int early_taken(void);
int early_taken(void)
{
    return taken;
}
#else
int early_taken(void);

static pthread_mutex_t second = PTHREAD_MUTEX_INITIALIZER, third = PTHREAD_MUTEX_INITIALIZER;
static int before, constructed;

static void begin_before_libraries(void)
{
    before = pthread_mutex_lock(&second) == 0 && pthread_mutex_unlock(&second) == 0;
}
__attribute__((section(".preinit_array"), used)) static void (*const preinit)(void) = begin_before_libraries;

__attribute__((constructor)) static void begin(void)
{
    constructed = pthread_mutex_lock(&third) == 0 && pthread_mutex_unlock(&third) == 0;
}

int main(void)
{
    printf("%d %d %d\n", before, early_taken(), constructed);
    return 0;
}
#endif
