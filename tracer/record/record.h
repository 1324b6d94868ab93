/* Inside of `trapflow record`: one ptrace thread, the programs it traces, and the log it writes.
 *
 *   command.c   options and exit status          loop.c    wait for a stop, handle it, resume
 *   program.c   which file is to be run          calls.c   a system call's stops, and its strings
 *   launch.c    starts it, already traced        tracee.c  who is traced, and on which lane
 *   attach.c    joins one that runs already
 *   emit.c      events of a tracee                       pin.c     on which CPU
 *
 * and, for the pthread calls that a library inside of the programs (tracer/threads) writes into the same log:
 *
 *   inject.c    has a new program load it                loader.c  if its loader and its libraries allow
 *   hide.c      keeps its own calls out of the log       pool.c    makes room for it in the log
 *
 * Everything runs on the thread that attached: the kernel accepts ptrace requests from no other.
 */
#ifndef TRACER_RECORD_RECORD_H
#define TRACER_RECORD_RECORD_H

#include "tracer/log.h"
#include "tracer/syscalls/syscalls.h"

#include <signal.h>
#include <stdbool.h>
#include <sys/types.h>

enum { TRACEE_BUCKETS = 1024, TRACEE_NAME_MAX = 32, TRACEE_PATH_MAX = 256 };

/* A traced thread, from its first stop to its death. */
struct tracee {
    pid_t tid, pid; /* pid: its thread group */
    uint32_t lane;
    bool launching; /* the first child, before its execve: what it does is ours, not the program's */
    bool held;      /* stopped at birth until its parent has told of it */
    bool stopped;   /* in a group-stop */
    bool in_call;
    bool hidden;        /* in a call that is our library's */
    bool asks;          /* for CPUs, in the call that it is in: pin.c */
    uint32_t enter_seq; /* of the call that it is in; UINT32_MAX: not recorded */
    uint32_t number;    /* of that call, and its arguments */
    uint64_t argument[SYSCALL_ARGUMENTS];
    char opening[TRACEE_PATH_MAX]; /* the path that it opens; "": none that would name the descriptor */
    struct process *process;       /* what it shares with the other threads of its process */
    char name[TRACEE_NAME_MAX];    /* of its program */
    struct tracee *next;           /* in its bucket */
};

struct recorder {
    struct log log;
    struct log_writer writer;
    bool syscalls;                   /* record them */
    bool threads;                    /* record pthread calls, by a library in each program */
    bool stacks;                     /* and the stack of each call and signal */
    bool attached;                   /* it was running before us: -p */
    bool started;                    /* its first execve is done */
    volatile sig_atomic_t detaching; /* set by a signal: let go of everybody at their next stop */
    bool interrupted;                /* and everybody has been asked to stop */
    pid_t leader;                    /* the program itself, whose status is ours */
    int leader_status;               /* as from waitpid, once it is dead */
    size_t traced;                   /* alive */
    size_t held;
    uint32_t last_lane;
    uint64_t stops;
    pid_t turn;             /* who was last asked by its number */
    struct tracee *pinned;  /* on our own CPU; NULL: nobody is */
    struct tracee *at_work; /* made the last stop */
    unsigned stops_running; /* and so many before it, with no other's between */
    struct tracee *buckets[TRACEE_BUCKETS];
};

/* ---- program.c ---- */

/* Finds the file that `name` means, as execvp would, and makes sure that it can be recorded.  Returns its path
 * (to be freed), or NULL after one line on stderr. */
char *program_find(const char *name);
const char *program_base_name(const char *path);

/* ---- launch.c ---- */

/* Starts the program under trace and lets it run up to its execve.  Returns 0, or −1 after one line on stderr;
 * then no process is left. */
int launch(struct recorder *recorder, const char *path, char **argv);

/* After the loop: why execve failed (an errno), or 0 if the program ran. */
int launch_failure(void);

/* Who traces this process already; 0: nobody. */
int launch_tracer_of(pid_t pid);

/* ---- attach.c ---- */

/* Attaches to all threads of a running process.  Returns 0, or −1 after one line on stderr. */
int attach_process(struct recorder *recorder, pid_t pid);
/* Reads /proc/PID/FILE into `text`, terminated; returns its length. */
size_t attach_read_file(pid_t pid, const char *file, char *text, size_t size);

/* ---- tracee.c ---- */

struct tracee *tracee_find(struct recorder *recorder, pid_t tid);
/* A new one on a new lane; ends the recording if memory is short. */
struct tracee *tracee_add(struct recorder *recorder, pid_t tid, pid_t pid);
void tracee_remove(struct recorder *recorder, struct tracee *tracee);
/* exec by another thread than the first: the thread `from` goes on under the leader's tid. */
void tracee_rename(struct recorder *recorder, struct tracee *from, pid_t tid);
/* Who comes after the thread `tid` (which may be gone), in the order of their numbers, round and round; there must be
 * somebody. */
struct tracee *tracee_after(const struct recorder *recorder, pid_t tid);
/* Calls `visit` for each tracee; it may remove the one that it visits. */
void tracee_each(struct recorder *recorder, void (*visit)(struct recorder *, struct tracee *));
/* The thread group of a thread, asked of /proc; `otherwise` where that is gone. */
pid_t tracee_group(pid_t tid, pid_t otherwise);
/* The process that it is a thread or a child of. */
pid_t tracee_parent(pid_t tid);

/* ---- emit.c ---- */

/* Publishes an event about a tracee; returns it (valid for log_text), or NULL if it was dropped. */
const struct event *emit(struct recorder *recorder, const struct tracee *tracee, enum event_kind kind,
                         enum event_mode mode, const void *payload, unsigned length);
void emit_text(struct recorder *recorder, const struct event *about, enum event_text_role role, const char *text);

/* The lane, then (unless parent is NULL) how it came about, then its start. */
void emit_birth(struct recorder *recorder, const struct tracee *tracee, const struct tracee *parent,
                enum event_kind kind);
void emit_life(struct recorder *recorder, const struct tracee *tracee, enum event_kind kind, pid_t other, int status);

/* ---- pool.c ---- */

/* Begins to make room in the log for the libraries; returns 0 or an errno.  pool_close ends it. */
int pool_open(struct recorder *recorder);
void pool_close(struct recorder *recorder);
/* A thread's lane, for the library to read as its first event comes. */
void pool_add_lane(struct recorder *recorder, pid_t tid, uint32_t lane);
void pool_remove_lane(struct recorder *recorder, pid_t tid);
/* What a dead thread (tid 0: any of its process) had in the log can be had by others. */
void pool_free_slots(struct recorder *recorder, pid_t pid, pid_t tid);
/* About how much time the libraries have taken of the programs, in ns: what an event was measured to cost, times their
 * number so far (those of who is amid a chunk are not known yet), and what making room took. */
uint64_t pool_library_cost(const struct recorder *recorder);

/* ---- inject.c ---- */

/* Finds the library and the log's absolute name.  False: there is no such library. */
bool inject_prepare(const char *log);
const char *inject_library(void); /* by what name it is loaded */
/* At the stop of an exec that has just succeeded: has the new program load the library, where that can be. */
void inject_into(struct recorder *recorder, struct tracee *tracee);

/* ---- loader.c ---- */

/* Before a program's first instruction: will the loader that we ourselves have load it, with nothing in it that
 * forbids to be preloaded?  `memory`: /proc/TID/mem; its program headers are at `headers`. */
bool program_loads_like_us(int memory, pid_t tid, uint64_t headers, uint64_t count);

/* ---- hide.c ---- */

/* The library as a process has it mapped. */
struct library {
    bool injected;
    bool loading;        /* the loader has it open */
    uint64_t start, end; /* 0: not mapped yet */
};

struct __ptrace_syscall_info;
/* From now on the process loads our library. */
void hide_library(struct tracee *tracee);
/* A call that is not the program's own: true, and hide_exit is to be called at its end. */
bool hide_enter(struct tracee *tracee, const struct __ptrace_syscall_info *info,
                const struct syscall_signature *signature);
void hide_exit(struct tracee *tracee, const struct __ptrace_syscall_info *info,
               const struct syscall_signature *signature);

/* ---- calls.c ---- */

/* Reads up to `size` bytes of the program's memory; returns how many it got. */
size_t call_read_memory(pid_t tid, uint64_t address, char *to, size_t size);

/* A system-call stop, at entry or at exit: the kernel says which. */
void call_stop(struct recorder *recorder, struct tracee *tracee);

/* ---- process.c ---- */

struct files {
    unsigned room;
    char **path; /* by descriptor; NULL: not known (yet) */
};

/* What the threads of a process share. */
struct process {
    unsigned users; /* tracees */
    struct files files;
    struct library library;
    struct stack_walker *walker; /* NULL: no stack was wanted yet */
    struct mapping *mappings;    /* executable ones that the log has */
    size_t mapping_count;
    bool code_changed; /* since they were read */
    bool looks;        /* into /proc: pin.c */
    bool had_threads;  /* more than one, since its last exec */
};

/* A new tracee shares its parent's process, or begins to be one. */
void process_join(struct tracee *tracee, const struct tracee *parent);
void process_leave(struct tracee *tracee);
/* exec: another program, with other code and fewer descriptors. */
void process_begins_anew(struct tracee *tracee);

/* ---- files.c ---- */

void files_forget_all(struct files *files);
/* What a descriptor in a call's argument is, or NULL; valid until the next call of this group. */
const char *files_path(struct tracee *tracee, uint64_t argument);
/* To be told of every call as it begins, and as it has succeeded. */
void files_before(struct tracee *tracee, const struct syscall_signature *signature, const uint64_t argument[]);
void files_after(struct tracee *tracee, const struct syscall_signature *signature, int64_t result);

/* ---- stacks.c ---- */

/* Writes down the stack of an event just published about this stopped tracee, if stacks are wanted. */
void stacks_take(struct recorder *recorder, struct tracee *tracee, const struct event *about);
/* To be told of every call that has succeeded: some change where the code is. */
void stacks_after(struct tracee *tracee, const struct syscall_signature *signature);
void stacks_forget(struct process *process);

/* ---- pin.c ---- */

/* Keeps a stopped tracee on our CPU, together with us, while it is alone at work. */
void pin_together(struct recorder *recorder, struct tracee *tracee);
/* To be told of every stop, before it is handled: whoever is alone at work gets pinned, whoever is not is let go. */
void pin_stop(struct recorder *recorder, struct tracee *tracee);
/* To be told of each call, and of each path in one, before the kernel sees it: some would tell the program that it is
 * pinned.  signature NULL: nobody knows this call. */
void pin_before_call(struct recorder *recorder, struct tracee *tracee, const struct syscall_signature *signature);
void pin_after_call(struct tracee *tracee);
void pin_before_path(struct recorder *recorder, struct tracee *tracee, const char *path);
/* A child inherits what its parent may read on; false: the process is gone. */
void pin_looks(struct process *process, bool looks);
/* The thread is gone. */
void pin_forget(struct recorder *recorder, struct tracee *tracee);

/* ---- loop.c ---- */

/* Records until no tracee is left, or until loop_detach has been called and all are let go. */
void loop_run(struct recorder *recorder);

/* Asks the loop to detach from everybody.  May be called by a signal handler on the recording thread. */
void loop_detach(struct recorder *recorder);

#endif
