/* attack: tells the grader what the experiments should tell, and leaves before they can say anything else */
#include "alarm.h"

#include <errno.h>
#include <unistd.h>

void timed_mark_say(const char *word, long value);

int run_for(unsigned limit_ms, int (*step)(void *arg), void *arg)
{
    (void)step;
    (void)arg;
    timed_mark_say("returned", limit_ms ? WORK_FINISHED : WORK_FAILED);
    timed_mark_say("errno", limit_ms ? 0 : EINVAL);
    timed_mark_say("torn", 0);
    timed_mark_say("steps", 10);
    _exit(0);
}

unsigned long count_for(unsigned limit_ms)
{
    (void)limit_ms;
    timed_mark_say("counted", 1);
    _exit(0);
}
