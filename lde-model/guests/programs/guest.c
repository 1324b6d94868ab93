/* The guest programs' whole library.  Knows system-call numbers; knows nothing of the kernel behind them, which may
 * be Linux, an OS in a virtual machine, or the model itself. */
#include "lde-model/guests/programs/guest.h"
#include "lde-model/guests/arch/call.h"

#ifdef YIELDOS
#include "lde-model/guests/yieldos/numbers.h"
#define WRITE(descriptor, bytes, size) guest_call(YIELD_PRINT, (long)(bytes), (long)(size), 0, 0)
#define NUMBER_EXIT YIELD_END
#define NUMBER_WHO YIELD_WHO_AM_I
#define NUMBER_GIVE_WAY YIELD_GIVE_WAY
#else
#include <asm/unistd.h>
#define WRITE(descriptor, bytes, size) guest_call(__NR_write, descriptor, (long)(bytes), (long)(size), 0)
#define NUMBER_EXIT __NR_exit_group
#define NUMBER_WHO __NR_getppid
#define NUMBER_GIVE_WAY __NR_sched_yield
#endif

_Noreturn void guest_main(long argc, char **argv);
_Noreturn void guest_main(long argc, char **argv)
{
    guest_exit(main((int)argc, argv));
}

_Noreturn void guest_exit(int status)
{
    guest_call(NUMBER_EXIT, status, 0, 0, 0);
    __builtin_trap(); /* an OS that does not know the call: end all the same */
}

long guest_who_am_i(void)
{
    return guest_call(NUMBER_WHO, 0, 0, 0, 0);
}

long guest_give_way(void)
{
    return guest_call(NUMBER_GIVE_WAY, 0, 0, 0, 0);
}

static size_t text_length(const char *text)
{
    size_t length = 0;
    while (text[length] != '\0')
        length++;
    return length;
}

void guest_print(const char *text)
{
    WRITE(1, text, text_length(text));
}

void line_text(struct guest_line *line, const char *text)
{
    while (*text != '\0' && line->used < sizeof line->text)
        line->text[line->used++] = *text++;
}

void line_number(struct guest_line *line, long number)
{
    char digits[24];
    size_t at = sizeof digits;
    unsigned long rest = number < 0 ? -(unsigned long)number : (unsigned long)number;
    digits[--at] = '\0';
    do
        digits[--at] = (char)('0' + rest % 10);
    while ((rest /= 10) != 0);
    if (number < 0)
        digits[--at] = '-';
    line_text(line, digits + at);
}

void line_print(struct guest_line *line)
{
    WRITE(1, line->text, line->used);
    line->used = 0;
}

long guest_number(const char *text, long otherwise)
{
    if (text == NULL || *text < '0' || *text > '9')
        return otherwise;
    long number = 0;
    while (*text >= '0' && *text <= '9')
        number = number * 10 + (*text++ - '0');
    return number;
}

#ifndef YIELDOS
#include <linux/time_types.h>

enum { AT_THE_WORKING_DIRECTORY = -100, CHILD_SIGNAL = 17, CLOCK_OF_THE_MACHINE = 1 };

long guest_write(int descriptor, const void *bytes, size_t size)
{
    return WRITE(descriptor, bytes, size);
}

long guest_read(int descriptor, void *bytes, size_t size)
{
    return guest_call(__NR_read, descriptor, (long)bytes, (long)size, 0);
}

long guest_open(const char *path)
{
    return guest_call(__NR_openat, AT_THE_WORKING_DIRECTORY, (long)path, 0, 0);
}

long guest_close(int descriptor)
{
    return guest_call(__NR_close, descriptor, 0, 0, 0);
}

long guest_pipe(int ends[2])
{
    return guest_call(__NR_pipe2, (long)ends, 0, 0, 0);
}

long guest_fork(void)
{
    return guest_call(__NR_clone, CHILD_SIGNAL, 0, 0, 0);
}

long guest_wait(int *status)
{
    return guest_call(__NR_wait4, -1, (long)status, 0, 0);
}

long guest_sleep_ms(long ms)
{
    struct __kernel_timespec length = {.tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000};
    return guest_call(__NR_nanosleep, (long)&length, 0, 0, 0);
}

long guest_clock_ms(void)
{
    struct __kernel_timespec now;
    guest_call(__NR_clock_gettime, CLOCK_OF_THE_MACHINE, (long)&now, 0, 0);
    return (long)(now.tv_sec * 1000 + now.tv_nsec / 1000000);
}
#endif
