/* The two stops of a system call: its arguments as it enters the kernel, its result as it leaves.
 *
 * Which of the two a stop is, the kernel tells; counting stops would go wrong at the first exec or signal.
 * Strings are read out of the program while it stands still.  What they mean is tracer/syscalls' knowledge.
 */
#include "tracer/record/record.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/uio.h>
#include <unistd.h>

enum { PATH_KEPT = 256, BUFFER_KEPT = EVENT_TEXT_BYTES };

/* AUDIT_ARCH_… is the ELF machine and, above, two bits about width and byte order. */
static uint32_t machine_of(const struct __ptrace_syscall_info *info)
{
    return info->arch & 0xffff;
}

/* Reads up to `size` bytes of the program's memory.  Cut at the page's end, because the next page may be missing
 * and a read that touches it may fail as a whole.  Returns the bytes read. */
static size_t read_memory(pid_t tid, uint64_t address, char *to, size_t size)
{
    size_t page = (size_t)sysconf(_SC_PAGESIZE), first = page - (size_t)(address % page);
    struct iovec here = {.iov_base = to, .iov_len = size};
    struct iovec there[2] = {
        {.iov_base = (void *)(uintptr_t)address, .iov_len = size < first ? size : first},
        {.iov_base = (void *)(uintptr_t)(address + first), .iov_len = size < first ? 0 : size - first}};
    ssize_t got = process_vm_readv(tid, &here, 1, there, 2, 0);

    return got > 0 ? (size_t)got : 0;
}

static void keep_path(struct recorder *recorder, const struct tracee *tracee, const struct event *about, unsigned index,
                      uint64_t address)
{
    char path[PATH_KEPT];
    size_t got = read_memory(tracee->tid, address, path, sizeof path), length = strnlen(path, got);

    if (recorder->pinned && length < got && pin_shows_in(NULL, path))
        pin_release(recorder, tracee->tid);
    if (got > 0) /* without its end in sight, it is longer than what we have */
        log_text(&recorder->writer, about, TEXT_ARGUMENT, index, path, length, length < got ? length : length + 1,
                 false);
}

static void keep_buffer(struct recorder *recorder, const struct tracee *tracee, const struct event *about,
                        unsigned index, uint64_t address, uint64_t size)
{
    char bytes[BUFFER_KEPT];
    size_t got = read_memory(tracee->tid, address, bytes, size < sizeof bytes ? (size_t)size : sizeof bytes);

    if (got > 0 || size == 0)
        log_text(&recorder->writer, about, TEXT_ARGUMENT, index, bytes, got, (size_t)size, true);
}

static void keep_strings(struct recorder *recorder, const struct tracee *tracee, const struct event *about,
                         const struct event_syscall *call, const struct syscall_signature *signature)
{
    for (unsigned i = 0; i < SYSCALL_ARGUMENTS; i++) {
        if (call->argument[i] == 0)
            continue;
        if (signature->argument[i] == FORMAT_PATH)
            keep_path(recorder, tracee, about, i, call->argument[i]);
        else if (signature->argument[i] == FORMAT_BUFFER && i + 1 < SYSCALL_ARGUMENTS)
            keep_buffer(recorder, tracee, about, i, call->argument[i], call->argument[i + 1]);
    }
}

/* prctl(PR_SET_NAME, name): how a thread names itself. */
static void note_name(struct recorder *recorder, const struct tracee *tracee, const struct event_syscall *call)
{
    struct event_life life = {.pid = (uint32_t)tracee->pid};
    char name[16];
    size_t length = strnlen(name, read_memory(tracee->tid, call->argument[1], name, sizeof name));
    const struct event *event;

    if (length == 0)
        return;
    event = emit(recorder, tracee, EVENT_THREAD_NAME, MODE_HOST, &life, sizeof life);
    log_text(&recorder->writer, event, TEXT_NAME, 0, name, length, length, false);
}

static void call_enter(struct recorder *recorder, struct tracee *tracee, const struct __ptrace_syscall_info *info)
{
    struct event_syscall call = {
        .pc = info->instruction_pointer, .number = (uint32_t)info->entry.nr, .machine = machine_of(info)};
    const struct syscall_signature *signature = syscall_signature(call.machine, call.number);
    const struct event *event;

    if (tracee->launching) {
        if (signature == NULL || strcmp(signature->name, "execve") != 0)
            return;
        tracee->launching = false; /* from here on it is the program */
        emit_birth(recorder, tracee, NULL, EVENT_NONE);
    }
    for (unsigned i = 0; i < SYSCALL_ARGUMENTS; i++)
        call.argument[i] = info->entry.args[i];
    event = emit(recorder, tracee, EVENT_SYSCALL_ENTER, MODE_HOST, &call, sizeof call);
    tracee->in_call = true;
    tracee->number = call.number;
    tracee->enter_seq = event != NULL ? event->seq : UINT32_MAX;
    if (recorder->pinned && signature != NULL && pin_shows_in(signature, NULL))
        pin_release(recorder, tracee->tid);
    if (event == NULL || signature == NULL)
        return;
    keep_strings(recorder, tracee, event, &call, signature);
    if (strcmp(signature->name, "prctl") == 0 && call.argument[0] == PR_SET_NAME)
        note_name(recorder, tracee, &call);
}

static void call_exit(struct recorder *recorder, struct tracee *tracee, const struct __ptrace_syscall_info *info)
{
    struct event_sysret sysret = {.pc = info->instruction_pointer,
                                  .number = tracee->number,
                                  .machine = machine_of(info),
                                  .result = info->exit.rval,
                                  .error = info->exit.is_error,
                                  .enter_seq = tracee->enter_seq};

    if (!tracee->in_call) /* we came while it was in the kernel: there is no saying what it had called */
        return;
    tracee->in_call = false;
    tracee->enter_seq = UINT32_MAX;
    emit(recorder, tracee, EVENT_SYSCALL_EXIT, MODE_USER, &sysret, sizeof sysret);
}

void call_stop(struct recorder *recorder, struct tracee *tracee)
{
    struct __ptrace_syscall_info info;

    if (ptrace(PTRACE_GET_SYSCALL_INFO, tracee->tid, sizeof info, &info) <= 0)
        return; /* killed meanwhile: its death will be reported */
    if (info.op == PTRACE_SYSCALL_INFO_ENTRY)
        call_enter(recorder, tracee, &info);
    else if (info.op == PTRACE_SYSCALL_INFO_EXIT)
        call_exit(recorder, tracee, &info);
}
