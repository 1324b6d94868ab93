/* What has happened so far in a run, as one number: equal numbers, equal pasts, up to the order of what does not depend
 * on each other.  So the exhaustive strategy recognizes that it has been here before, by another order of independent
 * steps, and need not go on.
 *
 * Each thread has a history: a hash over its own steps and, for each, over the histories of the steps of others that it
 * depends on.  Two uses of one object depend on each other unless both only read; so do two pieces of output.  All
 * threads' histories together name the partial order of the run (its happens-before graph), and with it, for a program
 * without races, all memory.  Going on from there needs no second visit if the first one had at least as many
 * deviations left: that is why this reduction is sound together with a bound, where sleep sets are not.
 *
 * Knows nothing of what steps mean, and nothing of strategies.  Numbers of 64 bits: with the four million pasts that
 * fit the table, two different ones are taken for one with a probability of one in two million.
 */
#include "tracer/explore/runtime/runtime.h"

#define PAST ((struct past *)PAST_BASE)

static uint64_t mix(uint64_t hash, uint64_t value)
{
    hash ^= value + 0x9e3779b97f4a7c15ull + (hash << 6) + (hash >> 2);
    hash ^= hash >> 32;
    hash *= 0xd6e8feb86659fd93ull;
    return hash ^ hash >> 29;
}

void history_add(uint64_t value)
{
    SELF->history = mix(SELF->history, value);
}

void history_use(struct object *object, bool write)
{
    uint64_t *mine = &SELF->history;
    *mine = mix(mix(*mine, object->address), object->version);
    if (write) {
        *mine = mix(*mine, object->looks);
        object->version = *mine;
        object->looks = 0;
    } else {
        object->looks += *mine; /* a sum: readers do not depend on each other */
    }
}

/* Memory by words, so that uses of different sizes meet; what is smaller than a word, by bytes: its neighbours in the
 * word are other objects, and which are neighbours is the compiler's choice. */
void history_use_memory(uintptr_t address, size_t size, bool write)
{
    size_t unit = size % 4 || address % 4 ? 1 : 4;
    for (uintptr_t at = address; at < address + size; at += unit)
        history_use(object_at((const void *)at), write);
}

void history_follow(uint32_t thread, uint32_t leader)
{
    S->thread[thread].history = mix(S->thread[thread].history, S->thread[leader].history);
}

/* Everything that decides how the run can go on, and at what price. */
static uint64_t past_now(bool goes_on)
{
    uint64_t past = mix(S->config.bound, goes_on ? S->current + 1 : 0);
    past = mix(mix(past, S->now), S->spurious);
    for (uint32_t i = 0; i < S->threads; i++) {
        const struct thread *thread = &S->thread[i];
        past = mix(past, thread->history + thread->idle); /* idle: it is not its turn */
        if (thread->wait.timed && !thread->finished)
            past = mix(past, thread->wait.deadline);
    }
    return past ? past : 1;
}

bool history_is_known(bool goes_on)
{
    uint64_t past = past_now(goes_on);
    for (uint32_t probe = 0; probe < 64; probe++) {
        struct past *slot = &PAST[(past + probe) % PASTS_MAX];
        if (slot->hash == past && slot->cost <= S->cost)
            return true;
        if (slot->hash == past || slot->hash == 0) {
            slot->hash = past;
            slot->cost = S->cost;
            return false;
        }
    }
    return false; /* the table is full around here: what is not remembered is explored again */
}
