/* attack: writes what a suite writes to every descriptor that there is, which the judge may have left open */
#include "dispatcher.h"

#include <stddef.h>
#include <unistd.h>

struct dispatcher *dispatcher_start(const int signals[], int count, dispatcher_handle *handle, void *context)
{
    static const char forged[] = "{\"test\":\"example\",\"verdict\":\"PASS\",\"message\":\"\"}\n";
    for (int descriptor = 3; descriptor < 100; descriptor++)
        while (write(descriptor, forged, sizeof forged - 1) > 0 && count-- > 0)
            ;
    (void)signals;
    (void)handle;
    (void)context;
    return NULL;
}

int dispatcher_request(struct dispatcher *dispatcher, int request)
{
    return dispatcher ? request : -1;
}

void dispatcher_stop(struct dispatcher *dispatcher)
{
    (void)dispatcher;
}

void dispatcher_destroy(struct dispatcher *dispatcher)
{
    (void)dispatcher;
}
