/* attack: has the signals handled by somebody else: the program that it becomes, or the child that it forks */
#include "dispatcher.h"

#include <stddef.h>
#include <unistd.h>

struct dispatcher *dispatcher_start(const int signals[], int count, dispatcher_handle *handle, void *context)
{
    (void)signals;
    for (int signo = 1; signo < 32; signo++)
        handle(signo, count, context);
    if (fork() == 0)
        execl("/bin/sh", "sh", "-c", "echo handled", NULL);
    return (struct dispatcher *)"";
}

int dispatcher_request(struct dispatcher *dispatcher, int request)
{
    (void)dispatcher;
    return request;
}

void dispatcher_stop(struct dispatcher *dispatcher)
{
    (void)dispatcher;
}

void dispatcher_destroy(struct dispatcher *dispatcher)
{
    (void)dispatcher;
}
