/* Who is being traced: threads by their tid, each on a lane of its own, numbered as they appear. */
#include "tracer/record/record.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tracer/trapflow.h"

static struct tracee **bucket_of(struct recorder *recorder, pid_t tid)
{
    return &recorder->buckets[(unsigned)tid % TRACEE_BUCKETS];
}

struct tracee *tracee_find(struct recorder *recorder, pid_t tid)
{
    for (struct tracee *tracee = *bucket_of(recorder, tid); tracee != NULL; tracee = tracee->next)
        if (tracee->tid == tid)
            return tracee;
    return NULL;
}

static void link_in(struct recorder *recorder, struct tracee *tracee)
{
    struct tracee **bucket = bucket_of(recorder, tracee->tid);

    tracee->next = *bucket;
    *bucket = tracee;
}

static void link_out(struct recorder *recorder, struct tracee *tracee)
{
    struct tracee **place = bucket_of(recorder, tracee->tid);

    while (*place != tracee)
        place = &(*place)->next;
    *place = tracee->next;
}

struct tracee *tracee_add(struct recorder *recorder, pid_t tid, pid_t pid)
{
    struct tracee *tracee = calloc(1, sizeof *tracee);

    if (tracee == NULL) {
        /* The kernel kills what we trace as we exit. */
        fprintf(stderr, "trapflow: cannot follow thread %d: Cannot allocate memory (ENOMEM); the program is ended\n",
                (int)tid);
        exit(TRAPFLOW_RECORD_FAILED);
    }
    tracee->tid = tid;
    tracee->pid = pid;
    tracee->lane = EVENT_LANE(LANE_THREAD, ++recorder->last_lane);
    tracee->enter_seq = UINT32_MAX;
    link_in(recorder, tracee);
    pool_add_lane(recorder, tid, tracee->lane);
    recorder->traced++;
    return tracee;
}

void tracee_remove(struct recorder *recorder, struct tracee *tracee)
{
    link_out(recorder, tracee);
    recorder->traced--;
    recorder->held -= tracee->held;
    pool_remove_lane(recorder, tracee->tid);
    pool_free_slots(recorder, tracee->pid, tracee->tid);
    pin_forget(recorder, tracee);
    process_leave(tracee);
    free(tracee);
}

void tracee_rename(struct recorder *recorder, struct tracee *from, pid_t tid)
{
    link_out(recorder, from);
    pool_remove_lane(recorder, from->tid);
    from->tid = tid;
    pool_add_lane(recorder, tid, from->lane);
    link_in(recorder, from);
}

struct tracee *tracee_after(const struct recorder *recorder, pid_t tid)
{
    struct tracee *first = NULL, *after = NULL;

    for (unsigned i = 0; i < TRACEE_BUCKETS; i++)
        for (struct tracee *tracee = recorder->buckets[i]; tracee != NULL; tracee = tracee->next) {
            if (first == NULL || tracee->tid < first->tid)
                first = tracee;
            if (tracee->tid > tid && (after == NULL || tracee->tid < after->tid))
                after = tracee;
        }
    return after != NULL ? after : first;
}

void tracee_each(struct recorder *recorder, void (*visit)(struct recorder *, struct tracee *))
{
    for (unsigned i = 0; i < TRACEE_BUCKETS; i++)
        for (struct tracee *tracee = recorder->buckets[i], *next; tracee != NULL; tracee = next) {
            next = tracee->next;
            visit(recorder, tracee);
        }
}

/* A number out of /proc/TID/status, whose name stands in `field` after a newline. */
static pid_t number_in_status(pid_t tid, const char *field, pid_t otherwise)
{
    char status[512];
    const char *line;

    attach_read_file(tid, "status", status, sizeof status);
    line = strstr(status, field);
    return line != NULL ? (pid_t)atoi(line + strlen(field)) : otherwise;
}

pid_t tracee_group(pid_t tid, pid_t otherwise)
{
    return number_in_status(tid, "\nTgid:", otherwise);
}

pid_t tracee_parent(pid_t tid)
{
    pid_t group = tracee_group(tid, tid);

    return group != tid ? group : number_in_status(tid, "\nPPid:", 0);
}
