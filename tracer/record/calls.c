/* The two stops of a system call: its arguments as it enters the kernel, its result as it leaves.
 *
 * Which of the two a stop is, the kernel tells; counting stops would go wrong at the first exec or signal.
 * Strings are read out of the program while it stands still.  What they mean is tracer/syscalls' knowledge.
 */
#include "tracer/record/record.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/uio.h>
#include <unistd.h>

enum { PATH_KEPT = TRACEE_PATH_MAX, BUFFER_KEPT = EVENT_TEXT_BYTES };
enum { PAGE_LEAST = 4096 }; /* where pages are larger, to cut there, too, costs nothing */

/* AUDIT_ARCH_… is the ELF machine and, above, two bits about width and byte order. */
static uint32_t machine_of(const struct __ptrace_syscall_info *info)
{
    return info->arch & 0xffff;
}

/* Cut at the page's end, because the next page may be missing and a read that touches it may fail as a whole. */
size_t call_read_memory(pid_t tid, uint64_t address, char *to, size_t size)
{
    size_t first = PAGE_LEAST - (size_t)(address % PAGE_LEAST);
    struct iovec here = {.iov_base = to, .iov_len = size};
    struct iovec there[2] = {
        {.iov_base = (void *)(uintptr_t)address, .iov_len = size < first ? size : first},
        {.iov_base = (void *)(uintptr_t)(address + first), .iov_len = size < first ? 0 : size - first}};
    ssize_t got = process_vm_readv(tid, &here, 1, there, 2, 0);

    return got > 0 ? (size_t)got : 0;
}

/* What one call's stop lets us read, while its thread stands still. */
struct stopped_call {
    struct recorder *recorder;
    struct tracee *tracee;
    const struct syscall_signature *signature;
    const struct event *about; /* the call's entry, in the place and time of this stop */
};

static void keep(const struct stopped_call *call, unsigned index, const char *bytes, size_t used, size_t full)
{
    log_text(&call->recorder->writer, call->about, TEXT_ARGUMENT, index, bytes, used, full, true);
}

static bool opens(const struct syscall_signature *signature)
{
    return signature->known == KNOWN_open || signature->known == KNOWN_openat || signature->known == KNOWN_openat2;
}

/* A file named from the root or the working directory is known by that name from now on; one named from a folder that
 * is open, by the folder's name and its own. */
static void note_opening(const struct stopped_call *call, unsigned index, const char *path, size_t length)
{
    struct tracee *tracee = call->tracee;
    const char *folder = "";

    if (!opens(call->signature))
        return;
    if (path[0] != '/' && index > 0 && (int32_t)tracee->argument[0] != AT_FDCWD)
        folder = files_path(tracee, tracee->argument[0]);
    if (folder == NULL || strlen(folder) + 1 + length >= sizeof tracee->opening)
        return;
    snprintf(tracee->opening, sizeof tracee->opening, "%s%s%.*s", folder, folder[0] != '\0' ? "/" : "", (int)length,
             path);
}

static void keep_path(const struct stopped_call *call, unsigned index, uint64_t address)
{
    struct recorder *recorder = call->recorder;
    char path[PATH_KEPT];
    size_t got = call_read_memory(call->tracee->tid, address, path, sizeof path), length = strnlen(path, got);

    if (got == 0)
        return;
    if (length < got) {
        pin_before_path(recorder, call->tracee, path);
        note_opening(call, index, path, length);
    }
    /* Without its end in sight, it is longer than what we have. */
    log_text(&recorder->writer, call->about, TEXT_ARGUMENT, index, path, length, length < got ? length : length + 1,
             false);
}

static void keep_buffer(const struct stopped_call *call, unsigned index, uint64_t address, uint64_t size)
{
    char bytes[BUFFER_KEPT];
    size_t got = call_read_memory(call->tracee->tid, address, bytes, size < sizeof bytes ? (size_t)size : sizeof bytes);

    if (got > 0 || size == 0)
        keep(call, index, bytes, got, (size_t)size);
}

static void keep_struct(const struct stopped_call *call, unsigned index, uint64_t address, bool after)
{
    unsigned size = syscall_struct_size(call->signature->argument[index], after);

    if (size > 0)
        keep_buffer(call, index, address, size);
}

static void keep_file(const struct stopped_call *call, unsigned index, uint64_t descriptor)
{
    const char *path = (int32_t)descriptor >= 0 ? files_path(call->tracee, descriptor) : NULL;
    size_t length = path != NULL ? strlen(path) : 0;

    if (path != NULL)
        log_text(&call->recorder->writer, call->about, TEXT_PATH, index, path, length, length, false);
}

/* At entry: what the program hands to the kernel. */
static void keep_given(const struct stopped_call *call)
{
    const uint64_t *argument = call->tracee->argument;

    for (unsigned i = 0; i < SYSCALL_ARGUMENTS; i++) {
        if (call->signature->argument[i] == FORMAT_FD)
            keep_file(call, i, argument[i]);
        else if (argument[i] == 0)
            continue;
        else if (call->signature->argument[i] == FORMAT_PATH)
            keep_path(call, i, argument[i]);
        else if (call->signature->argument[i] == FORMAT_BUFFER && i + 1 < SYSCALL_ARGUMENTS)
            keep_buffer(call, i, argument[i], argument[i + 1]);
        else
            keep_struct(call, i, argument[i], false);
    }
}

/* How many bytes the kernel has put there, of a call that says so by its result. */
static uint64_t received(const struct stopped_call *call, unsigned index, uint64_t result)
{
    uint64_t room = call->tracee->argument[index + 1], size = result < room ? result : room;

    return size > 0 && call->signature->argument[index] == FORMAT_RECEIVED_NAME ? size - 1 : size;
}

/* After a call that went well: what the kernel has put into the program's memory. */
static void keep_received(const struct stopped_call *call, uint64_t result)
{
    const uint64_t *argument = call->tracee->argument;

    for (unsigned i = 0; i < SYSCALL_ARGUMENTS; i++) {
        enum syscall_format format = call->signature->argument[i];

        if (argument[i] == 0)
            continue;
        if ((format == FORMAT_RECEIVED || format == FORMAT_RECEIVED_NAME) && i + 1 < SYSCALL_ARGUMENTS)
            keep_buffer(call, i, argument[i], received(call, i, result));
        else if (format != FORMAT_STATUS || result > 0) /* 0: nobody has ended yet */
            keep_struct(call, i, argument[i], true);
    }
}

/* prctl(PR_SET_NAME, name): how a thread names itself. */
static void note_name(struct recorder *recorder, const struct tracee *tracee, const struct event_syscall *call)
{
    struct event_life life = {.pid = (uint32_t)tracee->pid};
    char name[16];
    size_t length = strnlen(name, call_read_memory(tracee->tid, call->argument[1], name, sizeof name));
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

    if (hide_enter(tracee, info, signature))
        return;
    if (tracee->launching) {
        if (signature == NULL || signature->known != KNOWN_execve)
            return;
        tracee->launching = false; /* from here on it is the program */
        emit_birth(recorder, tracee, NULL, EVENT_NONE);
    }
    for (unsigned i = 0; i < SYSCALL_ARGUMENTS; i++)
        call.argument[i] = tracee->argument[i] = info->entry.args[i];
    event = emit(recorder, tracee, EVENT_SYSCALL_ENTER, MODE_HOST, &call, sizeof call);
    tracee->in_call = true;
    tracee->number = call.number;
    tracee->enter_seq = event != NULL ? event->seq : UINT32_MAX;
    tracee->opening[0] = '\0';
    pin_before_call(recorder, tracee, signature);
    if (event == NULL) /* a path that is not read may tell anything */
        pin_before_path(recorder, tracee, "/proc");
    if (event != NULL && signature != NULL)
        keep_given(&(struct stopped_call){recorder, tracee, signature, event});
    stacks_take(recorder, tracee, event);
    if (signature == NULL)
        return;
    files_before(tracee, signature, call.argument);
    if (signature->known == KNOWN_prctl && call.argument[0] == PR_SET_NAME)
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
    const struct syscall_signature *signature = syscall_signature(sysret.machine, sysret.number);
    const struct event *event;
    struct event place;

    if (tracee->hidden) {
        hide_exit(tracee, info, signature);
        return;
    }
    pin_after_call(tracee);
    if (!tracee->in_call) /* we came while it was in the kernel: there is no saying what it had called */
        return;
    tracee->in_call = false;
    tracee->enter_seq = UINT32_MAX;
    event = emit(recorder, tracee, EVENT_SYSCALL_EXIT, MODE_USER, &sysret, sizeof sysret);
    if (signature == NULL || sysret.error)
        return;
    files_after(tracee, signature, sysret.result);
    stacks_after(tracee, signature);
    if (event == NULL || sysret.enter_seq == UINT32_MAX)
        return;
    memcpy(&place, event, sizeof place); /* said now, about the call as it was entered */
    place.seq = sysret.enter_seq;
    keep_received(&(struct stopped_call){recorder, tracee, signature, &place}, (uint64_t)sysret.result);
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
