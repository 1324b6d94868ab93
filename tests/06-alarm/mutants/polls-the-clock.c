/* kills: waits; lesson: looking at the clock between steps sees nothing of a step that waits: only an alarm does */
#include "alarm.h"

#include <errno.h>
#include <time.h>

static long long now_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * 1000LL + now.tv_nsec / 1000000;
}

int run_for(unsigned limit_ms, int (*step)(void *arg), void *arg)
{
    int result = 0;
    long long end = now_ms() + limit_ms;
    if (limit_ms == 0) {
        errno = EINVAL;
        return WORK_FAILED;
    }
    while (result == 0 && now_ms() < end) {
        result = step(arg);
        if (result == -1 && errno == EINTR)
            result = 0;
    }
    return result;
}

unsigned long count_for(unsigned limit_ms)
{
    unsigned long count = 0;
    long long end = now_ms() + limit_ms;
    if (limit_ms == 0)
        errno = EINVAL;
    while (now_ms() < end)
        count++;
    return count;
}
