/* Functions of the C library that mean something else here than outside.  Some remember, for all threads together, what
 * they did last (strtok, localtime): to call them in two threads is a race for that.  Some are about kernel threads, of
 * which there is one.  Some end the process, or name what to do then.
 */
#include "tracer/explore/runtime/semantics.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>

void explore_reads(const void *address, size_t size, uintptr_t pc);
void explore_writes(void *address, size_t size, uintptr_t pc);
char *__wrap_strtok_r(char *text, const char *separators, char **rest);

/* ---- what they remember: in the program's memory, so that it is put back for the next run ---- */

static char *where_strtok_is;
static struct tm what_localtime_returned;
static char what_ctime_returned[32];

char *__wrap_strtok(char *text, const char *separators)
{
    explore_writes(&where_strtok_is, sizeof where_strtok_is, CALLER);
    SELF->access_pc = CALLER;
    char *from = text ? text : where_strtok_is;
    if (from)
        explore_writes(from, strlen(from) + 1, CALLER);
    return strtok_r(text, separators, &where_strtok_is);
}

struct tm *__wrap_localtime(const time_t *time)
{
    explore_reads(time, sizeof *time, CALLER);
    explore_writes(&what_localtime_returned, sizeof what_localtime_returned, CALLER);
    return localtime_r(time, &what_localtime_returned);
}

struct tm *__wrap_gmtime(const time_t *time)
{
    explore_reads(time, sizeof *time, CALLER);
    explore_writes(&what_localtime_returned, sizeof what_localtime_returned, CALLER);
    return gmtime_r(time, &what_localtime_returned);
}

char *__wrap_asctime(const struct tm *time)
{
    explore_reads(time, sizeof *time, CALLER);
    explore_writes(what_ctime_returned, sizeof what_ctime_returned, CALLER);
    return asctime_r(time, what_ctime_returned);
}

char *__wrap_ctime(const time_t *time)
{
    explore_reads(time, sizeof *time, CALLER);
    explore_writes(&what_localtime_returned, sizeof what_localtime_returned, CALLER);
    explore_writes(what_ctime_returned, sizeof what_ctime_returned, CALLER);
    return asctime_r(localtime_r(time, &what_localtime_returned), what_ctime_returned);
}

/* ---- kernel threads: every thread has a number, all run on the first CPU, no priority changes that ---- */

pid_t __wrap_gettid(void)
{
    return getpid() + (pid_t)S->current;
}

long __wrap_syscall(long number, ...)
{
    char words[128];
    if (number == SYS_gettid)
        return __wrap_gettid();
    if (number == SYS_getpid)
        return getpid();
    snprintf(words, sizeof words,
             "it uses 'syscall' with number %ld, which takes the program out of the explorer's control", number);
    SELF->wait.pc = CALLER;
    run_refused(words);
}

static int get_affinity(size_t size, cpu_set_t *set, uintptr_t pc)
{
    explore_writes(set, size, pc);
    memset(set, 0, size);
    *(unsigned char *)set = 1;
    return 0;
}

int __wrap_pthread_getaffinity_np(pthread_t thread, size_t size, cpu_set_t *set)
{
    (void)thread;
    return get_affinity(size, set, CALLER);
}

int __wrap_sched_getaffinity(pid_t thread, size_t size, cpu_set_t *set)
{
    (void)thread;
    return get_affinity(size, set, CALLER);
}

int __wrap_pthread_setaffinity_np(pthread_t thread, size_t size, const cpu_set_t *set)
{
    (void)thread, (void)size, (void)set;
    return 0;
}

int __wrap_sched_setaffinity(pid_t thread, size_t size, const cpu_set_t *set)
{
    (void)thread, (void)size, (void)set;
    return 0;
}

int __wrap_sched_getcpu(void)
{
    return 0;
}

int __wrap_pthread_setschedparam(pthread_t thread, int policy, const struct sched_param *parameter)
{
    (void)thread, (void)policy, (void)parameter;
    return 0;
}

int __wrap_pthread_getschedparam(pthread_t thread, int *policy, struct sched_param *parameter)
{
    (void)thread;
    explore_writes(policy, sizeof *policy, CALLER);
    explore_writes(parameter, sizeof *parameter, CALLER);
    *policy = SCHED_OTHER;
    memset(parameter, 0, sizeof *parameter);
    return 0;
}

int __wrap_pthread_setconcurrency(int level)
{
    (void)level;
    return 0;
}

/* ---- the end ---- */

int __wrap_atexit(void (*handler)(void))
{
    if (S->at_exit_count == AT_EXIT_MAX)
        return -1;
    S->at_exit[S->at_exit_count++] = handler;
    return 0;
}

void run_at_exit(void)
{
    while (S->at_exit_count > 0)
        S->at_exit[--S->at_exit_count]();
}

/* As err(3) and its like print it: the program's name, what they were told, and why. */
static void complain(const char *why, const char *format, va_list arguments)
{
    char text[1024];
    int length = vsnprintf(text, sizeof text, format ? format : "", arguments);
    size_t used = length < 0 ? 0 : (size_t)length < sizeof text ? (size_t)length : sizeof text - 1;
    output_complain(program_invocation_short_name, strlen(program_invocation_short_name));
    output_complain(": ", 2);
    output_complain(text, used);
    if (why)
        output_complain(": ", 2), output_complain(why, strlen(why));
    output_complain("\n", 1);
}

#define COMPLAIN(name, parameters, why, end)                                                                           \
    void __wrap_##name parameters;                                                                                     \
    void __wrap_##name parameters                                                                                      \
    {                                                                                                                  \
        va_list arguments;                                                                                             \
        va_start(arguments, format);                                                                                   \
        complain(why, format, arguments);                                                                              \
        va_end(arguments);                                                                                             \
        end;                                                                                                           \
    }
COMPLAIN(err, (int status, const char *format, ...), strerror(errno), run_exit(status, CALLER))
COMPLAIN(errx, (int status, const char *format, ...), NULL, run_exit(status, CALLER))
COMPLAIN(warn, (const char *format, ...), strerror(errno), (void)0)
COMPLAIN(warnx, (const char *format, ...), NULL, (void)0)
