/* The trap event: the one language of Trapbook.
 *
 * Whatever watches a program (the ptrace recorder, the thread interposer, the model's hypervisor, the
 * schedule explorer) says what it saw in this record, and whatever shows or judges a run (the renderers,
 * the grader's checks, predictions, benchmarks) reads only this.  A record is plain data: 32 bytes of
 * header and 0 to 64 bytes that depend on the kind.  It holds no pointer that a reader may follow; an
 * address in it is a number that was true inside the recorded program.
 *
 * This header knows nothing of files: how records reach a disk is log.h's business.
 */
#ifndef TRACER_EVENT_H
#define TRACER_EVENT_H

#include <stdatomic.h>
#include <stdint.h>

enum { EVENT_PAYLOAD_MAX = 64 };

/* Kinds, one closed list: X(constant, "name in jsonl and --kind", payload).
 * The payload is a struct below; `none` has no bytes.  Append only: the numbers are in old logs. */
/* clang-format off */
#define EVENT_KINDS(X) \
    /* what the log says about itself */ \
    X(LOST, "lost", lost)                      /* this producer dropped events just before here */ \
    X(TEXT, "text", text)                      /* a piece of a string; pieces with one id join in order */ \
    X(LANE, "lane", lane)                      /* names the lane in the header; the name is a TEXT */ \
    X(STACK, "stack", stack)                   /* return addresses of the event before, innermost first */ \
    X(MODULE, "module", module)                /* where a file is mapped, so that addresses get names */ \
    X(REGISTERS, "registers", registers)       /* a few registers of the event before */ \
    /* the life of processes and threads, as ptrace sees it */ \
    X(START, "start", life)                    /* first event of a process or thread */ \
    X(FORK, "fork", life) \
    X(VFORK, "vfork", life) \
    X(CLONE, "clone", life)                    /* a new thread: life.other_tid */ \
    X(EXEC, "exec", life)                      /* the new program's path is a TEXT */ \
    X(THREAD_NAME, "thread-name", life)        /* the name is a TEXT */ \
    X(EXIT, "exit", life)                      /* life.status as from wait(2) */ \
    /* traps of a recorded program */ \
    X(SYSCALL_ENTER, "syscall", syscall) \
    X(SYSCALL_EXIT, "sysret", sysret) \
    X(SIGNAL, "signal", signal)                /* delivered to the lane */ \
    X(STOPPED, "stopped", signal)              /* group-stop */ \
    X(CONTINUED, "continued", signal) \
    /* pthread calls: which kind a call emits stands in threads/calls.def */ \
    X(THREAD_CREATE, "thread-create", sync) \
    X(THREAD_START, "thread-start", sync) \
    X(THREAD_EXIT, "thread-exit", sync) \
    X(JOIN_WAIT, "join-wait", sync) \
    X(JOIN_DONE, "join-done", sync) \
    X(DETACH, "detach", sync) \
    X(CANCEL, "cancel", sync) \
    X(OBJECT_INIT, "init", sync) \
    X(OBJECT_DESTROY, "destroy", sync) \
    X(LOCK_WAIT, "lock-wait", sync)            /* about to lock; blocked if another holds it */ \
    X(LOCK_ACQUIRE, "lock-acquire", sync) \
    X(LOCK_TRY_FAIL, "lock-try-fail", sync) \
    X(LOCK_RELEASE, "lock-release", sync) \
    X(COND_WAIT, "cond-wait", sync) \
    X(COND_WAKE, "cond-wake", sync) \
    X(COND_SIGNAL, "cond-signal", sync) \
    X(COND_BROADCAST, "cond-broadcast", sync) \
    X(SEM_WAIT, "sem-wait", sync) \
    X(SEM_ACQUIRE, "sem-acquire", sync) \
    X(SEM_TRY_FAIL, "sem-try-fail", sync) \
    X(SEM_POST, "sem-post", sync) \
    X(BARRIER_WAIT, "barrier-wait", sync) \
    X(BARRIER_LEAVE, "barrier-leave", sync) \
    X(ONCE_ENTER, "once-enter", sync) \
    X(ONCE_LEAVE, "once-leave", sync) \
    X(SLEEP, "sleep", sync) \
    X(YIELD, "yield", sync) \
    /* the model: limited direct execution, the lecture's steps */ \
    X(TRAP, "trap", trap)                      /* control leaves a guest; the cause is in the payload */ \
    X(SAVE_REGISTERS, "save-registers", trap) \
    X(ENTER_KERNEL, "enter-kernel", trap) \
    X(TABLE_LOOKUP, "table-lookup", handler) \
    X(LEAVE_KERNEL, "leave-kernel", trap) \
    X(HANDLER, "handler", handler)             /* branch and link to the handler's code */ \
    X(HANDLER_RETURN, "handler-return", trap)  /* return-from-trap: under a hypervisor it faults */ \
    X(RESTORE_REGISTERS, "restore-registers", handler) \
    X(ENTER_USER, "enter-user", trap) \
    X(RESUME, "resume", trap) \
    X(PRIVILEGED, "privileged", privileged)    /* a privileged instruction, decoded and emulated */ \
    X(FAULT, "fault", trap)                    /* the guest's own fault */ \
    X(INTERRUPT_RAISE, "interrupt-raise", interrupt) \
    X(INTERRUPT_PENDING, "interrupt-pending", interrupt) \
    X(INTERRUPT_DELIVER, "interrupt-deliver", interrupt) \
    X(SLICE_END, "slice-end", interrupt)       /* SIGALRM: the hypervisor thread regains control */ \
    X(SWITCH, "switch", switch)                /* the CPU goes to another guest */ \
    X(IDLE, "idle", switch) \
    X(HYPERCALL, "hypercall", syscall) \
    X(VM_EXIT, "vm-exit", trap)                /* hardware mode: KVM_RUN came back */ \
    X(GUEST_START, "guest-start", life)        /* the guest's name is a TEXT */ \
    X(GUEST_END, "guest-end", life) \
    X(HOST, "host", syscall)                   /* --show-host: a call the hypervisor made of its own OS */ \
    /* the explorer */ \
    X(READ, "read", access) \
    X(WRITE, "write", access) \
    X(ATOMIC, "atomic", access) \
    X(CHOICE, "choice", choice)                /* which thread runs next, of how many */ \
    X(RACE, "race", access)                    /* an access unordered with the one in `other_seq` */ \
    X(VERDICT, "verdict", choice)              /* why the run ended: the words are a TEXT */ \
    /* signals between threads, as the explorer sees them; of a recorded program: SIGNAL */ \
    X(SIGNAL_SEND, "signal-send", sync)        /* the object is the signal's number */ \
    X(SIGNAL_TAKEN, "signal-taken", sync)      /* by sigwait and its like */

enum event_kind {
    EVENT_NONE = 0, /* not published yet: a reader stops here */
#define EVENT_KIND_CONSTANT(constant, name, payload) EVENT_##constant,
    EVENT_KINDS(EVENT_KIND_CONSTANT)
#undef EVENT_KIND_CONSTANT
    EVENT_KIND_END
};
/* clang-format on */

/* The virtual privilege mode in control once the event is done. */
enum event_mode { MODE_USER, MODE_GUEST_KERNEL, MODE_HYPERVISOR, MODE_HOST, MODE_END };

/* A lane is a column of every picture: who is in control.  Class in the top 8 bits, number below. */
enum event_lane_class { LANE_THREAD, LANE_PROCESS, LANE_GUEST_OS, LANE_OS, LANE_HYPERVISOR, LANE_HOST, LANE_CLASS_END };
#define EVENT_LANE(class, number) ((uint32_t)(class) << 24 | (0xffffffu & (uint32_t)(number)))
#define EVENT_LANE_CLASS(lane) ((lane) >> 24)
#define EVENT_LANE_NUMBER(lane) (0xffffffu & (lane))

enum event_clock {
    CLOCK_KIND_MONOTONIC, /* ns of CLOCK_MONOTONIC since the log's start */
    CLOCK_KIND_VIRTUAL,   /* ns of the model's virtual time: exactly repeatable */
    CLOCK_KIND_STEP,      /* the explorer: one "ns" a step */
    CLOCK_KIND_END
};

struct event {
    _Atomic uint16_t kind; /* enum event_kind; stored last, with release, so that a reader never sees half a record */
    uint8_t length;    /* bytes of payload, 0 to EVENT_PAYLOAD_MAX; the record occupies 32 + length rounded up to 8 */
    uint8_t step;      /* the lecture's step number; 0: not a step; 1–7 bare, 1–9 under a hypervisor */
    uint32_t seq;      /* counts up by one for each producer, dropped events included */
    uint64_t t_ns;     /* time in ns, of the clock below */
    uint32_t tid;      /* host thread id the event is about */
    uint32_t lane;     /* EVENT_LANE(class, number) in control once the event is done */
    uint16_t cpu;      /* virtual CPU; 0 outside the model */
    uint8_t mode;      /* enum event_mode, once the event is done */
    uint8_t clock;     /* enum event_clock */
    uint16_t vm;       /* which VM, from 1; 0: none */
    uint16_t reserved; /* 0 */
    uint8_t payload[]; /* one of the structs below */
};
_Static_assert(sizeof(struct event) == 32, "the header is 32 bytes in every log");

/* Bytes that a record with this payload length occupies in a log. */
#define EVENT_SIZE(length) (sizeof(struct event) + (((size_t)(length) + 7) & ~(size_t)7))

/* The program counter, where a kind has one, is always the payload's first field: jsonl's `pc`. */

struct event_lost {
    uint64_t count; /* events dropped by this producer since its last LOST */
};

enum { EVENT_TEXT_BYTES = 52 };
enum event_text_role {
    TEXT_NAME,     /* name of the lane, guest, thread, object or handler of the event `about` */
    TEXT_PROGRAM,  /* path or command line of a process */
    TEXT_ARGUMENT, /* what the pointer in argument `index` pointed to */
    TEXT_PATH,     /* the path behind the file descriptor in argument `index` */
    TEXT_MESSAGE,  /* free words: a verdict, a guest's last words, a console line */
    TEXT_ROLE_END
};
struct event_text {
    uint32_t about;       /* seq, in the same producer, of the event that the text belongs to */
    uint8_t role;         /* enum event_text_role */
    uint8_t index;        /* argument number, from 0 */
    uint16_t full;        /* bytes of the original string, even if fewer were kept */
    uint8_t more;         /* 1: another piece follows */
    uint8_t used;         /* bytes used in `bytes` */
    uint8_t unterminated; /* 1: a buffer of `full` bytes, not a C string */
    uint8_t reserved;
    char bytes[EVENT_TEXT_BYTES]; /* not terminated; any byte may occur */
};
_Static_assert(sizeof(struct event_text) == EVENT_PAYLOAD_MAX, "a piece of text fills a record");

struct event_lane {
    uint32_t lane;
    uint32_t parent_lane; /* whose child it is; the lane itself if nobody's */
};

enum { EVENT_STACK_FRAMES = 7 };
struct event_stack {
    uint32_t about; /* seq of the event whose stack it is */
    uint8_t depth;  /* frames before the first one here */
    uint8_t used;   /* of `pc` */
    uint16_t of;    /* frames in all */
    uint64_t pc[EVENT_STACK_FRAMES];
};

struct event_module {
    uint64_t start, end, file_offset; /* the file's path is a TEXT */
};

enum { EVENT_REGISTERS_MAX = 7 };
struct event_registers {
    uint32_t about;
    uint8_t first; /* number of the first register here, in the order of tracer/arch/registers.h */
    uint8_t used;
    uint16_t machine; /* ELF e_machine, which tells the order */
    uint64_t value[EVENT_REGISTERS_MAX];
};

struct event_life {
    uint64_t pc;
    uint32_t other_tid; /* the child, the parent for START, the former tid for EXEC; 0 if none */
    uint32_t pid;       /* thread group */
    int32_t status;     /* EXIT, GUEST_END: as from wait(2) */
    uint32_t other_lane;
};

struct event_syscall {
    uint64_t pc;
    uint32_t number;
    uint32_t machine; /* ELF e_machine: a 32-bit program's numbers are others */
    uint64_t argument[6];
};
_Static_assert(sizeof(struct event_syscall) == EVENT_PAYLOAD_MAX, "a system call fills a record");

struct event_sysret {
    uint64_t pc;
    uint32_t number;
    uint32_t machine;
    int64_t result;     /* −errno on error */
    uint32_t error;     /* 1: result is −errno */
    uint32_t enter_seq; /* seq of the SYSCALL_ENTER that this ends; UINT32_MAX if not seen */
};

struct event_signal {
    uint64_t pc;
    int32_t signo;
    int32_t code;        /* si_code */
    uint64_t address;    /* si_addr of faults, 0 otherwise */
    uint32_t sender_pid; /* si_pid where the signal was sent, 0 otherwise */
    int32_t status;      /* si_status of SIGCHLD */
};

struct event_sync {
    uint64_t pc;
    uint64_t object;     /* address of the mutex, condition, semaphore, … ; of the pthread_t for threads */
    uint64_t object2;    /* the mutex of a condition wait; the start routine of a thread */
    uint64_t waited_ns;  /* on the event that ends a wait */
    uint32_t other_tid;  /* the owner waited for, the thread created, joined or cancelled; 0 if not known */
    uint16_t call;       /* enum thread_call, from threads/calls.def */
    uint8_t object_kind; /* enum object_kind, from threads/calls.h */
    uint8_t reserved;
    int32_t result; /* what the call returned; 0 at entry */
    uint32_t line;  /* source line where known, 0 otherwise */
};

enum trap_cause { CAUSE_SYSCALL, CAUSE_PRIVILEGED, CAUSE_TIMER, CAUSE_FAULT, CAUSE_EXIT, CAUSE_END };
/* A fault and a restored result are one number, a system call has six: they share their room. */
struct event_trap {
    uint64_t pc;
    uint16_t cause;  /* enum trap_cause */
    int16_t signo;   /* the host signal behind it, 0 if none */
    uint32_t number; /* the call's number, where the cause is one */
    union {
        uint64_t value;       /* the fault's address, the restored result */
        uint64_t argument[6]; /* TRAP by a system call: its arguments */
    };
};

struct event_handler {
    uint64_t pc;
    uint64_t number;  /* index into the trap table */
    uint64_t address; /* where the handler's code is; its name is a TEXT */
    int64_t result;   /* RESTORE_REGISTERS: what the guest will see */
};

struct event_privileged {
    uint64_t pc;
    uint32_t operation; /* enum of lde-model/privileged.h; its name is a TEXT */
    uint8_t length;     /* bytes of the instruction */
    uint8_t reflected;  /* 1: came from virtual user mode: handed to the guest OS as a fault */
    uint8_t bytes[10];
    uint64_t value;  /* operand: the port's byte, the register written */
    uint64_t target; /* which port, which control register */
};

struct event_interrupt {
    uint64_t pc;
    uint32_t line;    /* interrupt number in the VM; 0: the real machine's timer */
    uint32_t enabled; /* the virtual interrupt flag */
    uint64_t traps;   /* traps in this slice so far */
};

struct event_switch {
    uint64_t pc;
    uint32_t from_lane, to_lane;
    uint64_t cpu_ns; /* CPU time of the guest that loses the CPU; 0 in virtual time */
};

struct event_access {
    uint64_t pc;
    uint64_t address;
    uint64_t value;
    uint32_t size;
    uint32_t line;      /* source line, 0 if not known; the file and object are TEXTs */
    uint32_t other_seq; /* RACE: the access that it races with */
    uint32_t order;     /* memory_order of an ATOMIC */
};

struct event_choice {
    uint64_t pc;
    uint32_t chosen;   /* thread number */
    uint32_t of;       /* how many could have run */
    uint32_t decision; /* number of this decision in the schedule */
    uint32_t verdict;  /* VERDICT: enum of the explorer */
};

/* The name of a kind as in jsonl and --kind, or NULL for a number that is not a kind.  Any thread. */
const char *event_kind_name(unsigned kind);
/* The kind of that name, or EVENT_NONE.  Any thread. */
enum event_kind event_kind_named(const char *name);
/* Bytes of payload that a record of this kind has at least; any more is room for later versions. */
unsigned event_payload_size(unsigned kind);
const char *event_mode_name(unsigned mode); /* "user", "guest-kernel", "hypervisor", "host" */
const char *
event_lane_class_name(unsigned lane_class);   /* "thread", "process", "guest-os", "os", "hypervisor", "host" */
const char *event_clock_name(unsigned clock); /* "monotonic", "virtual", "step" */
/* Writes the lane as jsonl has it ("process:2", "hypervisor"); returns `text`.  Any thread. */
char *event_lane_text(uint32_t lane, char text[32]);

#endif
