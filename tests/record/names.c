/* System calls in words, for both CPUs, whichever this is. */
#include "tests/harness/check.h"
#include "tracer/syscalls/syscalls.h"

#include <criterion/criterion.h>
#include <elf.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static const char *call_text(unsigned machine, const char *name, const uint64_t arguments[6],
                             const struct syscall_text *text)
{
    static char out[SYSCALL_TEXT_MAX];
    struct event_syscall call = {.machine = machine, .number = (uint32_t)syscall_number(machine, name)};

    memcpy(call.argument, arguments, sizeof call.argument);
    syscall_format_call(out, sizeof out, &call, text, text != NULL);
    return out;
}

static const char *result_text(unsigned machine, const char *name, int64_t result)
{
    static char out[64];
    struct event_sysret sysret = {
        .machine = machine, .number = (uint32_t)syscall_number(machine, name), .result = result, .error = result < 0};

    syscall_format_result(out, sizeof out, &sysret);
    return out;
}

#define ASSERT_TEXT(actual, expected) cr_assert(strcmp(actual, expected) == 0, "saw %s, expected %s", actual, expected)

Test(syscalls, numbers_differ_between_cpus_and_names_do_not)
{
    cr_assert(syscall_number(EM_AARCH64, "openat") == 56 && strcmp(syscall_name(EM_AARCH64, 56), "openat") == 0);
    cr_assert(syscall_number(EM_AARCH64, "open") == -1, "AArch64 has no open");
    cr_assert(syscall_name(EM_AARCH64, 100000) == NULL && syscall_name(EM_NONE, 1) == NULL);
    if (syscall_number(EM_X86_64, "read") < 0)
        cr_skip_test("this system has no header of x86-64's numbers; linux-libc-dev of an x86-64 machine has it");
    cr_assert(syscall_number(EM_X86_64, "openat") == 257 && strcmp(syscall_name(EM_X86_64, 0), "read") == 0);
}

/* Found by halving: a line out of order would hide its neighbours. */
Test(syscalls, every_signature_is_found)
{
    static const char *const rows[] = {
#define SIGNATURE(name, ...) #name,
#include "tracer/syscalls/signatures.def"
    };
    unsigned known = 0;

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        cr_assert(i == 0 || strcmp(rows[i - 1], rows[i]) < 0, "%s is out of order", rows[i]);
        long number = syscall_number(EM_AARCH64, rows[i]);
        if (number < 0)
            continue;
        known++;
        cr_assert(syscall_signature(EM_AARCH64, (unsigned)number) != NULL, "%s is not found", rows[i]);
    }
    cr_assert(known > 120, "saw only %u", known);
}

Test(syscalls, arguments_in_words)
{
    static const struct syscall_text path = {.index = 1, .bytes = "a \"b\"\n", .used = 6, .full = 6};
    static const struct syscall_text buffer = {.index = 1, .bytes = "hello\x01", .used = 6, .full = 100};
    const uint64_t here = (uint64_t)(int64_t)AT_FDCWD;

    ASSERT_TEXT(call_text(EM_AARCH64, "openat", (uint64_t[6]){here, 4096, 02000000, 0, 0, 0}, &path),
                "openat(AT_FDCWD, \"a \\\"b\\\"\\n\", O_RDONLY|O_CLOEXEC)");
    ASSERT_TEXT(call_text(EM_AARCH64, "openat", (uint64_t[6]){3, 4096, 0100 | 01 | 040000, 0644, 0, 0}, NULL),
                "openat(3, 0x1000, O_WRONLY|O_CREAT|O_DIRECTORY, 0644)");
    ASSERT_TEXT(call_text(EM_AARCH64, "write", (uint64_t[6]){1, 4096, 100, 0, 0, 0}, &buffer),
                "write(1, \"hello\\x01\"…, 100)");
    ASSERT_TEXT(call_text(EM_AARCH64, "mmap", (uint64_t[6]){0, 4096, 3, 0x22, UINT64_MAX, 0}, NULL),
                "mmap(NULL, 4096, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_ANONYMOUS, -1, 0)");
    ASSERT_TEXT(call_text(EM_AARCH64, "kill", (uint64_t[6]){5, 9, 0, 0, 0, 0}, NULL), "kill(5, SIGKILL)");
    ASSERT_TEXT(call_text(EM_AARCH64, "mprotect", (uint64_t[6]){0x7000, 4096, 0, 0, 0, 0}, NULL),
                "mprotect(0x7000, 4096, PROT_NONE)");
    ASSERT_TEXT(call_text(EM_AARCH64, "sched_yield", (uint64_t[6]){1, 2, 3, 4, 5, 6}, NULL), "sched_yield()");
}

static const char *with_struct(const char *name, unsigned index, const void *bytes, size_t size)
{
    uint64_t arguments[6] = {0};
    struct syscall_text text = {.index = index, .bytes = bytes, .used = size, .full = size};

    arguments[index] = 0x1000;
    return call_text(EM_AARCH64, name, arguments, &text);
}

Test(syscalls, structs_in_words)
{
    const int64_t later[4] = {0, 0, 2, 500000000}, often[4] = {0, 10000, 1, 0}, off[4] = {0};
    const uint64_t set = 1u << (SIGINT - 1) | 1u << (SIGALRM - 1), all = UINT64_MAX, ignore = 1;

    ASSERT_TEXT(with_struct("pipe2", 0, (int[2]){3, 4}, 8), "pipe2([3, 4], 0)");
    ASSERT_TEXT(with_struct("pipe2", 0, (int[2]){3, 4}, 7), "pipe2(0x1000, 0)"); /* not all of it was read */
    ASSERT_TEXT(with_struct("wait4", 1, &(int){7 << 8}, 4), "wait4(0, [exits with 7], 0, NULL)");
    ASSERT_TEXT(with_struct("wait4", 1, &(int){SIGTERM}, 4), "wait4(0, [killed by SIGTERM], 0, NULL)");
    ASSERT_TEXT(with_struct("wait4", 1, &(int){SIGSTOP << 8 | 0x7f}, 4), "wait4(0, [stopped by SIGSTOP], 0, NULL)");
    ASSERT_TEXT(with_struct("nanosleep", 0, later + 2, 16), "nanosleep([2.5 s], NULL)");
    ASSERT_TEXT(with_struct("timer_settime", 2, later, 32), "timer_settime(0, 0, [after 2.5 s], NULL)");
    ASSERT_TEXT(with_struct("setitimer", 1, often, 32), "setitimer(0, [after 1 s, then every 0.01 s], NULL)");
    ASSERT_TEXT(with_struct("setitimer", 1, off, 32), "setitimer(0, [off], NULL)");
    ASSERT_TEXT(with_struct("rt_sigprocmask", 1, &set, 8), "rt_sigprocmask(SIG_BLOCK, [SIGINT SIGALRM], NULL, 0)");
    ASSERT_TEXT(with_struct("rt_sigprocmask", 1, &all, 8), "rt_sigprocmask(SIG_BLOCK, [all], NULL, 0)");
    ASSERT_TEXT(with_struct("rt_sigaction", 1, &ignore, 8), "rt_sigaction(0, SIG_IGN, NULL, 0)");
}

Test(syscalls, flags_of_the_cpu_that_was_recorded)
{
    if (syscall_number(EM_X86_64, "openat") < 0)
        cr_skip_test("this system has no header of x86-64's numbers; linux-libc-dev of an x86-64 machine has it");
    ASSERT_TEXT(call_text(EM_X86_64, "openat", (uint64_t[6]){3, 4096, 0200000, 0, 0, 0}, NULL),
                "openat(3, 0x1000, O_RDONLY|O_DIRECTORY)");
}

Test(syscalls, results_in_words)
{
    ASSERT_TEXT(result_text(EM_AARCH64, "openat", 3), "3");
    ASSERT_TEXT(result_text(EM_AARCH64, "openat", -2), "-1 ENOENT");
    ASSERT_TEXT(result_text(EM_AARCH64, "read", -512), "-1 ERESTARTSYS");
    ASSERT_TEXT(result_text(EM_AARCH64, "mmap", 0x7f0000001000), "0x7f0000001000");
    ASSERT_TEXT(result_text(EM_AARCH64, "brk", 0), "NULL");
}

Test(syscalls, a_short_buffer_is_never_overrun)
{
    struct event_syscall call = {.machine = EM_AARCH64, .number = 56};
    char out[64];

    for (size_t size = 0; size < sizeof out; size++) {
        memset(out, 'x', sizeof out);
        size_t used = syscall_format_call(out, size, &call, NULL, 0);
        cr_assert(size == 0 || (used < size && out[used] == '\0'), "size %zu", size);
        for (size_t i = size; i < sizeof out; i++)
            cr_assert(out[i] == 'x', "size %zu: wrote byte %zu", size, i);
    }
}

/* Some systems have their own CPU's numbers in a header named as x86-64's: such a table would be silently wrong. */
Test(syscalls, a_header_of_another_cpu_makes_no_table)
{
    static const struct {
        const char *read, *rows;
    } cases[] = {{"0", "SYSCALL(0, \"read\")\nSYSCALL(1, \"write\")\n"}, {"63", ""}};
    const char *header = check_path("cpu.h"), *script = "tracer/syscalls/table.sh";
    struct run_result result;

    if (access(script, R_OK) != 0 || run_words(&result, "gcc", "--version", NULL) != 0)
        cr_skip_test("no compiler, or not in the project's folder; run the suite in a checkout");
    run_free(&result);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        FILE *file = fopen(header, "we");
        cr_assert(file != NULL);
        fprintf(file, "#define TABLE_READ 0\n#define __NR_read %s\n#define __NR_write 1\n", cases[i].read);
        cr_assert(fclose(file) == 0);
        cr_assert(run_words(&result, "sh", script, header, NULL) == 0 && run_exit_code(&result) == 0);
        bool refused = strncmp(result.out, "/* ", 3) == 0 && check_count(result.out, "SYSCALL") == 0;
        cr_assert(cases[i].rows[0] != '\0' ? strcmp(result.out, cases[i].rows) == 0 : refused, "read %s: saw %s",
                  cases[i].read, result.out);
        run_free(&result);
    }
}
