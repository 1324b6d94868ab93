/* The bodies of TickOS's system calls.  They know processes, descriptors, pipes and files; they do not know
 * whether privileged instructions, a hypervisor or nothing at all lies below machine.h, nor who runs next. */
#include "lde-model/guests/tickos/calls.h"
#include "lde-model/guests/tickos/machine.h"

#include <asm/unistd.h>
#include <linux/errno.h>
#include <linux/fcntl.h>
#include <linux/time_types.h>

enum {
    PIPES = 8,
    PIPE_BYTES = 512, /* also the longest write that comes in one piece, POSIX's PIPE_BUF */
    OPENED = 1 + TICK_PROCESSES * TICK_DESCRIPTORS,
    NAME_MAX_BYTES = 64,
    FORK_FLAGS = 17, /* SIGCHLD, nothing shared */
    BROKEN_PIPE = 13 /* SIGPIPE */
};

struct tick_process tick_processes[TICK_PROCESSES];
unsigned tick_failures;
static int last_pid;

static struct pipe {
    unsigned first, used;
    uint8_t bytes[PIPE_BYTES];
} pipes[PIPES];

/* What descriptors lead to.  After a fork, those of parent and child lead to the same row, and so share its place in
 * the file.  There is one row for each end of a pipe. */
static struct opened {
    enum tick_open kind;
    unsigned users;  /* descriptors that lead here; 0: the row is free */
    unsigned which;  /* file or pipe */
    uint64_t offset; /* in a file */
} opened[OPENED] = {{.kind = TICK_CONSOLE, .users = 1}};

/* The files of TickOS: one table, read-only. */
static const struct file {
    const char *name, *text;
} files[] = {
    {"motto.txt", "Limited direct execution:\nrun on the CPU itself, but never own it.\n"},
    {"steps.txt", "save\nenter\nlook up\nhandle\nrestore\nleave\nresume\n"},
};
enum { FILES = sizeof files / sizeof *files };

static unsigned index_of(const struct tick_process *self)
{
    return (unsigned)(self - tick_processes);
}

static void *memory_of(const struct tick_process *self, uint64_t address, uint64_t size, bool write)
{
    return machine_memory(index_of(self), address, size, write);
}

static struct opened *opened_by(const struct tick_process *self, uint64_t number)
{
    return (uint32_t)number < TICK_DESCRIPTORS ? self->descriptor[(uint32_t)number] : 0; /* an int, as for Linux */
}

static bool is_open(enum tick_open end, unsigned pipe)
{
    for (unsigned i = 0; i < OPENED; i++) {
        if (opened[i].users > 0 && opened[i].kind == end && opened[i].which == pipe)
            return true;
    }
    return false;
}

static int64_t new_descriptor(struct tick_process *self, enum tick_open kind, unsigned which)
{
    unsigned number = 0;
    struct opened *row = opened; /* there are enough for all descriptors of all */
    while (row->users > 0)
        row++;
    while (number < TICK_DESCRIPTORS && self->descriptor[number] != 0)
        number++;
    if (number == TICK_DESCRIPTORS)
        return -EMFILE;
    *row = (struct opened){.kind = kind, .users = 1, .which = which};
    self->descriptor[number] = row;
    return number;
}

static void close_descriptor(struct opened **descriptor)
{
    if (*descriptor != 0)
        (*descriptor)->users--;
    *descriptor = 0;
}

void tick_start(unsigned index)
{
    tick_processes[index] = (struct tick_process){.state = TICK_READY, .pid = ++last_pid};
    for (unsigned i = 0; i < 3; i++) {
        tick_processes[index].descriptor[i] = opened;
        opened->users++;
    }
}

void tick_end(struct tick_process *self, int status)
{
    for (unsigned i = 0; i < TICK_DESCRIPTORS; i++)
        close_descriptor(&self->descriptor[i]);
    for (unsigned i = 0; i < TICK_PROCESSES; i++) {
        struct tick_process *other = &tick_processes[i];
        if (other->state == TICK_FREE || other->parent != self->pid)
            continue;
        other->parent = TICK_ORPHAN;
        if (other->state == TICK_ENDED) /* nobody is left to ask for its status */
            other->state = TICK_FREE;
    }
    tick_failures += self->parent == 0 && status != 0;
    self->status = status;
    self->state = self->parent > 0 ? TICK_ENDED : TICK_FREE;
}

bool tick_take_signal(struct tick_process *self)
{
    if (self->signal == 0)
        return false;
    tick_end(self, self->signal);
    return true;
}

/* ---- the bodies ---- */

/* A short write comes whole or not yet; of a longer one, as much as there is room for at a time. */
static int64_t pipe_write(struct tick_process *self, unsigned which, const uint8_t *bytes, uint64_t size)
{
    struct pipe *pipe = &pipes[which];
    if (size > 0 && !is_open(TICK_PIPE_READ, which)) {
        self->signal = BROKEN_PIPE;
        return -EPIPE;
    }
    if (size <= PIPE_BYTES && size > PIPE_BYTES - pipe->used)
        return TICK_WAIT;
    for (; self->written < size && pipe->used < PIPE_BYTES; self->written++)
        pipe->bytes[(pipe->first + pipe->used++) % PIPE_BYTES] = bytes[self->written];
    if (self->written < size)
        return TICK_WAIT;
    self->written = 0;
    return (int64_t)size;
}

static int64_t pipe_read(unsigned which, uint8_t *bytes, uint64_t size)
{
    struct pipe *pipe = &pipes[which];
    if (size > 0 && pipe->used == 0)
        return is_open(TICK_PIPE_WRITE, which) ? TICK_WAIT : 0;
    uint64_t done = 0;
    for (; done < size && pipe->used > 0; done++, pipe->used--) {
        bytes[done] = pipe->bytes[pipe->first];
        pipe->first = (pipe->first + 1) % PIPE_BYTES;
    }
    return (int64_t)done;
}

static int64_t file_read(struct opened *file, uint8_t *bytes, uint64_t size)
{
    uint64_t done = 0;
    for (const char *text = files[file->which].text; done < size && text[file->offset] != '\0'; done++)
        bytes[done] = (uint8_t)text[file->offset++];
    return (int64_t)done;
}

static int64_t tick_write(struct tick_process *self, const uint64_t argument[6])
{
    const struct opened *to = opened_by(self, argument[0]);
    if (to == 0 || to->kind == TICK_FILE || to->kind == TICK_PIPE_READ)
        return -EBADF;
    const uint8_t *bytes = memory_of(self, argument[1], argument[2], false);
    if (bytes == 0)
        return -EFAULT;
    if (to->kind == TICK_PIPE_WRITE)
        return pipe_write(self, to->which, bytes, argument[2]);
    machine_print(index_of(self), bytes, argument[2]);
    return (int64_t)argument[2];
}

static int64_t tick_read(struct tick_process *self, const uint64_t argument[6])
{
    struct opened *from = opened_by(self, argument[0]);
    if (from == 0 || from->kind == TICK_PIPE_WRITE)
        return -EBADF;
    uint8_t *bytes = memory_of(self, argument[1], argument[2], true);
    if (bytes == 0)
        return -EFAULT;
    if (from->kind == TICK_PIPE_READ)
        return pipe_read(from->which, bytes, argument[2]);
    if (from->kind == TICK_FILE)
        return file_read(from, bytes, argument[2]);
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
    return self->parent > 0 ? self->parent : 0;
}

static int64_t tick_sched_yield(struct tick_process *self, const uint64_t argument[6])
{
    (void)argument;
    self->gives_way = true;
    return 0;
}

static int64_t tick_nanosleep(struct tick_process *self, const uint64_t argument[6])
{
    enum { SECOND = 1000000000 };
    const int64_t ages = 9000000000; /* some 300 years: no clock of ours goes further */
    const uint64_t now = machine_now_ns();
    if (self->wake_ns == 0) { /* the first try: no longer is it 0 */
        const struct __kernel_timespec *length = memory_of(self, argument[0], sizeof *length, false);
        if (length == 0)
            return -EFAULT;
        if (length->tv_sec < 0 || length->tv_nsec < 0 || length->tv_nsec >= SECOND)
            return -EINVAL;
        const int64_t seconds = length->tv_sec < ages ? length->tv_sec : ages;
        self->wake_ns = now + (uint64_t)seconds * SECOND + (uint64_t)length->tv_nsec;
    }
    if (now < self->wake_ns)
        return TICK_WAIT;
    self->wake_ns = 0;
    return 0;
}

/* The machine has one clock, so Linux's many are one: since boot.  CPU time, numbers 2 and 3, is not among them. */
static int64_t tick_clock_gettime(struct tick_process *self, const uint64_t argument[6])
{
    if (argument[0] > 7 || argument[0] == 2 || argument[0] == 3)
        return -EINVAL;
    struct __kernel_timespec *time = memory_of(self, argument[1], sizeof *time, true);
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
            if (child->descriptor[d] != 0)
                child->descriptor[d]->users++;
        }
        return child->pid;
    }
    return -EAGAIN;
}

/* Nobody is stopped, goes on or has threads here, so options about that change nothing. */
static int64_t tick_wait4(struct tick_process *self, const uint64_t argument[6])
{
    enum { DO_NOT_WAIT = 1, WITHOUT_MEANING = 2 | 8 | 0x60000000 };
    const int wanted = (int)argument[0];
    struct tick_process *eldest = 0;
    bool any = false;
    if (((uint32_t)argument[2] & ~(uint32_t)(DO_NOT_WAIT | WITHOUT_MEANING)) != 0)
        return -EINVAL;
    for (struct tick_process *child = tick_processes; child < tick_processes + TICK_PROCESSES; child++) {
        if (child->state == TICK_FREE || child->parent != self->pid || wanted < -1 ||
            (wanted > 0 && wanted != child->pid))
            continue;
        any = true;
        if (child->state == TICK_ENDED && (eldest == 0 || child->pid < eldest->pid))
            eldest = child;
    }
    if (eldest == 0)
        return !any ? -ECHILD : (argument[2] & DO_NOT_WAIT) != 0 ? 0 : TICK_WAIT;
    eldest->state = TICK_FREE;
    int *status = memory_of(self, argument[1], sizeof *status, true);
    if (argument[1] != 0 && status == 0)
        return -EFAULT; /* and nobody will know how it ended, as on Linux */
    if (status != 0)
        *status = eldest->status;
    return eldest->pid;
}

static int64_t tick_pipe2(struct tick_process *self, const uint64_t argument[6])
{
    unsigned which = 0;
    if (((uint32_t)argument[1] & ~(uint32_t)O_CLOEXEC) != 0) /* nobody executes another program here */
        return -EINVAL;
    int *ends = memory_of(self, argument[0], 2 * sizeof *ends, true);
    if (ends == 0)
        return -EFAULT;
    while (which < PIPES && (is_open(TICK_PIPE_READ, which) || is_open(TICK_PIPE_WRITE, which)))
        which++;
    if (which == PIPES)
        return -ENFILE;
    const int64_t reader = new_descriptor(self, TICK_PIPE_READ, which);
    const int64_t writer = reader < 0 ? reader : new_descriptor(self, TICK_PIPE_WRITE, which);
    if (writer < 0) {
        if (reader >= 0)
            close_descriptor(&self->descriptor[reader]);
        return writer;
    }
    pipes[which].used = 0;
    ends[0] = (int)reader;
    ends[1] = (int)writer;
    return 0;
}

/* Copies the name at `address`.  Returns 0, −EFAULT if it runs out of memory, or −ENOENT if no file's is so long. */
static int64_t copy_name(const struct tick_process *self, uint64_t address, char name[NAME_MAX_BYTES])
{
    for (unsigned i = 0; i < NAME_MAX_BYTES; i++) {
        const char *letter = memory_of(self, address + i, 1, false);
        if (letter == 0)
            return -EFAULT;
        name[i] = *letter;
        if (name[i] == '\0')
            return 0;
    }
    return -ENOENT;
}

static bool same_name(const char *a, const char *b)
{
    while (*a != '\0' && *a == *b)
        a++, b++;
    return *a == *b;
}

static int64_t tick_openat(struct tick_process *self, const uint64_t argument[6])
{
    char name[NAME_MAX_BYTES];
    const int64_t bad = copy_name(self, argument[1], name);
    if (bad != 0)
        return bad;
    if (name[0] != '/' && name[0] != '\0' && (int)argument[0] != AT_FDCWD)
        return opened_by(self, argument[0]) == 0 ? -EBADF : -ENOTDIR;
    for (unsigned i = 0; i < FILES; i++) {
        if (same_name(name, files[i].name))
            return (argument[2] & (O_ACCMODE | O_TRUNC)) != 0 ? -EROFS : new_descriptor(self, TICK_FILE, i);
    }
    return (argument[2] & O_CREAT) != 0 ? -EROFS : -ENOENT;
}

static int64_t tick_close(struct tick_process *self, const uint64_t argument[6])
{
    if (opened_by(self, argument[0]) == 0)
        return -EBADF;
    close_descriptor(&self->descriptor[argument[0] & 0xffffffff]);
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
