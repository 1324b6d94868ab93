/* Writes a system call as one reads it: openat(AT_FDCWD, "/etc/ld.so.cache", O_RDONLY|O_CLOEXEC) and = 3.
 *
 * Works on numbers and strings from a log alone; never asks the program that they came from.
 */
#include "tracer/syscalls/syscalls.h"
#include "tracer/syscalls/words.h"

#include <fcntl.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* Text that grows in the caller's buffer; what does not fit is dropped. */
struct line {
    char *out;
    size_t size, used;
    bool alike; /* leave out what the kernel chose */
};

__attribute__((format(printf, 2, 3))) static void add(struct line *line, const char *format, ...)
{
    va_list arguments;
    int wanted;

    if (line->used + 1 >= line->size)
        return;
    va_start(arguments, format);
    wanted = vsnprintf(line->out + line->used, line->size - line->used, format, arguments);
    va_end(arguments);
    if (wanted > 0)
        line->used = line->used + (size_t)wanted < line->size ? line->used + (size_t)wanted : line->size - 1;
}

/* ---- names of numbers ---- */

/* A tracer sees these where a signal interrupts a call; the program never does. */
static const char *restart_name(int number)
{
    switch (number) {
    case 512:
        return "ERESTARTSYS";
    case 513:
        return "ERESTARTNOINTR";
    case 514:
        return "ERESTARTNOHAND";
    case 516:
        return "ERESTART_RESTARTBLOCK";
    default:
        return NULL;
    }
}

const char *syscall_error_name(int number)
{
    const char *name = number > 0 ? strerrorname_np(number) : NULL;

    return name != NULL ? name : restart_name(number);
}

const char *syscall_signal_name(int signo, char text[16])
{
    enum { FIRST_REALTIME = 32, LAST_REALTIME = 64 }; /* the kernel's; the C library keeps the first two to itself */
    const char *name = signo > 0 && signo < FIRST_REALTIME ? sigabbrev_np(signo) : NULL;

    if (name != NULL)
        snprintf(text, 16, "SIG%s", name);
    else if (signo >= FIRST_REALTIME && signo <= LAST_REALTIME)
        snprintf(text, 16, "SIGRT_%d", signo - FIRST_REALTIME);
    else
        snprintf(text, 16, "%d", signo);
    return text;
}

static void add_choice(struct line *line, const struct vocabulary *vocabulary, uint64_t choice)
{
    for (const struct word *word = vocabulary->words; word->name != NULL; word++)
        if (word->value == choice && (word->value & ~vocabulary->choice) == 0) {
            add(line, "%s", word->name);
            return;
        }
    if (choice != 0 || vocabulary->choice == UINT64_MAX)
        add(line, "%" PRIu64, choice);
}

/* A choice and flags share one number: O_RDWR|O_CREAT.  Bits without a name are written as they are. */
static void add_words(struct line *line, const struct vocabulary *vocabulary, uint64_t value)
{
    uint64_t rest = value & ~vocabulary->choice;
    size_t before = line->used;

    if (value == 0 && vocabulary->zero != NULL) {
        add(line, "%s", vocabulary->zero);
        return;
    }
    if (vocabulary->choice != 0)
        add_choice(line, vocabulary, value & vocabulary->choice);
    for (const struct word *word = vocabulary->words; word->name != NULL; word++)
        if ((word->value & vocabulary->choice) == 0 && word->value != 0 && (rest & word->value) == word->value) {
            add(line, "%s%s", line->used > before ? "|" : "", word->name);
            rest &= ~word->value;
        }
    if (rest != 0)
        add(line, "%s%#" PRIx64, line->used > before ? "|" : "", rest);
    if (line->used == before)
        add(line, "0");
}

/* ---- strings ---- */

static void add_byte(struct line *line, unsigned char byte)
{
    static const char escapes[] = "\"\"\\\\\nn\tt\rr";
    const char *escape = NULL;

    for (size_t i = 0; i + 1 < sizeof escapes; i += 2)
        if ((unsigned char)escapes[i] == byte)
            escape = &escapes[i + 1];
    if (escape != NULL)
        add(line, "\\%c", *escape);
    else if (byte < 0x20 || byte == 0x7f)
        add(line, "\\x%02x", byte);
    else
        add(line, "%c", byte); /* UTF-8 stays as it is */
}

static void add_string(struct line *line, const struct syscall_text *text)
{
    add(line, "\"");
    for (size_t i = 0; i < text->used; i++)
        add_byte(line, (unsigned char)text->bytes[i]);
    add(line, text->used < text->full ? "\"…" : "\"");
}

static const struct syscall_text *text_of(const struct syscall_text *texts, size_t count, unsigned index)
{
    for (size_t i = 0; i < count; i++)
        if (texts[i].index == index)
            return &texts[i];
    return NULL;
}

/* ---- arguments and results ---- */

/* An address, a process, or a number as large as an address: another run has another. */
static bool is_chance(enum syscall_format format, uint64_t value)
{
    switch (format) {
    case FORMAT_PID:
        return (int32_t)value > 0;
    case FORMAT_FD:
    case FORMAT_INT:
    case FORMAT_SIGNAL:
        return false;
    case FORMAT_HEX:
        return value >= 0x10000;
    case FORMAT_DECIMAL:
    case FORMAT_UNSIGNED:
    case FORMAT_OCTAL:
    case FORMAT_ERRNO:
        return value > UINT32_MAX && value < UINT64_MAX - UINT32_MAX;
    default:
        return value != 0;
    }
}

static void add_number(struct line *line, enum syscall_format format, uint64_t value)
{
    char name[16];

    if (line->alike && is_chance(format, value)) {
        add(line, "…");
        return;
    }

    switch (format) {
    case FORMAT_FD:
        if ((int32_t)value == AT_FDCWD)
            add(line, "AT_FDCWD");
        else
            add(line, "%" PRId32, (int32_t)value);
        return;
    case FORMAT_INT:
    case FORMAT_PID:
        add(line, "%" PRId32, (int32_t)value);
        return;
    case FORMAT_DECIMAL:
    case FORMAT_ERRNO:
        add(line, "%" PRId64, (int64_t)value);
        return;
    case FORMAT_UNSIGNED:
        add(line, "%" PRIu64, value);
        return;
    case FORMAT_OCTAL:
        add(line, "%#" PRIo64, value);
        return;
    case FORMAT_SIGNAL:
        add(line, "%s", syscall_signal_name((int)value, name));
        return;
    case FORMAT_POINTER:
    case FORMAT_PATH:
    case FORMAT_BUFFER:
    case FORMAT_RECEIVED:
    case FORMAT_RECEIVED_NAME:
    case FORMAT_FD_PAIR:
    case FORMAT_STATUS:
    case FORMAT_TIMESPEC:
    case FORMAT_TIMESPEC_OUT:
    case FORMAT_ITIMERVAL:
    case FORMAT_ITIMERSPEC:
    case FORMAT_SIGSET:
    case FORMAT_HANDLER:
        if (value == 0) {
            add(line, "NULL");
            return;
        }
        /* fall through */
    default:
        add(line, value < 10 ? "%" PRIx64 : "0x%" PRIx64, value);
    }
}

/* Flags of an int argument: the register's upper half may hold anything. */
static uint64_t meaningful(enum syscall_format format, uint64_t value)
{
    return format == FORMAT_CLONE ? value : (uint32_t)value;
}

/* `3</etc/passwd>`: a descriptor and the file behind it. */
static void add_descriptor(struct line *line, uint64_t value, const struct syscall_text *path)
{
    add_number(line, FORMAT_FD, value);
    add(line, "<");
    for (size_t i = 0; i < path->used; i++)
        add_byte(line, (unsigned char)path->bytes[i]);
    add(line, path->used < path->full ? "…>" : ">");
}

static void add_argument(struct line *line, enum syscall_format format, unsigned machine, uint64_t value,
                         const struct syscall_text *text)
{
    const struct vocabulary *vocabulary = words_of(format, machine);
    char words[SYSCALL_TEXT_MAX];

    if (line->alike && (format == FORMAT_TIMESPEC_OUT || format == FORMAT_HANDLER))
        text = NULL; /* a time, an address */
    if (text != NULL && format == FORMAT_FD)
        add_descriptor(line, value, text);
    else if (text != NULL && struct_in_words(words, sizeof words, format, text) > 0)
        add(line, "%s", words);
    else if (text != NULL && syscall_struct_size(format, false) + syscall_struct_size(format, true) == 0)
        add_string(line, text);
    else if (vocabulary != NULL)
        add_words(line, vocabulary, meaningful(format, value));
    else
        add_number(line, format, value);
}

/* The mode of open matters, and is in its register, only when a file may be made. */
static bool is_unused(const struct syscall_signature *signature, const struct event_syscall *call, unsigned index)
{
    return index > 0 && signature->argument[index] == FORMAT_OCTAL &&
           signature->argument[index - 1] == FORMAT_OPEN_FLAGS &&
           (call->argument[index - 1] & (O_CREAT | 020000000)) == 0;
}

static size_t format_call(struct line line, const struct event_syscall *call, const struct syscall_text *texts,
                          size_t text_count)
{
    static const struct syscall_signature unknown = {
        .argument = {FORMAT_HEX, FORMAT_HEX, FORMAT_HEX, FORMAT_HEX, FORMAT_HEX, FORMAT_HEX}};
    const struct syscall_signature *signature = syscall_signature(call->machine, call->number);
    const char *name = syscall_name(call->machine, call->number);

    if (line.size > 0)
        line.out[0] = '\0';
    if (signature == NULL)
        signature = &unknown;
    if (name != NULL)
        add(&line, "%s(", name);
    else
        add(&line, "call_%u(", (unsigned)call->number);
    for (unsigned i = 0; i < SYSCALL_ARGUMENTS && signature->argument[i] != FORMAT_NONE; i++) {
        if (is_unused(signature, call, i))
            break;
        add(&line, "%s", i > 0 ? ", " : "");
        add_argument(&line, signature->argument[i], call->machine, call->argument[i], text_of(texts, text_count, i));
    }
    add(&line, ")");
    return line.used;
}

size_t syscall_format_call(char *out, size_t size, const struct event_syscall *call, const struct syscall_text *texts,
                           size_t text_count)
{
    return format_call((struct line){.out = out, .size = size}, call, texts, text_count);
}

size_t syscall_format_call_alike(char *out, size_t size, const struct event_syscall *call,
                                 const struct syscall_text *texts, size_t text_count)
{
    return format_call((struct line){.out = out, .size = size, .alike = true}, call, texts, text_count);
}

static size_t format_result(struct line line, const struct event_sysret *result)
{
    const struct syscall_signature *signature = syscall_signature(result->machine, result->number);
    const char *error;

    if (line.size > 0)
        line.out[0] = '\0';
    if (!result->error) {
        add_number(&line, signature != NULL ? signature->result : FORMAT_ERRNO, (uint64_t)result->result);
        return line.used;
    }
    error = result->result < 0 && result->result > -4096 ? syscall_error_name((int)-result->result) : NULL;
    if (error != NULL)
        add(&line, "-1 %s", error);
    else
        add(&line, "%" PRId64, result->result);
    return line.used;
}

size_t syscall_format_result(char *out, size_t size, const struct event_sysret *result)
{
    return format_result((struct line){.out = out, .size = size}, result);
}

size_t syscall_format_result_alike(char *out, size_t size, const struct event_sysret *result)
{
    return format_result((struct line){.out = out, .size = size, .alike = true}, result);
}
