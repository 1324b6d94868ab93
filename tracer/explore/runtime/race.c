/* Happens-before, and who used a piece of memory last: two uses race when at least one writes, at most one is atomic,
 * they are by different threads, and no chain of locks, joins, signals or release/acquire pairs orders them.
 *
 * Each thread's clock counts the epochs of all threads that it knows to have passed.  Memory has a shadow cell for each
 * eight bytes with *every* use that a later one could still race with, so a race is found in the first schedule that
 * has it; nothing is evicted.  Knows nothing of schedules.
 */
#include "tracer/explore/runtime/runtime.h"

#include <string.h>

void clock_join(struct clock *into, const struct clock *from)
{
    for (uint32_t i = 0; i < S->threads; i++)
        if (into->time[i] < from->time[i])
            into->time[i] = from->time[i];
}

void clock_acquire(const struct clock *from)
{
    clock_join(&SELF->clock, from);
}

void clock_release(struct clock *into)
{
    clock_join(into, &SELF->clock);
    SELF->clock.time[S->current]++;
}

bool address_is_ours(uintptr_t address, size_t size)
{
    return address + size > STATE_BASE && address < OURS_END;
}

/* The cell of the eight bytes at `address`, emptied if its records are another run's; NULL: nobody's concern here. */
static struct cell *cell_of(uintptr_t address)
{
    struct cell *cell;
    size_t index = SIZE_MAX;
    if (address - ARENA_BASE < ARENA_SIZE)
        index = (address - ARENA_BASE) / 8;
    else if (address - S->data_start < S->data_end - S->data_start)
        index = (ARENA_SIZE + (address & ~(uintptr_t)7) - (S->data_start & ~(uintptr_t)7)) / 8;
    cell = index == SIZE_MAX ? outside_cell(address) : (struct cell *)SHADOW_BASE + index;
    if (cell && cell->run != S->run) {
        cell->run = S->run;
        cell->used = cell->freed = 0;
        cell->more = 0;
    }
    return cell;
}

static struct cell *overflow_cell(void)
{
    if (S->overflow_used + 1 >= OVERFLOW_CELLS)
        run_limit("too many different uses of one piece of memory");
    struct cell *cell = &S->overflow[++S->overflow_used];
    memset(cell, 0, sizeof *cell);
    return cell;
}

static struct cell *next_cell(struct cell *cell)
{
    return cell->more ? &S->overflow[cell->more] : NULL;
}

static bool is_ordered(const struct record *record)
{
    return record->thread == S->current || record->time <= SELF->clock.time[record->thread];
}

/* A use that every later racer with the old record would race with as well makes the old record superfluous. */
static bool replaces(const struct record *old, const struct record *new)
{
    if ((old->mask & ~new->mask) || (!old->atomic && new->atomic))
        return false;
    return new->write || (old->thread == new->thread && !old->write);
}

static void cell_use(struct cell *cell, uintptr_t at, const struct record *use, uintptr_t address, size_t size)
{
    struct record *place = NULL;
    struct cell *last = cell;
    if (cell->freed)
        find_at(FINDING_FREED, use->pc, CALL_NONE, NULL, cell->record[0].thread, cell->record[0].pc);
    for (struct cell *part = cell; part; last = part, part = next_cell(part))
        for (uint16_t i = 0; i < part->used; i++) {
            struct record *record = &part->record[i];
            bool conflict =
                (record->mask & use->mask) && (record->write || use->write) && !(record->atomic && use->atomic);
            if (conflict && !is_ordered(record))
                find_race(record, use, address, size, at);
            if (is_ordered(record) && replaces(record, use)) {
                if (!place) {
                    place = record;
                } else { /* close the gap with the part's last record */
                    *record = part->record[--part->used];
                    i--;
                }
            }
        }
    if (!place) {
        if (last->used == RECORDS_INLINE) {
            struct cell *more = overflow_cell();
            last->more = (uint32_t)(more - S->overflow);
            last = more;
        }
        place = &last->record[last->used++];
    }
    *place = *use;
}

/* A local variable of a thread that has ended, reached through a pointer it left behind. */
static void check_stack(uintptr_t address, uintptr_t pc)
{
    if (address - ARENA_BASE >= STACKS_SIZE)
        return;
    uint32_t owner = (uint32_t)((address - ARENA_BASE) / STACK_SIZE);
    if (owner != S->current && owner < S->threads && S->thread[owner].finished)
        find_at(FINDING_DEAD_STACK, pc, CALL_NONE, NULL, owner, S->thread[owner].wait.pc);
}

static void check(uintptr_t address, size_t size, bool write, bool atomic, enum use_of_object life, uintptr_t pc)
{
    if (address_is_ours(address, size))
        find_words(FINDING_FORGERY, pc, "a %s of %zu bytes into the explorer's own memory", write ? "store" : "load",
                   size);
    if (write)
        outside_check_write(address, size, pc);
    check_stack(address, pc);
    struct record use = {.time = SELF->clock.time[S->current],
                         .pc = (uint32_t)pc,
                         .thread = (uint8_t)S->current,
                         .write = write,
                         .atomic = atomic,
                         .life = life,
                         .step = S->steps};
    uintptr_t end = address + size;
    for (uintptr_t at = address; at < end; at = (at & ~(uintptr_t)7) + 8) {
        struct cell *cell = cell_of(at);
        unsigned first = at & 7, last = end - (at & ~(uintptr_t)7) < 8 ? end & 7 : 8;
        if (!cell)
            continue;
        use.mask = (uint8_t)((0xffu << first) & (0xffu >> (8 - last)));
        cell_use(cell, at & ~(uintptr_t)7, &use, address, size);
    }
}

void access_check(uintptr_t address, size_t size, bool write, bool atomic, uintptr_t pc)
{
    check(address, size, write, atomic, USE_PLAIN, pc);
}

/* A call on an object is ordered against its beginning and end, not against other calls: like an atomic. */
void access_object(uintptr_t address, size_t size, enum use_of_object use, uintptr_t pc)
{
    check(address, size, use != USE_CALL, use == USE_CALL, use, pc);
}

/* Of a new heap block, which nobody has used yet. */
bool access_is_first(uintptr_t address)
{
    return address - HEAP_BASE < HEAP_SIZE && cell_of(address)->used == 0;
}

void access_fresh(uintptr_t address, size_t size)
{
    for (uintptr_t at = address; at < address + size; at += 8)
        cell_of(at)->used = 0;
}

/* free() is a write of the whole block; whoever comes later is late. */
void access_freed(uintptr_t address, size_t size, uintptr_t pc)
{
    check(address, size, true, false, USE_FREE, pc);
    for (uintptr_t at = address; at < address + size; at += 8) {
        struct cell *cell = cell_of(at);
        cell->freed = 1;
        cell->more = 0;
        cell->used = 1;
        cell->record[0] = (struct record){.thread = (uint8_t)S->current, .pc = (uint32_t)pc, .write = 1};
    }
}
