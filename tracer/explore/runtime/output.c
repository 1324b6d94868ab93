/* What the program prints: kept in the channel for this run, not shown, so that a thousand runs do not print a thousand
 * times and the output can be compared.  What goes to standard error is no output: of that the end is kept, because it
 * may be the reason why the program ended.  Other streams are the C library's business.
 */
#include "tracer/explore/runtime/runtime.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

void explore_reads(const void *address, size_t size, uintptr_t pc);
int __real_fflush(FILE *stream);

void output_begin_run(void)
{
    S->output_used = S->complaint_used = 0;
}

void output_add(const char *bytes, size_t size)
{
    history_use(object_at((const void *)MARK_OUTPUT), true); /* who prints first comes first */
    size_t room = CHANNEL_OUTPUT - S->output_used;
    size_t kept = size < room ? size : room;
    memcpy(S->channel->output + S->output_used, bytes, kept);
    S->output_used += (uint32_t)kept;
}

void output_complain(const char *bytes, size_t size)
{
    char *kept = S->channel->complaint;
    size_t used = S->complaint_used, gone;
    if (size > CHANNEL_COMPLAINT)
        bytes += size - CHANNEL_COMPLAINT, size = CHANNEL_COMPLAINT;
    gone = used + size > CHANNEL_COMPLAINT ? used + size - CHANNEL_COMPLAINT : 0;
    memmove(kept, kept + gone, used - gone);
    memcpy(kept + used - gone, bytes, size);
    S->complaint_used = (uint32_t)(used - gone + size);
}

static void add(const FILE *stream, const char *bytes, size_t size)
{
    if (stream == stderr)
        output_complain(bytes, size);
    else
        output_add(bytes, size);
}

/* Standard output and standard error.  Where nobody can have opened another, it is a forged one, whose pointers the C
 * library would follow. */
static bool is_ours(const FILE *stream, uintptr_t pc)
{
    bool ours = stream == stdout || stream == stderr;
    if (!ours && !S->config.stateful)
        find_words(FINDING_FORGERY, pc, "output to a stream that nobody has opened");
    return ours;
}

/* %n makes printf write where a pointer says. */
void explore_check_format(const char *format, uintptr_t pc)
{
    for (const char *at = format; (at = strchr(at, '%')); at++) {
        at += 1 + strspn(at + 1, "0123456789#+- .*'$Ihlqjzt");
        if (*at == 'n')
            find_words(FINDING_FORGERY, pc, "a format with %%n, which writes memory behind the explorer's back");
        if (*at == '\0')
            return;
    }
}

static int print(FILE *stream, const char *format, va_list arguments, uintptr_t pc)
{
    char text[4096];
    explore_check_format(format, pc);
    if (!is_ours(stream, pc))
        return vfprintf(stream, format, arguments);
    int length = vsnprintf(text, sizeof text, format, arguments);
    add(stream, text, length < 0 ? 0 : (size_t)length < sizeof text ? (size_t)length : sizeof text - 1);
    return length;
}

int __wrap_printf(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    int length = print(stdout, format, arguments, CALLER);
    va_end(arguments);
    return length;
}

int __wrap_fprintf(FILE *stream, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    int length = print(stream, format, arguments, CALLER);
    va_end(arguments);
    return length;
}

int __wrap_vprintf(const char *format, va_list arguments)
{
    return print(stdout, format, arguments, CALLER);
}

int __wrap_vfprintf(FILE *stream, const char *format, va_list arguments)
{
    return print(stream, format, arguments, CALLER);
}

int __wrap_fputs(const char *text, FILE *stream)
{
    explore_reads(text, strlen(text) + 1, CALLER);
    if (!is_ours(stream, CALLER))
        return fputs(text, stream);
    add(stream, text, strlen(text));
    return 1;
}

int __wrap_puts(const char *text)
{
    explore_reads(text, strlen(text) + 1, CALLER);
    output_add(text, strlen(text));
    output_add("\n", 1);
    return 1;
}

int __wrap_fputc(int character, FILE *stream)
{
    char byte = (char)character;
    if (!is_ours(stream, CALLER))
        return fputc(character, stream);
    add(stream, &byte, 1);
    return (unsigned char)byte;
}

int __wrap_putc(int character, FILE *stream)
{
    return __wrap_fputc(character, stream);
}

int __wrap_putchar(int character)
{
    return __wrap_fputc(character, stdout);
}

size_t __wrap_fwrite(const void *from, size_t size, size_t count, FILE *stream)
{
    explore_reads(from, size * count, CALLER);
    if (!is_ours(stream, CALLER))
        return fwrite(from, size, count, stream);
    add(stream, from, size * count);
    return count;
}

int __wrap_fflush(FILE *stream)
{
    return !stream || is_ours(stream, CALLER) ? 0 : __real_fflush(stream);
}

int __wrap_setvbuf(FILE *stream, char *buffer, int mode, size_t size)
{
    return is_ours(stream, CALLER) ? 0 : setvbuf(stream, buffer, mode, size);
}

void __wrap_setbuf(FILE *stream, char *buffer)
{
    if (!is_ours(stream, CALLER))
        setbuf(stream, buffer);
}

void __wrap_perror(const char *text)
{
    char line[512];
    int length = snprintf(line, sizeof line, "%s%s%s\n", text ? text : "", text && *text ? ": " : "", strerror(errno));
    output_complain(line, length < 0 ? 0 : (size_t)length < sizeof line ? (size_t)length : sizeof line - 1);
}

ssize_t __wrap_write(int descriptor, const void *from, size_t size)
{
    explore_reads(from, size, CALLER);
    if (descriptor != STDOUT_FILENO && descriptor != STDERR_FILENO)
        return write(descriptor, from, size);
    add(descriptor == STDERR_FILENO ? stderr : stdout, from, size);
    return (ssize_t)size;
}
