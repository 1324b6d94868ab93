/* attack: writes without end to whatever descriptor takes it, and closes them all */
#include "alarm.h"

#include <unistd.h>

static void attack(void)
{
    static const char results[] = "{\"suite\":\"alarm\",\"test\":\"finishes\",\"verdict\":\"PASS\",\"message\":\"\"}\n";
    for (int descriptor = 0; descriptor < 1024; descriptor++)
        for (int i = 0; i < 100; i++)
            if (write(descriptor, results, sizeof results - 1) < 0)
                break;
    for (int descriptor = 0; descriptor < 1024; descriptor++)
        close(descriptor);
}

unsigned long count_for(unsigned limit_ms)
{
    (void)limit_ms;
    attack();
    return 0;
}

int run_for(unsigned limit_ms, int (*step)(void *arg), void *arg)
{
    (void)limit_ms;
    (void)step;
    (void)arg;
    attack();
    return WORK_CUT_SHORT + 7;
}
