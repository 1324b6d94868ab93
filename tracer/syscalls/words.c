/* The names of flags and choices, as section 2 of the manual gives them.
 *
 * Values are the constants of this system's headers, which are the same on both CPUs but for four flags of open,
 * which are written out here.  How the words are put together is format.c's business.
 */
#include "tracer/syscalls/words.h"

#include <elf.h>
#include <fcntl.h>
#include <linux/futex.h>
#include <linux/sched.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/* Tables read best as they are laid out by hand. */
/* clang-format off */
#define WORD(constant) {(uint64_t)(constant), #constant}
#define END {0, NULL}

#define OPEN_WORDS \
    WORD(O_RDONLY), WORD(O_WRONLY), WORD(O_RDWR), WORD(O_CREAT), WORD(O_EXCL), WORD(O_NOCTTY), WORD(O_TRUNC), \
        WORD(O_APPEND), WORD(O_NONBLOCK), WORD(O_SYNC), WORD(O_DSYNC), WORD(O_ASYNC), WORD(O_CLOEXEC), WORD(O_NOATIME), \
        WORD(O_PATH), {020000000, "O_TMPFILE"}

static const struct word open_x86_64[] = {OPEN_WORDS, {040000, "O_DIRECT"}, {0100000, "O_LARGEFILE"},
                                          {0200000, "O_DIRECTORY"}, {0400000, "O_NOFOLLOW"}, END};
static const struct word open_aarch64[] = {OPEN_WORDS, {040000, "O_DIRECTORY"}, {0100000, "O_NOFOLLOW"},
                                           {0200000, "O_DIRECT"}, {0400000, "O_LARGEFILE"}, END};

static const struct word prot[] = {WORD(PROT_READ), WORD(PROT_WRITE), WORD(PROT_EXEC), WORD(PROT_GROWSDOWN), END};
static const struct word map[] = {WORD(MAP_SHARED), WORD(MAP_PRIVATE), WORD(MAP_SHARED_VALIDATE), WORD(MAP_FIXED),
                                  WORD(MAP_ANONYMOUS), WORD(MAP_GROWSDOWN), WORD(MAP_DENYWRITE), WORD(MAP_LOCKED),
                                  WORD(MAP_NORESERVE), WORD(MAP_POPULATE), WORD(MAP_NONBLOCK), WORD(MAP_STACK),
                                  WORD(MAP_HUGETLB), WORD(MAP_FIXED_NOREPLACE), END};
static const struct word at[] = {WORD(AT_SYMLINK_NOFOLLOW), WORD(AT_REMOVEDIR), WORD(AT_SYMLINK_FOLLOW),
                                 WORD(AT_NO_AUTOMOUNT), WORD(AT_EMPTY_PATH), END};
static const struct word clone_words[] = {
    WORD(CLONE_VM), WORD(CLONE_FS), WORD(CLONE_FILES), WORD(CLONE_SIGHAND), WORD(CLONE_PIDFD), WORD(CLONE_PTRACE),
    WORD(CLONE_VFORK), WORD(CLONE_PARENT), WORD(CLONE_THREAD), WORD(CLONE_NEWNS), WORD(CLONE_SYSVSEM), WORD(CLONE_SETTLS),
    WORD(CLONE_PARENT_SETTID), WORD(CLONE_CHILD_CLEARTID), WORD(CLONE_UNTRACED), WORD(CLONE_CHILD_SETTID),
    WORD(CLONE_NEWCGROUP), WORD(CLONE_NEWUTS), WORD(CLONE_NEWIPC), WORD(CLONE_NEWUSER), WORD(CLONE_NEWPID),
    WORD(CLONE_NEWNET), WORD(CLONE_IO), WORD(SIGCHLD), END};
static const struct word wait_words[] = {WORD(WNOHANG), WORD(WUNTRACED), WORD(WEXITED), WORD(WCONTINUED), WORD(WNOWAIT),
                                         {0x20000000, "__WNOTHREAD"}, {0x40000000, "__WALL"}, {0x80000000, "__WCLONE"}, END};
static const struct word access_words[] = {WORD(R_OK), WORD(W_OK), WORD(X_OK), END};
static const struct word seek[] = {WORD(SEEK_SET), WORD(SEEK_CUR), WORD(SEEK_END), WORD(SEEK_DATA), WORD(SEEK_HOLE), END};
static const struct word futex[] = {WORD(FUTEX_WAIT), WORD(FUTEX_WAKE), WORD(FUTEX_REQUEUE), WORD(FUTEX_CMP_REQUEUE),
                                    WORD(FUTEX_WAKE_OP), WORD(FUTEX_LOCK_PI), WORD(FUTEX_UNLOCK_PI),
                                    WORD(FUTEX_TRYLOCK_PI), WORD(FUTEX_WAIT_BITSET), WORD(FUTEX_WAKE_BITSET),
                                    WORD(FUTEX_LOCK_PI2), WORD(FUTEX_PRIVATE_FLAG), WORD(FUTEX_CLOCK_REALTIME), END};
static const struct word clocks[] = {WORD(CLOCK_REALTIME), WORD(CLOCK_MONOTONIC), WORD(CLOCK_PROCESS_CPUTIME_ID),
                                     WORD(CLOCK_THREAD_CPUTIME_ID), WORD(CLOCK_MONOTONIC_RAW), WORD(CLOCK_REALTIME_COARSE),
                                     WORD(CLOCK_MONOTONIC_COARSE), WORD(CLOCK_BOOTTIME), WORD(CLOCK_TAI), END};
static const struct word mask_how[] = {WORD(SIG_BLOCK), WORD(SIG_UNBLOCK), WORD(SIG_SETMASK), END};
static const struct word arch_prctl[] = {{0x1001, "ARCH_SET_GS"}, {0x1002, "ARCH_SET_FS"}, {0x1003, "ARCH_GET_FS"},
                                         {0x1004, "ARCH_GET_GS"}, {0x3001, "ARCH_CET_STATUS"}, END};
static const struct word fcntl_words[] = {WORD(F_DUPFD), WORD(F_GETFD), WORD(F_SETFD), WORD(F_GETFL), WORD(F_SETFL),
                                          WORD(F_GETLK), WORD(F_SETLK), WORD(F_SETLKW), WORD(F_SETOWN), WORD(F_GETOWN),
                                          WORD(F_DUPFD_CLOEXEC), WORD(F_SETPIPE_SZ), WORD(F_GETPIPE_SZ), WORD(F_ADD_SEALS),
                                          WORD(F_GET_SEALS), END};
static const struct word madvise_words[] = {WORD(MADV_NORMAL), WORD(MADV_RANDOM), WORD(MADV_SEQUENTIAL), WORD(MADV_WILLNEED),
                                            WORD(MADV_DONTNEED), WORD(MADV_FREE), WORD(MADV_DONTFORK), WORD(MADV_HUGEPAGE),
                                            WORD(MADV_NOHUGEPAGE), WORD(MADV_WIPEONFORK), END};
static const struct word family[] = {WORD(AF_UNSPEC), WORD(AF_UNIX), WORD(AF_INET), WORD(AF_INET6), WORD(AF_NETLINK),
                                     WORD(AF_PACKET), WORD(AF_VSOCK), END};
static const struct word socket_type[] = {WORD(SOCK_STREAM), WORD(SOCK_DGRAM), WORD(SOCK_RAW), WORD(SOCK_SEQPACKET),
                                          WORD(SOCK_CLOEXEC), WORD(SOCK_NONBLOCK), END};
static const struct word resource[] = {WORD(RLIMIT_CPU), WORD(RLIMIT_FSIZE), WORD(RLIMIT_DATA), WORD(RLIMIT_STACK),
                                       WORD(RLIMIT_CORE), WORD(RLIMIT_RSS), WORD(RLIMIT_NPROC), WORD(RLIMIT_NOFILE),
                                       WORD(RLIMIT_MEMLOCK), WORD(RLIMIT_AS), END};
static const struct word random_words[] = {WORD(GRND_NONBLOCK), WORD(GRND_RANDOM), END};

/* clang-format on */

static const struct vocabulary open_on_aarch64 = {open_aarch64, O_ACCMODE, NULL};

static const struct vocabulary vocabularies[FORMAT_END] = {
    [FORMAT_OPEN_FLAGS] = {open_x86_64, O_ACCMODE, NULL},
    [FORMAT_FD_FLAGS] = {open_x86_64, 0, NULL},
    [FORMAT_PROT] = {prot, 0, "PROT_NONE"},
    [FORMAT_MAP] = {map, 0x3, NULL},
    [FORMAT_AT_FLAGS] = {at, 0, NULL},
    [FORMAT_CLONE] = {clone_words, 0xff, NULL},
    [FORMAT_WAIT] = {wait_words, 0, NULL},
    [FORMAT_ACCESS] = {access_words, 0, "F_OK"},
    [FORMAT_SEEK] = {seek, UINT64_MAX, NULL},
    [FORMAT_FUTEX] = {futex, 0x7f, NULL},
    [FORMAT_CLOCK] = {clocks, UINT64_MAX, NULL},
    [FORMAT_MASK_HOW] = {mask_how, UINT64_MAX, NULL},
    [FORMAT_ARCH_PRCTL] = {arch_prctl, UINT64_MAX, NULL},
    [FORMAT_FCNTL] = {fcntl_words, UINT64_MAX, NULL},
    [FORMAT_MADVISE] = {madvise_words, UINT64_MAX, NULL},
    [FORMAT_SOCKET_FAMILY] = {family, UINT64_MAX, NULL},
    [FORMAT_SOCKET_TYPE] = {socket_type, 0xf, NULL},
    [FORMAT_RESOURCE] = {resource, UINT64_MAX, NULL},
    [FORMAT_RANDOM] = {random_words, 0, NULL},
};

const struct vocabulary *words_of(enum syscall_format format, unsigned machine)
{
    if (format == FORMAT_OPEN_FLAGS && machine == EM_AARCH64)
        return &open_on_aarch64;
    return vocabularies[format].words != NULL ? &vocabularies[format] : NULL;
}
