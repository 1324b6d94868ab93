/* What a compiled source calls and defines, before it is linked: whether the explorer can control it, which engine it
 * needs, and, for a submission, whether it names only what it may.  Reads symbols and sections; knows no schedules.
 */
#include "tracer/explore/command.h"

#include <errno.h>
#include <fcntl.h>
#include <gelf.h>
#include <libelf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Functions without memory of their own (or with one that does not matter between runs): safe to call again and again
 * in one process.  A trailing * stands for anything. */
static const char *const harmless[] = {
#define CALL(name, ...) #name,
#include "tracer/threads/calls.def"
#define WRAP(name) #name,
#include "tracer/explore/runtime/wraps.def"
    "__tsan_*",
    "_GLOBAL_OFFSET_TABLE_",
    "__errno_location",
    "stdout",
    "stderr",
    "__ctype_*",
    "toupper",
    "tolower",
    "is*",
    "atoi",
    "atol",
    "atoll",
    "atof",
    "abs",
    "labs",
    "llabs",
    "div",
    "ldiv",
    "bsearch",
    "sqrt",
    "pow",
    "sin",
    "cos",
    "tan",
    "exp",
    "log",
    "floor",
    "ceil",
    "fabs",
    "fmod",
    "strspn",
    "strcspn",
    "strpbrk",
    "memrchr",
    "strerror",
    "getenv",
    "sysconf",
    "getpid",
    "getppid",
    "__libc_current_sigrt*",
    "sigismember",
    "sched_get_priority_*",
    "__stack_chk_fail",
    "ffs",
    "__atomic_*",
    "__sigsetjmp" /* by itself: a jump needs longjmp, or a handler of cancellation */};

/* What takes threads, time or the whole process out of the explorer's hands. */
static const char *const uncontrolled[] = {
    "syscall",    "fork",         "vfork",       "clone",      "clone3",      "exec*",         "posix_spawn*",
    "system",     "popen",        "dlopen",      "dlsym",      "dlmopen",     "setjmp",        "_setjmp",
    "longjmp",    "siglongjmp",   "_longjmp",    "signal",     "sigaction",   "bsd_signal",    "ssignal",
    "sigset",     "tgkill",       "alarm",       "setitimer",  "ualarm",      "timer_create",  "pause",
    "sigsuspend", "signalfd",     "sigaltstack", "getcontext", "makecontext", "swapcontext",   "setcontext",
    "mmap",       "mmap64",       "mprotect",    "munmap",     "mremap",      "ptrace",        "prctl",
    "arch_prctl", "process_vm_*", "atexit",      "on_exit",    "quick_exit",  "at_quick_exit", "pthread_*",
    "sem_open",   "sem_close",    "sem_unlink",  "poll",       "select",      "epoll_*",       "eventfd",
    "pipe"};

/* Handlers of signals, and waiting for one: here we also say what does the same without. */
static const char *const handlers[] = {"signal", "sigaction",  "bsd_signal", "ssignal",
                                       "sigset", "sigsuspend", "pause",      "sigaltstack"};

/* What reads standard input. */
static const char *const readers[] = {"stdin", "getchar", "getchar_unlocked", "gets",           "read",
                                      "scanf", "vscanf",  "__isoc99_scanf",   "__isoc99_vscanf"};

/* What jumps, calls the kernel, or acts after the end: a submission has no need of it. */
static const char *const outward[] = {"syscall",
                                      "atexit",
                                      "sem_open",
                                      "sem_unlink",
                                      "__sigsetjmp",
                                      "__pthread_unwind_next",
                                      "__pthread_register_cancel",
                                      "__pthread_unregister_cancel"};

/* What sees, without waiting, whether a lock or a unit is free. */
static const char *const tries[] = {"pthread_mutex_trylock",
                                    "pthread_mutex_timedlock",
                                    "pthread_mutex_clocklock",
                                    "pthread_rwlock_try*",
                                    "pthread_rwlock_timed*",
                                    "pthread_spin_trylock",
                                    "sem_trywait",
                                    "sem_timedwait",
                                    "sem_clockwait",
                                    "sem_getvalue",
                                    "pthread_tryjoin_np",
                                    "pthread_timedjoin_np",
                                    "pthread_cond_timedwait",
                                    "pthread_cond_clockwait",
                                    "mtx_trylock",
                                    "mtx_timedlock",
                                    "cnd_timedwait"};

/* What ends the process: a submission that may call these would end before it is tested. */
static const char *const endings[] = {"exit", "_exit", "_Exit", "abort"};

static bool matches(const char *name, const char *const list[], size_t count)
{
    for (size_t i = 0; i < count; i++) {
        size_t length = strlen(list[i]);
        bool open = list[i][length - 1] == '*';
        if (open ? strncmp(name, list[i], length - 1) == 0 : strcmp(name, list[i]) == 0)
            return true;
    }
    return false;
}
#define MATCHES(name, list) matches(name, list, sizeof(list) / sizeof *(list))

/* Where the linker says that the globals begin and end. */
static const char *const marks[] = {"_end",         "_edata",     "__bss_start",
                                    "__data_start", "data_start", "__executable_start"};

/* Names that a program may not define or use: the runtime's, the instrumentation's, the linker's way around --wrap. */
static bool is_reserved(const char *name)
{
    return strncmp(name, "__wrap_", 7) == 0 || strncmp(name, "__real_", 7) == 0;
}

static int refuse(char error[EXPLORE_ERROR_MAX], const char *source, const char *name, const char *why)
{
    const char *more = strcmp(why, "uses") != 0 ? "" : ", which takes the program out of the explorer's control";
    if (*more && MATCHES(name, handlers))
        more = ": a handler runs between any two instructions, which no list of orders covers; block the signal "
               "in every thread, and let one wait for it (sigwait)";
    snprintf(error, EXPLORE_ERROR_MAX, "cannot explore %s: it %s '%s'%s", source, why, name, more);
    return -1;
}

static int check_undefined(const char *name, const char *source, const struct options *options, struct build *build,
                           char error[EXPLORE_ERROR_MAX])
{
    if (is_reserved(name))
        return refuse(error, source, name, "names the explorer's own");
    if (options->strict && (MATCHES(name, endings) || MATCHES(name, outward)) &&
        !matches(name, options->allowed, options->allowed_count))
        return refuse(error, source, name, "uses a name that is not on the exercise's list:");
    if (MATCHES(name, tries))
        build->tries = true;
    if (MATCHES(name, readers))
        build->reads = true;
    if (MATCHES(name, harmless) || matches(name, options->allowed, options->allowed_count))
        return 0;
    if (MATCHES(name, uncontrolled))
        return refuse(error, source, name, "uses");
    if (options->strict)
        return refuse(error, source, name, "uses a name that is not on the exercise's list:");
    if (!build->stateful && options->cc_count)
        snprintf(build->reason, sizeof build->reason, "it uses %.200s", name);
    build->stateful = true;
    return 0;
}

static int check_defined(const char *name, const GElf_Sym *symbol, const char *source, char error[EXPLORE_ERROR_MAX])
{
    bool local = GELF_ST_BIND(symbol->st_info) == STB_LOCAL;
    if (GELF_ST_TYPE(symbol->st_info) == STT_GNU_IFUNC)
        return refuse(error, source, name, "runs code before main, by ifunc,");
    if (strncmp(name, "__llvm_", 7) == 0)
        return refuse(error, source, name,
                      "has a name that its compiler takes for bookkeeping and leaves without hooks:");
    if (!local && (is_reserved(name) || strncmp(name, "__tsan_", 7) == 0 || MATCHES(name, marks)))
        return refuse(error, source, name, "defines the explorer's own");
    if (!local && strcmp(name, "main") != 0 && MATCHES(name, harmless) && strncmp(name, "is", 2) != 0)
        return refuse(error, source, name, "defines a library function of its own,");
    return 0;
}

/* Sections of variables that lie between those marks, or are each thread's own, or are never written. */
static const char *const writable[] = {".data",        ".data.*", ".bss",         ".bss.*",
                                       ".tdata*",      ".tbss*",  ".init_array*", ".preinit_array*",
                                       ".fini_array*", ".ctors*", ".dtors*",      ".tm_clone_table"};

/* The instrumentation brings one constructor; any other runs before the explorer does. */
static int check_sections(Elf *elf, const char *source, char error[EXPLORE_ERROR_MAX])
{
    size_t names, constructors = 0;
    if (elf_getshdrstrndx(elf, &names) != 0)
        return -1;
    for (Elf_Scn *section = NULL; (section = elf_nextscn(elf, section));) {
        GElf_Shdr header;
        const char *name = gelf_getshdr(section, &header) ? elf_strptr(elf, names, header.sh_name) : NULL;
        if (!name || header.sh_type == SHT_RELA || header.sh_type == SHT_REL || header.sh_size == 0)
            continue;
        if ((header.sh_flags & SHF_WRITE) && (header.sh_flags & SHF_ALLOC) && !MATCHES(name, writable))
            return refuse(error, source, name, "puts variables where they are not watched, into a section of its own,");
        if (strncmp(name, ".init_array", 11) == 0)
            constructors += header.sh_size;
        if (strncmp(name, ".ctors", 6) == 0 || strncmp(name, ".preinit_array", 14) == 0 || strcmp(name, ".init") == 0 ||
            strncmp(name, ".fini", 5) == 0 || strncmp(name, ".dtors", 6) == 0)
            return refuse(error, source, name, "runs code before or after main, by a section");
    }
    return constructors > sizeof(uint64_t) ? refuse(error, source, "constructor", "runs code before main, by a") : 0;
}

static int check_symbols(Elf *elf, const char *source, const struct options *options, struct build *build,
                         char error[EXPLORE_ERROR_MAX])
{
    for (Elf_Scn *section = NULL; (section = elf_nextscn(elf, section));) {
        GElf_Shdr header;
        Elf_Data *data;
        if (!gelf_getshdr(section, &header) || header.sh_type != SHT_SYMTAB || !(data = elf_getdata(section, NULL)))
            continue;
        for (int i = 1; i < (int)(header.sh_size / header.sh_entsize); i++) {
            GElf_Sym symbol;
            const char *name = gelf_getsym(data, i, &symbol) ? elf_strptr(elf, header.sh_link, symbol.st_name) : NULL;
            if (!name || !*name)
                continue;
            if (symbol.st_shndx == SHN_UNDEF ? check_undefined(name, source, options, build, error)
                                             : check_defined(name, &symbol, source, error))
                return -1;
        }
    }
    return 0;
}

int object_check(const char *path, const char *source, const struct options *options, struct build *build,
                 char error[EXPLORE_ERROR_MAX])
{
    int result = -1, descriptor = open(path, O_RDONLY | O_CLOEXEC);
    elf_version(EV_CURRENT);
    Elf *elf = descriptor < 0 ? NULL : elf_begin(descriptor, ELF_C_READ, NULL);
    snprintf(error, EXPLORE_ERROR_MAX, "cannot read what the compiler made of %s", source);
    if (elf && check_sections(elf, source, error) == 0)
        result = check_symbols(elf, source, options, build, error);
    elf_end(elf);
    if (descriptor >= 0)
        close(descriptor);
    return result;
}

void object_marks(const char *path, struct build *build)
{
    int descriptor = open(path, O_RDONLY | O_CLOEXEC);
    elf_version(EV_CURRENT);
    Elf *elf = descriptor < 0 ? NULL : elf_begin(descriptor, ELF_C_READ, NULL);
    for (Elf_Scn *section = NULL; elf && (section = elf_nextscn(elf, section));) {
        GElf_Shdr header;
        Elf_Data *data;
        if (!gelf_getshdr(section, &header) || header.sh_type != SHT_SYMTAB || !(data = elf_getdata(section, NULL)))
            continue;
        for (int i = 1; i < (int)(header.sh_size / header.sh_entsize); i++) {
            GElf_Sym symbol;
            const char *name = gelf_getsym(data, i, &symbol) ? elf_strptr(elf, header.sh_link, symbol.st_name) : NULL;
            if (name && strcmp(name, "explore_stateful") == 0)
                build->stateful = symbol.st_value != 0;
            if (name && strcmp(name, "explore_tries") == 0)
                build->tries = symbol.st_value != 0;
            if (name && strcmp(name, "explore_reads") == 0)
                build->reads = symbol.st_value != 0;
        }
    }
    elf_end(elf);
    if (descriptor >= 0)
        close(descriptor);
}

/* FNV-1a of the whole file; and whether our runtime is inside. */
int object_hash(const char *path, uint64_t *hash, bool *is_ours)
{
    static const char mark[] = CHANNEL_VARIABLE;
    unsigned char bytes[65536];
    size_t size, matched = 0;
    FILE *in = fopen(path, "re");
    if (!in)
        return -1;
    *hash = 0xcbf29ce484222325ull;
    *is_ours = false;
    errno = 0;
    while ((size = fread(bytes, 1, sizeof bytes, in)) > 0)
        for (size_t i = 0; i < size; i++) {
            *hash = (*hash ^ bytes[i]) * 0x100000001b3ull;
            matched = bytes[i] == (unsigned char)mark[matched] ? matched + 1 : bytes[i] == (unsigned char)mark[0];
            if (matched == sizeof mark) {
                *is_ours = true;
                matched = 0;
            }
        }
    bool bad = ferror(in);
    fclose(in);
    return bad ? -1 : 0;
}
