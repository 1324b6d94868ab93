/* System calls by name: numbers, parameters, and the words for a call's arguments and result.
 *
 * Names and numbers come from the system's own headers at build time (build/gen/syscalls-*.def); what the
 * parameters mean stands in signatures.def, by hand, for the calls that students meet.  All functions here
 * are pure and may be called from any thread.
 */
#ifndef TRACER_SYSCALLS_SYSCALLS_H
#define TRACER_SYSCALLS_SYSCALLS_H

#include "tracer/event.h"

#include <stdbool.h>
#include <stddef.h>

enum { SYSCALL_ARGUMENTS = 6, SYSCALL_TEXT_MAX = 512 };

/* How to read one argument, or a result.  */
enum syscall_format {
    FORMAT_NONE,    /* no such argument */
    FORMAT_DECIMAL, /* signed 64 bits */
    FORMAT_INT,     /* signed 32 bits: what the kernel takes for an int */
    FORMAT_UNSIGNED,
    FORMAT_HEX,
    FORMAT_OCTAL,   /* a file mode */
    FORMAT_POINTER, /* 0 is NULL */
    FORMAT_FD,      /* −100 is AT_FDCWD */
    FORMAT_PID,
    FORMAT_SIGNAL,
    FORMAT_PATH,   /* a C string: a path or a name */
    FORMAT_BUFFER, /* bytes going to the kernel; their number is the next argument */
    FORMAT_ERRNO,  /* results only, and the default there: −errno or a number */
    FORMAT_OPEN_FLAGS,
    FORMAT_FD_FLAGS, /* of calls that make a descriptor without opening a file */
    FORMAT_PROT,
    FORMAT_MAP,
    FORMAT_AT_FLAGS,
    FORMAT_CLONE,
    FORMAT_WAIT,
    FORMAT_ACCESS,
    FORMAT_SEEK,
    FORMAT_FUTEX,
    FORMAT_CLOCK,
    FORMAT_MASK_HOW, /* SIG_BLOCK … */
    FORMAT_ARCH_PRCTL,
    FORMAT_FCNTL,
    FORMAT_MADVISE,
    FORMAT_SOCKET_FAMILY,
    FORMAT_SOCKET_TYPE,
    FORMAT_RESOURCE,
    FORMAT_RANDOM, /* GRND_… */
    /* What an argument points to, as the kernel lays it out; read before or after the call. */
    FORMAT_RECEIVED,      /* bytes from the kernel: room is the next argument, the result their number */
    FORMAT_RECEIVED_NAME, /* the same, and the number counts the terminating 0 */
    FORMAT_FD_PAIR,       /* after: two descriptors */
    FORMAT_STATUS,        /* after: as from wait(2) */
    FORMAT_TIMESPEC,
    FORMAT_TIMESPEC_OUT, /* after */
    FORMAT_ITIMERVAL,    /* a timer: then every so many µs, first after so many */
    FORMAT_ITIMERSPEC,   /* the same in ns */
    FORMAT_SIGSET,
    FORMAT_HANDLER, /* the first word of a struct sigaction */
    FORMAT_END
};

/* The calls that have a signature, on whichever CPU: KNOWN_openat. */
enum syscall_known {
#define SIGNATURE(name, ...) KNOWN_##name,
#include "tracer/syscalls/signatures.def"
#undef SIGNATURE
    KNOWN_END
};

struct syscall_signature {
    const char *name;
    enum syscall_known known;
    unsigned char argument[SYSCALL_ARGUMENTS]; /* enum syscall_format; FORMAT_NONE after the last */
    unsigned char result;                      /* enum syscall_format */
};

/* "openat", or NULL if this machine (ELF e_machine) has no call of that number, or is not known. */
const char *syscall_name(unsigned machine, unsigned number);

/* The number of the call of that name, or −1. */
long syscall_number(unsigned machine, const char *name);

/* How to read a call, or NULL: then its six arguments are just numbers.  Looked up once for each call; then as cheap as
 * an array. */
const struct syscall_signature *syscall_signature(unsigned machine, unsigned number);

/* Bytes of the struct that an argument of this format points to, if it is to be read at that side of the call (before
 * or after it); 0 otherwise.  They are a text of the call, as strings are. */
unsigned syscall_struct_size(enum syscall_format format, bool after);

/* One string that belongs to a call: its TEXT pieces already joined.  Of a descriptor it is the path behind it. */
struct syscall_text {
    unsigned index;    /* argument number, from 0 */
    const char *bytes; /* `used` of them; not terminated */
    size_t used;
    size_t full; /* length of the original, of which `used` were kept */
};

/* Writes `openat(AT_FDCWD, "/etc/ld.so.cache", O_RDONLY|O_CLOEXEC)`.  Always terminates, cuts at `size`; returns
 * the bytes written, without the terminator.  `texts` may be NULL if there are none. */
size_t syscall_format_call(char *out, size_t size, const struct event_syscall *call, const struct syscall_text *texts,
                           size_t text_count);

/* Writes a result: `3`, `-1 ENOENT`, `0x7f12a000`.  Same rules. */
size_t syscall_format_result(char *out, size_t size, const struct event_sysret *result);

/* The same two, in words that every run of a program has in common: what the kernel chose (addresses, processes) or the
 * clock said stands as … */
size_t syscall_format_call_alike(char *out, size_t size, const struct event_syscall *call,
                                 const struct syscall_text *texts, size_t text_count);
size_t syscall_format_result_alike(char *out, size_t size, const struct event_sysret *result);

/* "ENOENT" or NULL; also the kernel's own restart codes, which a tracer sees ("ERESTARTSYS"). */
const char *syscall_error_name(int number);

/* "SIGTERM", "SIGRT_3"; writes into `text` where there is no constant name.  Returns a string in any case. */
const char *syscall_signal_name(int signo, char text[16]);

#endif
