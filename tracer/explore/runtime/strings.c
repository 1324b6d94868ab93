/* The C library's memory and string functions: not instrumented themselves, so each is checked as the reads and writes
 * that it makes for its caller, then done by the library.  None of them is a decision. */
#include "tracer/explore/runtime/runtime.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

void explore_reads(const void *address, size_t size, uintptr_t pc);
void explore_writes(void *address, size_t size, uintptr_t pc);
void explore_check_format(const char *format, uintptr_t pc);
void *__wrap_malloc(size_t size);

#define READS(address, size) explore_reads(address, size, CALLER)
#define WRITES(address, size) explore_writes(address, size, CALLER)
#define READS_STRING(text) READS(text, strlen(text) + 1)

void *__wrap_memcpy(void *to, const void *from, size_t size)
{
    READS(from, size);
    WRITES(to, size);
    return memcpy(to, from, size);
}

void *__wrap_memmove(void *to, const void *from, size_t size)
{
    READS(from, size);
    WRITES(to, size);
    return memmove(to, from, size);
}

void *__wrap_mempcpy(void *to, const void *from, size_t size)
{
    return (char *)__wrap_memcpy(to, from, size) + size;
}

void *__wrap_memset(void *to, int byte, size_t size)
{
    WRITES(to, size);
    return memset(to, byte, size);
}

int __wrap_memcmp(const void *one, const void *other, size_t size)
{
    READS(one, size);
    READS(other, size);
    return memcmp(one, other, size);
}

void *__wrap_memchr(const void *in, int byte, size_t size)
{
    void *found = memchr(in, byte, size);
    READS(in, found ? (size_t)((char *)found - (char *)in) + 1 : size);
    return found;
}

size_t __wrap_strlen(const char *text)
{
    size_t length = strlen(text);
    READS(text, length + 1);
    return length;
}

size_t __wrap_strnlen(const char *text, size_t most)
{
    size_t length = strnlen(text, most);
    READS(text, length < most ? length + 1 : most);
    return length;
}

char *__wrap_strcpy(char *to, const char *from)
{
    size_t size = strlen(from) + 1;
    READS(from, size);
    WRITES(to, size);
    return memcpy(to, from, size);
}

char *__wrap_stpcpy(char *to, const char *from)
{
    return __wrap_strcpy(to, from) + strlen(from);
}

char *__wrap_strncpy(char *to, const char *from, size_t size)
{
    size_t length = strnlen(from, size);
    READS(from, length < size ? length + 1 : size);
    WRITES(to, size);
    memcpy(to, from, length);
    memset(to + length, 0, size - length);
    return to;
}

char *__wrap_strcat(char *to, const char *from)
{
    READS_STRING(to);
    __wrap_strcpy(to + strlen(to), from);
    return to;
}

char *__wrap_strncat(char *to, const char *from, size_t size)
{
    size_t length = strnlen(from, size);
    READS_STRING(to);
    READS(from, length < size ? length + 1 : size);
    char *end = to + strlen(to);
    WRITES(end, length + 1);
    memcpy(end, from, length);
    end[length] = '\0';
    return to;
}

int __wrap_strcmp(const char *one, const char *other)
{
    READS_STRING(one);
    READS_STRING(other);
    return strcmp(one, other);
}

int __wrap_strncmp(const char *one, const char *other, size_t size)
{
    READS(one, strnlen(one, size));
    READS(other, strnlen(other, size));
    return strncmp(one, other, size);
}

char *__wrap_strchr(const char *text, int byte)
{
    READS_STRING(text);
    return strchr(text, byte);
}

char *__wrap_strrchr(const char *text, int byte)
{
    READS_STRING(text);
    return strrchr(text, byte);
}

char *__wrap_strstr(const char *text, const char *part)
{
    READS_STRING(text);
    READS_STRING(part);
    return strstr(text, part);
}

char *__wrap_strdup(const char *text)
{
    size_t size = strlen(text) + 1;
    READS(text, size);
    char *copy = __wrap_malloc(size);
    return copy ? memcpy(copy, text, size) : NULL;
}

int __wrap_vsnprintf(char *to, size_t size, const char *format, va_list arguments)
{
    va_list again;
    explore_check_format(format, CALLER);
    va_copy(again, arguments);
    int length = vsnprintf(NULL, 0, format, again);
    va_end(again);
    size_t written = length < 0 ? 0 : (size_t)length + 1 < size ? (size_t)length + 1 : size;
    WRITES(to, written);
    return vsnprintf(to, size, format, arguments);
}

int __wrap_snprintf(char *to, size_t size, const char *format, ...)
{
    explore_check_format(format, CALLER);
    va_list arguments;
    va_start(arguments, format);
    int length = vsnprintf(NULL, 0, format, arguments);
    va_end(arguments);
    WRITES(to, length < 0 ? 0 : (size_t)length + 1 < size ? (size_t)length + 1 : size);
    va_start(arguments, format);
    vsnprintf(to, size, format, arguments);
    va_end(arguments);
    return length;
}

int __wrap_sprintf(char *to, const char *format, ...)
{
    explore_check_format(format, CALLER);
    va_list arguments;
    va_start(arguments, format);
    int length = vsnprintf(NULL, 0, format, arguments);
    va_end(arguments);
    WRITES(to, (size_t)length + 1);
    va_start(arguments, format);
    vsprintf(to, format, arguments);
    va_end(arguments);
    return length;
}
