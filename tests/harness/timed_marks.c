/* Linked into a subject: the marks that its scenarios make, and, by --wrap, a mark at each call of a function that a
 * signal handler must not call (man 7 signal-safety).  The tracer alone knows whether a handler is running. */
#include "tests/harness/timed_marks.h"
#include "tests/harness/timed_run.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static void mark(unsigned long what, unsigned long value, unsigned long other)
{
    int kept = errno;
    syscall(TIMED_MARK, what, value, other);
    errno = kept;
}

void burn(unsigned long microseconds)
{
    mark(TIMED_MARK_BURN, microseconds, 0);
}

void say(const char *word, long value)
{
    mark(TIMED_MARK_SAY, (unsigned long)word, (unsigned long)value);
}

void watch(void)
{
    mark(TIMED_MARK_WATCH, 0, 0);
}

void watch_end(void)
{
    mark(TIMED_MARK_WATCH_END, 0, 0);
}

static void unsafe(const char *name)
{
    mark(TIMED_MARK_UNSAFE, (unsigned long)name, 0);
}

/* A function whose arguments are handed on as they are. */
#define WRAP(result, name, parameters, arguments)                                                                      \
    result __real_##name parameters;                                                                                   \
    result __wrap_##name parameters;                                                                                   \
    result __wrap_##name parameters                                                                                    \
    {                                                                                                                  \
        unsafe(#name);                                                                                                 \
        return __real_##name arguments;                                                                                \
    }

WRAP(int, puts, (const char *text), (text))
WRAP(int, putchar, (int character), (character))
WRAP(int, fputs, (const char *text, FILE *file), (text, file))
WRAP(int, fputc, (int character, FILE *file), (character, file))
WRAP(size_t, fwrite, (const void *bytes, size_t size, size_t count, FILE *file), (bytes, size, count, file))
WRAP(int, fflush, (FILE * file), (file))
WRAP(int, vprintf, (const char *format, va_list arguments), (format, arguments))
WRAP(int, vfprintf, (FILE * file, const char *format, va_list arguments), (file, format, arguments))
WRAP(void *, malloc, (size_t size), (size))
WRAP(void *, calloc, (size_t count, size_t size), (count, size))
WRAP(void *, realloc, (void *memory, size_t size), (memory, size))

void __real_free(void *memory);
void __wrap_free(void *memory);
void __wrap_free(void *memory)
{
    unsafe("free");
    __real_free(memory);
}

void __real_perror(const char *text);
void __wrap_perror(const char *text);
void __wrap_perror(const char *text)
{
    unsafe("perror");
    __real_perror(text);
}

_Noreturn void __real_exit(int status);
_Noreturn void __wrap_exit(int status);
_Noreturn void __wrap_exit(int status)
{
    unsafe("exit");
    __real_exit(status);
}

int __wrap_printf(const char *format, ...) __attribute__((format(printf, 1, 2)));
int __wrap_printf(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    unsafe("printf");
    int printed = __real_vprintf(format, arguments);
    va_end(arguments);
    return printed;
}

int __wrap_fprintf(FILE *file, const char *format, ...) __attribute__((format(printf, 2, 3)));
int __wrap_fprintf(FILE *file, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    unsafe("fprintf");
    int printed = __real_vfprintf(file, format, arguments);
    va_end(arguments);
    return printed;
}
