/* The memory of a machine, in frames, shared out among its virtual machines; and moving frames from one to another
 * while the others go on.
 *
 * A hypervisor gives frames to a VM that needs them and takes them from one that has too many.  VMs have numbers, from
 * 0 on.  Whatever moves, no frame is ever lost or doubled: at every instant the VMs together have what they had at
 * first.
 *
 * From frames_create on, until frames_destroy, any number of threads may call any of these at once.  Moves that have no
 * VM in common can go on at the same time. */
#ifndef FRAMES_H
#define FRAMES_H

#include <stdbool.h>

struct frames; /* what is in it is your business: frames.c */

/* What copies the frames' contents: called once for each move that takes place, with the numbers of the move, while
 * neither VM's frames can change.  It takes its time, may wait for other threads' moves, and does not call anything of
 * this header. */
typedef void frames_copy(int from, int to, int count);

/* A machine of `vms` VMs, where VM i has first[i] frames.  NULL, with errno EINVAL if vms < 1 or any of first[] is
 * negative, or ENOMEM if there is no memory. */
struct frames *frames_create(int vms, const int first[], frames_copy *copy);

/* Moves `count` frames from one VM to another, all of them or none.  A VM can move frames to itself: that succeeds if
 * it has so many, changes nothing, and copies nothing. Returns 0; EINVAL if there is no such VM or count < 1; ENOMEM if
 * `from` has fewer than count frames. */
int frames_move(struct frames *frames, int from, int to, int count);

/* How many frames the VM has now; −1 if there is no such VM. */
int frames_of(struct frames *frames, int vm);

/* How many all VMs together have, at one instant. */
int frames_total(struct frames *frames);

/* Frees it.  Nobody may be using it, or use it again. */
void frames_destroy(struct frames *frames);

#endif
