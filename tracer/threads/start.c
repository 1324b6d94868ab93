/* Finds the log that the recorder names in the environment, maps it, and leaves no trace of that: the variable is gone
 * before the program looks, the descriptor is closed, and what else we do is known to the recorder by its place.
 *
 * The library is marked to be initialised first, before the C library itself and before the constructors of all others.
 * Should another one claim that place, the first call of a pthread function starts us.
 */
#include "tracer/threads/library.h"

#include <fcntl.h>
#include <limits.h>
#include <link.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

struct threads threads;

static char log_path[PATH_MAX];

/* What was mapped when we were started; the names are the loader's own strings. */
enum { MODULES_MOST = 256 };
static struct module {
    struct event_module at;
    const char *name;
} modules[MODULES_MOST];
static unsigned module_count;
static char program_path[PATH_MAX];

static bool failed(long result)
{
    return result < 0 && result > -4096;
}

/* ---- the environment ---- */

static bool is_variable(const char *entry, const char *name)
{
    return entry != NULL && strncmp(entry, name, strlen(name)) == 0;
}

/* The recorder has put its two variables behind all others.  What follows the environment on a program's first stack is
 * the auxiliary vector; who walks there is to find it as before, so the room of the two becomes the environment's end
 * and an auxiliary entry that is to be ignored. */
static void take_both(char **log)
{
    log[-1] = NULL;
    *(volatile uintptr_t *)log = AT_IGNORE;
}

/* A harness has set one, somewhere. */
static void take_one(char **log)
{
    for (; *log != NULL; log++)
        log[0] = log[1];
}

/* Learns where the log is, and leaves nothing in the environment that tells. */
static void take_environment(char **environment)
{
    char **log = NULL;

    for (char **at = environment; at != NULL && *at != NULL; at++)
        if (is_variable(*at, POOL_LOG_VARIABLE))
            log = at;
    if (log == NULL)
        return;
    strncpy(log_path, *log + strlen(POOL_LOG_VARIABLE), sizeof log_path - 1);
    if (log > environment && log[1] == NULL && is_variable(log[-1], POOL_PRELOAD_VARIABLE))
        take_both(log);
    else
        take_one(log);
}

/* ---- the log ---- */

static void *map_header(void)
{
    long fd = THREADS_CALL(SYS_openat, AT_FDCWD, (long)log_path, O_RDWR | O_CLOEXEC), header;

    if (failed(fd))
        return NULL;
    header = THREADS_CALL(SYS_mmap, 0, LOG_HEADER_SIZE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    THREADS_CALL(SYS_close, fd);
    return failed(header) ? NULL : (void *)header;
}

static void join_log(void)
{
    struct log_header *header;
    long page;

    if (log_path[0] == '\0' || (header = map_header()) == NULL)
        return;
    page = THREADS_CALL(SYS_mmap, 0, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (failed(page) || memcmp(header->magic, LOG_MAGIC, sizeof header->magic) != 0 || header->version != LOG_VERSION)
        return;
    THREADS_CALL(SYS_madvise, page, 4096, MADV_WIPEONFORK);
    threads.pid = (_Atomic uint32_t *)page;
    atomic_store(threads.pid, (uint32_t)THREADS_CALL(SYS_getpid, 0));
    threads.pool = pool_of(header);
    threads.header = header;
}

/* ---- modules ---- */

/* Of each file the part with the code: from it the reader works out where the rest is. */
static int note_module(struct dl_phdr_info *info, size_t size, void *data)
{
    (void)size;
    (void)data;
    for (int i = 0; i < info->dlpi_phnum && module_count < MODULES_MOST; i++) {
        const ElfW(Phdr) *segment = &info->dlpi_phdr[i];

        if (segment->p_type == PT_LOAD && (segment->p_flags & PF_X) != 0) {
            struct module *module = &modules[module_count++];
            uint64_t start = info->dlpi_addr + segment->p_vaddr;

            module->at = (struct event_module){
                .start = start, .end = start + segment->p_memsz, .file_offset = segment->p_offset};
            module->name = info->dlpi_name[0] != '\0' ? info->dlpi_name : program_path;
            return 0;
        }
    }
    return 0;
}

void threads_tell_modules(void)
{
    for (unsigned i = 0; i < module_count; i++)
        threads_append_named(EVENT_MODULE, &modules[i].at, sizeof modules[i].at, modules[i].name);
}

/* ---- the start ---- */

static void start(char **environment)
{
    if (threads.state != THREADS_ASLEEP)
        return;
    threads.state = THREADS_STARTING;
    threads_find_functions();
    take_environment(environment);
    join_log();
    if (threads.header != NULL) {
        THREADS_CALL(SYS_readlinkat, AT_FDCWD, (long)"/proc/self/exe", (long)program_path, sizeof program_path - 1);
        threads_learn_tids();
        threads_measure();
        dl_iterate_phdr(note_module, NULL);
    }
    threads.state = THREADS_READY;
}

/* The loader's own note of where the first stack began: argc, argv, 0, the environment. */
extern void *__libc_stack_end __attribute__((weak));

void threads_start(void)
{
    uintptr_t *words = &__libc_stack_end != NULL ? __libc_stack_end : NULL;

    /* Called before the C library itself is initialised, we cannot ask it for its environment. */
    start(environ != NULL || words == NULL ? environ : (char **)(words + 1 + words[0] + 1));
}

/* The loader hands its constructors what main gets. */
static __attribute__((constructor)) void first(int count, char **words, char **environment)
{
    (void)count;
    (void)words;
    start(environment);
}
