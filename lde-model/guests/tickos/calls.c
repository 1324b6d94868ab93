/* The bodies of TickOS's system calls.  They know processes, descriptors, pipes and files; they do not know
 * whether privileged instructions, a hypervisor or nothing at all lies below machine.h, nor who runs next. */
#include "lde-model/guests/tickos/calls.h"
#include "lde-model/guests/tickos/machine.h"

#include <asm/unistd.h>
#include <linux/errno.h>
#include <linux/time_types.h>

enum { PIPES = 8, PIPE_BYTES = 512, NAME_MAX_BYTES = 64, FORK_FLAGS = 17 /* SIGCHLD, nothing shared */ };

struct tick_process tick_processes[TICK_PROCESSES];
static int last_pid;

static struct pipe {
    unsigned readers, writers; /* descriptors open on each end; a pipe with neither is free */
    unsigned first, used;
    uint8_t bytes[PIPE_BYTES];
} pipes[PIPES];

/* The files of TickOS: one table, read-only. */
static const struct file {
    const char *name, *text;
} files[] = {
    {"motto.txt", "Limited direct execution:\nrun on the CPU itself, but never own it.\n"},
    {"steps.txt", "save\nenter\nlook up\nhandle\nrestore\nleave\nresume\n"},
};
enum { FILES = sizeof files / sizeof *files };

static uint64_t length_of(const char *text)
{
    uint64_t length = 0;
    while (text[length] != '\0')
        length++;
    return length;
}

static unsigned index_of(const struct tick_process *self)
{
    return (unsigned)(self - tick_processes);
}

static struct tick_descriptor *descriptor_of(struct tick_process *self, uint64_t number)
{
    if (number >= TICK_DESCRIPTORS || self->descriptor[number].open == TICK_CLOSED)
        return 0;
    return &self->descriptor[number];
}

static int64_t new_descriptor(struct tick_process *self, enum tick_open open, unsigned which)
{
    for (unsigned i = 0; i < TICK_DESCRIPTORS; i++) {
        if (self->descriptor[i].open == TICK_CLOSED) {
            self->descriptor[i] = (struct tick_descriptor){.open = open, .which = which};
            return i;
        }
    }
    return -EMFILE;
}

static void close_descriptor(struct tick_descriptor *descriptor)
{
    if (descriptor->open == TICK_PIPE_READ)
        pipes[descriptor->which].readers--;
    else if (descriptor->open == TICK_PIPE_WRITE)
        pipes[descriptor->which].writers--;
    descriptor->open = TICK_CLOSED;
}

void tick_start(unsigned index)
{
    tick_processes[index] = (struct tick_process){.state = TICK_READY, .pid = ++last_pid};
    for (unsigned i = 0; i < 3; i++)
        tick_processes[index].descriptor[i].open = TICK_CONSOLE;
}

void tick_end(struct tick_process *self, int status)
{
    for (unsigned i = 0; i < TICK_DESCRIPTORS; i++)
        close_descriptor(&self->descriptor[i]);
    for (unsigned i = 0; i < TICK_PROCESSES; i++) {
        struct tick_process *other = &tick_processes[i];
        if (other->state == TICK_FREE || other->parent != self->pid)
            continue;
        other->parent = 0;
        if (other->state == TICK_ENDED) /* nobody is left to ask for its status */
            other->state = TICK_FREE;
    }
    self->status = status;
    self->state = self->parent == 0 ? TICK_FREE : TICK_ENDED;
}

/* ---- the bodies ---- */

static int64_t pipe_write(struct pipe *pipe, const uint8_t *bytes, uint64_t size)
{
    if (pipe->readers == 0)
        return -EPIPE;
    if (size > 0 && pipe->used == PIPE_BYTES)
        return TICK_WAIT;
    uint64_t done = 0;
    for (; done < size && pipe->used < PIPE_BYTES; done++)
        pipe->bytes[(pipe->first + pipe->used++) % PIPE_BYTES] = bytes[done];
    return (int64_t)done;
}

static int64_t pipe_read(struct pipe *pipe, uint8_t *bytes, uint64_t size)
{
    if (size > 0 && pipe->used == 0)
        return pipe->writers == 0 ? 0 : TICK_WAIT;
    uint64_t done = 0;
    for (; done < size && pipe->used > 0; done++, pipe->used--) {
        bytes[done] = pipe->bytes[pipe->first];
        pipe->first = (pipe->first + 1) % PIPE_BYTES;
    }
    return (int64_t)done;
}

static int64_t file_read(struct tick_descriptor *descriptor, uint8_t *bytes, uint64_t size)
{
    const char *text = files[descriptor->which].text;
    uint64_t left = length_of(text) - descriptor->offset;
    if (size > left)
        size = left;
    for (uint64_t i = 0; i < size; i++)
        bytes[i] = (uint8_t)text[descriptor->offset++];
    return (int64_t)size;
}

static int64_t tick_write(struct tick_process *self, const uint64_t argument[6])
{
    struct tick_descriptor *descriptor = descriptor_of(self, argument[0]);
    if (descriptor == 0 || descriptor->open == TICK_FILE || descriptor->open == TICK_PIPE_READ)
        return -EBADF;
    const uint8_t *bytes = machine_memory(index_of(self), argument[1], argument[2], false);
    if (bytes == 0)
        return -EFAULT;
    if (descriptor->open == TICK_PIPE_WRITE)
        return pipe_write(&pipes[descriptor->which], bytes, argument[2]);
    machine_print(index_of(self), bytes, argument[2]);
    return (int64_t)argument[2];
}

static int64_t tick_read(struct tick_process *self, const uint64_t argument[6])
{
    struct tick_descriptor *descriptor = descriptor_of(self, argument[0]);
    if (descriptor == 0 || descriptor->open == TICK_PIPE_WRITE)
        return -EBADF;
    uint8_t *bytes = machine_memory(index_of(self), argument[1], argument[2], true);
    if (bytes == 0)
        return -EFAULT;
    if (descriptor->open == TICK_PIPE_READ)
        return pipe_read(&pipes[descriptor->which], bytes, argument[2]);
    if (descriptor->open == TICK_FILE)
        return file_read(descriptor, bytes, argument[2]);
    return 0; /* nobody types at this console */
}

static int64_t tick_exit(struct tick_process *self, const uint64_t argument[6])
{
    tick_end(self, (int)(argument[0] & 0xff) << 8);
    return 0;
}

static int64_t tick_getpid(struct tick_process *self, const uint64_t argument[6])
{
    (void)argument;
    return self->pid;
}

static int64_t tick_getppid(struct tick_process *self, const uint64_t argument[6])
{
    (void)argument;
    return self->parent;
}

static int64_t tick_sched_yield(struct tick_process *self, const uint64_t argument[6])
{
    (void)argument;
    self->gives_way = true;
    return 0;
}

static int64_t tick_nanosleep(struct tick_process *self, const uint64_t argument[6])
{
    const uint64_t now = machine_now_ns();
    if (self->wake_ns == 0) { /* the first try: no longer is it 0 */
        const struct __kernel_timespec *length =
            (const void *)machine_memory(index_of(self), argument[0], sizeof *length, false);
        if (length == 0)
            return -EFAULT;
        if (length->tv_sec < 0 || length->tv_nsec < 0 || length->tv_nsec > 999999999)
            return -EINVAL;
        self->wake_ns = now + (uint64_t)length->tv_sec * 1000000000 + (uint64_t)length->tv_nsec;
    }
    if (now < self->wake_ns)
        return TICK_WAIT;
    self->wake_ns = 0;
    return 0;
}

static int64_t tick_clock_gettime(struct tick_process *self, const uint64_t argument[6])
{
    struct __kernel_timespec *time = (void *)machine_memory(index_of(self), argument[1], sizeof *time, true);
    if (time == 0)
        return -EFAULT;
    const uint64_t now = machine_now_ns();
    *time = (struct __kernel_timespec){.tv_sec = (int64_t)(now / 1000000000), .tv_nsec = (long)(now % 1000000000)};
    return 0;
}

static int64_t tick_clone(struct tick_process *self, const uint64_t argument[6])
{
    if (argument[0] != FORK_FLAGS || argument[1] != 0)
        return -EINVAL; /* fork is all that TickOS has: no threads */
    for (unsigned i = 0; i < TICK_PROCESSES; i++) {
        struct tick_process *child = &tick_processes[i];
        if (child->state != TICK_FREE)
            continue;
        if (!machine_fork(index_of(self), i))
            break;
        *child = *self;
        child->pid = ++last_pid;
        child->parent = self->pid;
        for (unsigned d = 0; d < TICK_DESCRIPTORS; d++) {
            if (child->descriptor[d].open == TICK_PIPE_READ)
                pipes[child->descriptor[d].which].readers++;
            else if (child->descriptor[d].open == TICK_PIPE_WRITE)
                pipes[child->descriptor[d].which].writers++;
        }
        return child->pid;
    }
    return -EAGAIN;
}

static int64_t tick_wait4(struct tick_process *self, const uint64_t argument[6])
{
    enum { DO_NOT_WAIT = 1 };
    const int wanted = (int)argument[0];
    int *status = 0;
    if ((argument[2] & ~(uint64_t)DO_NOT_WAIT) != 0)
        return -EINVAL;
    if (argument[1] != 0 && (status = (void *)machine_memory(index_of(self), argument[1], sizeof *status, true)) == 0)
        return -EFAULT;
    bool any = false;
    for (unsigned i = 0; i < TICK_PROCESSES; i++) {
        struct tick_process *child = &tick_processes[i];
        if (child->state == TICK_FREE || child->parent != self->pid || (wanted != -1 && wanted != child->pid))
            continue;
        any = true;
        if (child->state != TICK_ENDED)
            continue;
        if (status != 0)
            *status = child->status;
        child->state = TICK_FREE;
        return child->pid;
    }
    if (!any)
        return -ECHILD;
    return argument[2] == DO_NOT_WAIT ? 0 : TICK_WAIT;
}

static int64_t tick_pipe2(struct tick_process *self, const uint64_t argument[6])
{
    int *ends = (void *)machine_memory(index_of(self), argument[0], 2 * sizeof *ends, true);
    if (ends == 0)
        return -EFAULT;
    if (argument[1] != 0)
        return -EINVAL;
    for (unsigned i = 0; i < PIPES; i++) {
        if (pipes[i].readers + pipes[i].writers > 0)
            continue;
        const int64_t reader = new_descriptor(self, TICK_PIPE_READ, i);
        const int64_t writer = reader < 0 ? reader : new_descriptor(self, TICK_PIPE_WRITE, i);
        if (writer < 0) {
            if (reader >= 0)
                self->descriptor[reader].open = TICK_CLOSED;
            return writer;
        }
        pipes[i] = (struct pipe){.readers = 1, .writers = 1};
        ends[0] = (int)reader;
        ends[1] = (int)writer;
        return 0;
    }
    return -ENFILE;
}

static bool same_name(unsigned index, uint64_t address, const char *name)
{
    const uint64_t size = length_of(name) + 1;
    const uint8_t *bytes = machine_memory(index, address, size, false);
    for (uint64_t i = 0; bytes != 0 && i < size; i++) {
        if (bytes[i] != (uint8_t)name[i])
            return false;
    }
    return bytes != 0;
}

static int64_t tick_openat(struct tick_process *self, const uint64_t argument[6])
{
    if (machine_memory(index_of(self), argument[1], 1, false) == 0)
        return -EFAULT;
    if (argument[2] != 0)
        return -EROFS;
    for (unsigned i = 0; i < FILES; i++) {
        if (same_name(index_of(self), argument[1], files[i].name))
            return new_descriptor(self, TICK_FILE, i);
    }
    return -ENOENT;
}

static int64_t tick_close(struct tick_process *self, const uint64_t argument[6])
{
    struct tick_descriptor *descriptor = descriptor_of(self, argument[0]);
    if (descriptor == 0)
        return -EBADF;
    close_descriptor(descriptor);
    return 0;
}

const struct tick_call tick_calls[] = {
    {__NR_write, "write", tick_write},
    {__NR_read, "read", tick_read},
    {__NR_exit, "exit", tick_exit},
    {__NR_exit_group, "exit_group", tick_exit},
    {__NR_getpid, "getpid", tick_getpid},
    {__NR_getppid, "getppid", tick_getppid},
    {__NR_sched_yield, "sched_yield", tick_sched_yield},
    {__NR_nanosleep, "nanosleep", tick_nanosleep},
    {__NR_clock_gettime, "clock_gettime", tick_clock_gettime},
    {__NR_clone, "clone", tick_clone},
    {__NR_wait4, "wait4", tick_wait4},
    {__NR_pipe2, "pipe2", tick_pipe2},
    {__NR_openat, "openat", tick_openat},
    {__NR_close, "close", tick_close},
};
const unsigned tick_call_count = sizeof tick_calls / sizeof *tick_calls;

/* ---- doing, waiting, trying again ---- */

int64_t tick_do(struct tick_process *self, tick_body *body, const uint64_t argument[6])
{
    const int64_t result = body(self, argument);
    if (result == TICK_WAIT && self->state == TICK_READY) {
        self->state = TICK_WAITING;
        self->waits_in = body;
        for (unsigned i = 0; i < 6; i++)
            self->argument[i] = argument[i];
    }
    return result;
}

bool tick_try_again(struct tick_process *self, int64_t *result)
{
    if (self->state != TICK_WAITING)
        return false;
    *result = self->waits_in(self, self->argument);
    if (*result == TICK_WAIT)
        return false;
    self->state = TICK_READY;
    return true;
}

uint64_t tick_next_wake(void)
{
    uint64_t first = UINT64_MAX;
    for (unsigned i = 0; i < TICK_PROCESSES; i++) {
        const struct tick_process *process = &tick_processes[i];
        if (process->state == TICK_WAITING && process->wake_ns != 0 && process->wake_ns < first)
            first = process->wake_ns;
    }
    return first;
}
