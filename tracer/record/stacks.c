/* Which stacks are recorded, with the registers that they begin at, and where the code lies that their addresses are
 * in.
 *
 * One stack for every system call as it begins and for every signal.  Before the first stack that needs it, the
 * executable mappings are read and those not told of yet are written down: with them, addresses get names after the
 * run.  How a stack is walked is stack.c's knowledge.
 */
#include "tracer/arch/machine.h"
#include "tracer/arch/registers.h"
#include "tracer/record/record.h"
#include "tracer/record/stack.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

/* An executable mapping that the log has. */
struct mapping {
    struct event_module module;
    char *path;
};

void stacks_forget(struct process *process)
{
    stack_close(process->walker);
    process->walker = NULL;
    for (size_t i = 0; i < process->mapping_count; i++)
        free(process->mappings[i].path);
    free(process->mappings);
    process->mappings = NULL;
    process->mapping_count = 0;
}

/* ---- mappings ---- */

/* True if the mapping was not known yet; now it is. */
static bool is_news(struct process *process, const struct event_module *module, const char *path)
{
    struct mapping *mappings;

    for (size_t i = process->mapping_count; i > 0; i--) {
        const struct mapping *known = &process->mappings[i - 1];
        if (memcmp(&known->module, module, sizeof *module) == 0 && strcmp(known->path, path) == 0)
            return false;
    }
    mappings = realloc(process->mappings, (process->mapping_count + 1) * sizeof *mappings);
    if (mappings == NULL)
        return true;
    process->mappings = mappings;
    mappings[process->mapping_count].module = *module;
    mappings[process->mapping_count].path = strdup(path);
    process->mapping_count += mappings[process->mapping_count].path != NULL;
    return true;
}

static void tell_mappings(struct recorder *recorder, struct tracee *tracee)
{
    char name[64], *line = NULL, access[5];
    size_t room = 0;
    FILE *maps;

    snprintf(name, sizeof name, "/proc/%d/maps", (int)tracee->tid);
    maps = fopen(name, "re");
    if (maps == NULL)
        return;
    while (getline(&line, &room, maps) > 0) {
        struct event_module module;
        int path = 0;

        line[strcspn(line, "\n")] = '\0';
        if (sscanf(line, "%" SCNx64 "-%" SCNx64 " %4s %" SCNx64 " %*s %*s %n", &module.start, &module.end, access,
                   &module.file_offset, &path) == 4 &&
            path > 0 && line[path] != '\0' && access[2] == 'x' && is_news(tracee->process, &module, line + path))
            emit_text(recorder, emit(recorder, tracee, EVENT_MODULE, MODE_HOST, &module, sizeof module), TEXT_NAME,
                      line + path);
    }
    free(line);
    fclose(maps);
}

static bool touches_code(const struct process *process, uint64_t start, uint64_t size)
{
    for (size_t i = 0; i < process->mapping_count; i++)
        if (start < process->mappings[i].module.end && start + size > process->mappings[i].module.start)
            return true;
    return false;
}

void stacks_after(struct tracee *tracee, const struct syscall_signature *signature)
{
    const uint64_t *argument = tracee->argument;
    struct process *process = tracee->process;

    if (process == NULL || process->walker == NULL)
        return;
    if (signature->known == KNOWN_mmap || signature->known == KNOWN_mprotect)
        process->code_changed |= (argument[2] & PROT_EXEC) != 0;
    else if (signature->known == KNOWN_munmap || signature->known == KNOWN_mremap)
        process->code_changed |= touches_code(process, argument[0], argument[1]);
}

/* ---- stacks ---- */

static bool ready(struct recorder *recorder, struct tracee *tracee)
{
    struct process *process = tracee->process;

    /* Until the first execve is done, the code is our own. */
    if (!recorder->stacks || process == NULL || !(recorder->started || recorder->attached))
        return false;
    if (process->walker == NULL) {
        process->walker = stack_open(tracee->pid);
        process->code_changed = true;
    } else if (process->code_changed)
        stack_flush(process->walker);
    if (process->code_changed)
        tell_mappings(recorder, tracee);
    process->code_changed = false;
    return process->walker != NULL;
}

/* What the program had in its registers: what it asked for, and where it stood. */
static void write_registers(struct recorder *recorder, const struct tracee *tracee, uint32_t seq)
{
    const uint64_t *values = stack_registers(tracee->process->walker);

    for (unsigned number = 0; number < REGISTER_COUNT; number += EVENT_REGISTERS_MAX) {
        unsigned left = REGISTER_COUNT - number;
        struct event_registers part = {.about = seq,
                                       .first = (uint8_t)number,
                                       .used = (uint8_t)(left < EVENT_REGISTERS_MAX ? left : EVENT_REGISTERS_MAX),
                                       .machine = MACHINE_ELF};

        memcpy(part.value, values + number, part.used * sizeof *values);
        emit(recorder, tracee, EVENT_REGISTERS, MODE_HOST, &part, sizeof part);
    }
}

void stacks_take(struct recorder *recorder, struct tracee *tracee, const struct event *about)
{
    uint32_t seq = about != NULL ? about->seq : 0;
    uint64_t pc[STACK_FRAMES_MAX];
    unsigned count;

    if (about == NULL || !ready(recorder, tracee))
        return;
    count = stack_walk(tracee->process->walker, tracee->tid, pc, STACK_FRAMES_MAX);
    if (count > 0)
        write_registers(recorder, tracee, seq);
    for (unsigned depth = 0; depth < count; depth += EVENT_STACK_FRAMES) {
        unsigned used = count - depth < EVENT_STACK_FRAMES ? count - depth : EVENT_STACK_FRAMES;
        struct event_stack stack = {
            .about = seq, .depth = (uint8_t)depth, .used = (uint8_t)used, .of = (uint16_t)count};

        memcpy(stack.pc, pc + depth, used * sizeof *pc);
        emit(recorder, tracee, EVENT_STACK, MODE_HOST, &stack, sizeof stack);
    }
}
