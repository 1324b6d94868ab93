/* Keeps a single-threaded program on the recorder's own CPU: a hand-over within one CPU costs a fraction of one
 * across two, and a system call takes four of them.
 *
 * The program must not notice.  So the pin is taken off, for good, just before the program makes a child, asks for
 * its CPUs or sets them: the kernel then answers by itself, and children inherit what the program really had.
 */
#include "tracer/record/record.h"

#include <sched.h>
#include <stdlib.h>
#include <string.h>

/* Room for more CPUs than any machine has, because the kernel refuses a mask that is too small. */
enum { MASK_BYTES = 1024 };
static union {
    cpu_set_t set;
    unsigned char bytes[MASK_BYTES];
} everywhere;

/* Calls after which a pin would be seen, and files that tell of it. */
static const enum syscall_known telling_calls[] = {
    KNOWN_clone, KNOWN_clone3, KNOWN_fork, KNOWN_vfork, KNOWN_sched_getaffinity, KNOWN_sched_setaffinity};
static const char telling_files[] = "/proc/";

void pin_together(struct recorder *recorder, pid_t program)
{
    int cpu = sched_getcpu();
    cpu_set_t one;

    if (cpu < 0 || cpu >= CPU_SETSIZE || sched_getaffinity(0, MASK_BYTES, &everywhere.set) != 0)
        return;
    CPU_ZERO(&one);
    CPU_SET((unsigned)cpu, &one);
    if (sched_setaffinity(0, sizeof one, &one) != 0)
        return;
    recorder->pinned = true;
    if (sched_setaffinity(program, sizeof one, &one) != 0)
        pin_release(recorder, program);
}

void pin_release(struct recorder *recorder, pid_t program)
{
    if (!recorder->pinned)
        return;
    recorder->pinned = false;
    sched_setaffinity(program, MASK_BYTES, &everywhere.set);
    sched_setaffinity(0, MASK_BYTES, &everywhere.set);
}

bool pin_shows_in(const struct syscall_signature *signature, const char *path)
{
    if (path != NULL)
        return strncmp(path, telling_files, sizeof telling_files - 1) == 0;
    for (size_t i = 0; i < sizeof telling_calls / sizeof *telling_calls; i++)
        if (signature->known == telling_calls[i])
            return true;
    return false;
}
