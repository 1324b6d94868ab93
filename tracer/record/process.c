/* What the threads of one process share: their descriptors, and the code that their stacks run through. */
#include "tracer/record/record.h"

#include <stdlib.h>

void process_join(struct tracee *tracee, const struct tracee *parent)
{
    if (parent != NULL && parent->process != NULL && parent->pid == tracee->pid)
        tracee->process = parent->process;
    else
        tracee->process = calloc(1, sizeof *tracee->process); /* where memory is short, there are no names */
    if (tracee->process == NULL)
        return;
    tracee->process->users++;
    if (parent == NULL || parent->process == NULL)
        return;
    tracee->process->library = parent->process->library; /* a fork has the same things mapped */
    pin_looks(tracee->process, parent->process->looks);  /* and the same files open */
}

void process_begins_anew(struct tracee *tracee)
{
    if (tracee->process == NULL)
        return;
    /* What was close-on-exec is closed now: that is cheaper to ask than to keep. */
    files_forget_all(&tracee->process->files);
    stacks_forget(tracee->process);
    tracee->process->had_threads = false;
    tracee->process->library = (struct library){0};
}

void process_leave(struct tracee *tracee)
{
    struct process *process = tracee->process;

    tracee->process = NULL;
    if (process == NULL || --process->users > 0)
        return;
    pin_looks(process, false);
    files_forget_all(&process->files);
    free(process->files.path);
    stacks_forget(process);
    free(process);
}
