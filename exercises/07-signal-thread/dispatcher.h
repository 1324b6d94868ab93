/* A thread that takes signals, so that nobody else has to: the shape of the hypervisor thread.
 *
 * While a dispatcher runs, its signals (the alarm, say) are blocked in every thread, and its own thread waits for them.
 * They reach the program as ordinary calls of one function, which may lock, print and allocate: it is never called from
 * a signal handler, and there is none.  Other threads make requests (a guest wants something of the hypervisor), which
 * that same thread handles.  Standard signals do not count: one that is pending already swallows the next.  Requests
 * do.
 *
 * The thread sleeps while there is nothing to handle. */
#ifndef DISPATCHER_H
#define DISPATCHER_H

enum {
    DISPATCHER_REQUEST = 0, /* what handle is called with instead of a signal's number, which is never 0 */
    DISPATCHER_ROOM = 4     /* so many requests can wait */
};

/* Called for each signal taken (request is then 0) and for each request (signal is then DISPATCHER_REQUEST): always in
 * the dispatcher's own thread, one call after the other, and with no lock of the dispatcher's held.  It may call
 * dispatcher_request. */
typedef void dispatcher_handle(int signal, int request, void *context);

struct dispatcher; /* what is in it is your business: dispatcher.c */

/* Blocks the `count` signals in the calling thread, so that every thread created later has them blocked, too, and
 * starts the dispatcher's thread.  To be called before there are other threads; one dispatcher at a time. NULL, with
 * errno, if that cannot be: then the calling thread's mask is as it was.  EINVAL: handle is NULL, count is negative, or
 * one of them is no standard signal (1 to 31) or is SIGKILL, SIGSTOP or SIGUSR1; else what malloc or pthread_create
 * say.  SIGUSR1 and the real-time signals are yours: to wake your own thread. */
struct dispatcher *dispatcher_start(const int signals[], int count, dispatcher_handle *handle, void *context);

/* Asks for one call of handle(DISPATCHER_REQUEST, request, context), and does not wait for it.  Each request is handled
 * once; those of one thread in the order in which it made them.  From any thread, until dispatcher_destroy.
 * 0; EAGAIN if DISPATCHER_ROOM requests wait already (one whose handle has begun does not); ECANCELED if the dispatcher
 * has been stopped, or is being stopped.  A request that is refused is not handled. */
int dispatcher_request(struct dispatcher *dispatcher, int request);

/* Handles what is there, then ends the thread: each request that was accepted and each signal that was sent to the
 * process before this call has been handled when it returns.  The thread has been joined, and the calling thread's mask
 * is what it was before dispatcher_start.  To be called once, by the thread that has called that. */
void dispatcher_stop(struct dispatcher *dispatcher);

/* Frees a dispatcher that has been stopped. */
void dispatcher_destroy(struct dispatcher *dispatcher);

#endif
