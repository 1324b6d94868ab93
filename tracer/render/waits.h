/* Who waits for whom at one moment of a log: its pthread calls, played up to there. */
#ifndef TRACER_RENDER_WAITS_H
#define TRACER_RENDER_WAITS_H

#include "tracer/render/flow.h"
#include "tracer/threads/calls.h"

enum { WAITS_HOLDERS_MOST = 16 }; /* of one object that are told apart: readers of a lock */
#define WAITS_NOBODY SIZE_MAX

struct waits_thread {
    uint32_t lane, tid;
    size_t object;     /* waited for, WAITS_NOBODY if none */
    size_t joined;     /* the thread whose end is waited for, WAITS_NOBODY if none or not known */
    size_t wait_entry; /* the event that began the wait */
    bool waits, ended, in_cycle;
    bool counted;   /* among waits.waiting */
    unsigned asked; /* the last question that came by here */
};

struct waits_object {
    size_t entry;          /* the event that named it, or the first about it */
    enum object_kind kind; /* a reader-writer lock is OBJECT_RWLOCK, whoever asks for it */
    uint64_t address;
    struct waits_holder {
        size_t thread, entry; /* since when */
        bool reads;
        unsigned times; /* a recursive lock's */
    } holders[WAITS_HOLDERS_MOST];
    unsigned holder_count;
    bool seen_held;
    size_t is_thread; /* OBJECT_THREAD: which, WAITS_NOBODY if not known */
};

struct waits {
    const struct log_view *view;
    const struct names *names;
    struct waits_thread *threads;
    struct waits_object *objects;
    size_t thread_count, object_count, thread_room, object_room;
    struct waits_map {
        uint64_t *keys; /* 0: free */
        size_t *values, slots, used;
    } by_lane, by_tid, by_object, pids; /* keys + 1 */
    size_t waiting;                     /* threads that wait for something they cannot have at once */
    size_t cycle;         /* entry at which a cycle closed that nothing has opened since; WAITS_NOBODY: none */
    size_t killed_at;     /* entry at which the first waiting thread ended since; WAITS_NOBODY: none */
    size_t most, most_at; /* the greatest `waiting` so far, and the entry that made it so */
    size_t calls;         /* pthread events seen */
    unsigned question;    /* number of the present search */
    bool failed;          /* memory was short */
};

/* Plays the entries [0, end) of a view that the window's end and kinds let through.  Free it in any case. */
void waits_play(struct waits *waits, const struct flow *flow, const struct flow_window *window, size_t end);
void waits_free(struct waits *waits);

/* True if this thread waits, and cannot go on: what it wants is held by somebody, or has no holder (a signal). */
bool waits_is_blocked(const struct waits *waits, size_t thread);

/* True if this thread waits for that holder of the object: readers do not wait for readers. */
bool waits_is_blocked_by(const struct waits *waits, size_t thread, const struct waits_holder *holder);

/* Marks the threads that wait in a cycle, each for the next one; returns how many. */
size_t waits_mark_cycles(struct waits *waits);

#endif
