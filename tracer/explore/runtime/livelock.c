/* Livelock: threads run, and nothing will ever come of it.  Two cases are certain, because the run can only repeat
 * itself from there on:
 *
 *     all who can run are idle (schedule.c), and the whole memory is as it was some turns ago;
 *     one thread alone can run, and comes back to a decision with memory and objects as they were at it before.
 *
 * A loop that counts its turns changes memory, and is left to the limit of decisions.  Knows nothing of what the
 * threads wait for. */
#include "tracer/explore/runtime/runtime.h"

enum { IDLE_TURNS = 64, IDLE_PERIOD = 8, ALONE_PERIOD = 512, ALONE_WINDOW = 32 };

static _Noreturn void found(void)
{
    find_at(FINDING_LIVELOCK, SELF->wait.pc, SELF->wait.call, NULL, NO_THREAD, 0);
}

static uint64_t objects_hash(void)
{
    uint64_t hash = SELF->wait.pc;
    for (uint32_t i = 0; i < OBJECT_SLOTS; i++) {
        const struct object *object = &S->object[i];
        if (object->run == S->run)
            hash = (hash ^ (object->address + object->owner + ((uint64_t)object->value << 32) + object->depth)) *
                   0x100000001b3ull;
    }
    return hash;
}

void livelock_look_idle(void)
{
    S->idle_steps++;
    if (S->idle_steps < IDLE_TURNS * S->threads || S->idle_steps % (IDLE_PERIOD * S->threads))
        return;
    const uint64_t hash = memory_hash();
    if (hash == S->livelock_hash)
        found();
    S->livelock_hash = hash;
}

/* Hashing all memory at each decision would take too long: now and then one decision is remembered, and the next few
 * are compared with it.  A program of which a part lives in libraries, where we cannot look, is never judged so. */
void livelock_look_alone(bool alone)
{
    if (!alone || S->config.stateful) {
        S->alone_steps = 0;
        return;
    }
    const uint32_t step = ++S->alone_steps, since = step % ALONE_PERIOD;
    if (step < ALONE_PERIOD || since >= ALONE_WINDOW)
        return;
    const uint64_t hash = memory_hash();
    if (since == 0) {
        S->alone_memory = hash;
        S->alone_objects = objects_hash();
    } else if (hash == S->alone_memory && objects_hash() == S->alone_objects) {
        found();
    }
}
