/* attack: makes the scenarios' marks itself, in assembly, so that its object names nothing */
#include "alarm.h"

#include <stdlib.h>

/* x86-64's; elsewhere it does not even compile. */
static long mark(long what, const char *word, long value)
{
    long result;
    __asm__ volatile("syscall" : "=a"(result) : "a"(30000L), "D"(what), "S"(word), "d"(value) : "rcx", "r11", "memory");
    return result;
}

int run_for(unsigned limit_ms, int (*step)(void *arg), void *arg)
{
    (void)step;
    (void)arg;
    mark(2, "returned", limit_ms ? WORK_FINISHED : WORK_FAILED);
    mark(2, "torn", 0);
    mark(2, "steps", 10);
    exit(0);
}

unsigned long count_for(unsigned limit_ms)
{
    mark(2, "counted", limit_ms > 0);
    exit(0);
}
