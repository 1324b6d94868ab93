/* What the compiler's instrumentation calls before each plain access, and at function entry and exit.  A plain access
 * is checked and never a decision, unless it is of watched memory (the object of a race that is to be drawn). The names
 * are the instrumentation's; this file says only which access each stands for.
 */
#include "tracer/explore/runtime/runtime.h"

static bool is_watched(uintptr_t address, size_t size)
{
    for (uint32_t i = 0; i < S->config.watches; i++)
        if (address < S->config.watch[i].address + S->config.watch[i].size &&
            S->config.watch[i].address < address + size)
            return true;
    return false;
}

static uint64_t value_at(uintptr_t address, size_t size)
{
    uint64_t value = 0;
    for (size_t i = size < 8 ? size : 8; i-- > 0;)
        value = value << 8 | ((unsigned char *)address)[i];
    return value;
}

static void record_access(uintptr_t address, size_t size, bool write, uintptr_t pc)
{
    bool own_stack = (address - ARENA_BASE) / STACK_SIZE == S->current;
    if (own_stack) /* a local variable of one's own explains nothing */
        return;
    uint32_t step = step_record(write ? EVENT_WRITE : EVENT_READ, CALL_NONE, pc, address, value_at(address, size),
                                (uint32_t)size, NO_THREAD, 0);
    if (write && step != NO_STEP)
        S->unfinished = step + 1;
}

static void access_plain(uintptr_t address, size_t size, bool write, uintptr_t pc)
{
    struct thread *self = SELF;
    if (!S->active || size == 0)
        return;
    self->access_pc = pc;
    if (S->config.watches && is_watched(address, size)) {
        decide_freely(CALL_NONE, pc);
        history_use_memory(address, size, write);
        record_access(address, size, write, pc);
        if (!S->config.ignore_races)
            access_check(address, size, write, false, pc);
        return;
    }
    if (++self->accesses > SPIN_ACCESSES) { /* no decision for so long: it may wait for another thread's plain store */
        step_back();
        decide_freely(CALL_NONE, pc);
    }
    access_check(address, size, write, false, pc);
    if (S->config.record)
        record_access(address, size, write, pc);
}

#define PLAIN_HOOKS(size)                                                                                              \
    void __tsan_read##size(void *address);                                                                             \
    void __tsan_read##size(void *address)                                                                              \
    {                                                                                                                  \
        access_plain((uintptr_t)address, size, false, CALLER);                                                         \
    }                                                                                                                  \
    void __tsan_write##size(void *address);                                                                            \
    void __tsan_write##size(void *address)                                                                             \
    {                                                                                                                  \
        access_plain((uintptr_t)address, size, true, CALLER);                                                          \
    }                                                                                                                  \
    void __tsan_unaligned_read##size(void *address);                                                                   \
    void __tsan_unaligned_read##size(void *address)                                                                    \
    {                                                                                                                  \
        access_plain((uintptr_t)address, size, false, CALLER);                                                         \
    }                                                                                                                  \
    void __tsan_unaligned_write##size(void *address);                                                                  \
    void __tsan_unaligned_write##size(void *address)                                                                   \
    {                                                                                                                  \
        access_plain((uintptr_t)address, size, true, CALLER);                                                          \
    }                                                                                                                  \
    void __tsan_volatile_read##size(void *address);                                                                    \
    void __tsan_volatile_read##size(void *address)                                                                     \
    {                                                                                                                  \
        access_plain((uintptr_t)address, size, false, CALLER);                                                         \
    }                                                                                                                  \
    void __tsan_volatile_write##size(void *address);                                                                   \
    void __tsan_volatile_write##size(void *address)                                                                    \
    {                                                                                                                  \
        access_plain((uintptr_t)address, size, true, CALLER);                                                          \
    }                                                                                                                  \
    void __tsan_read_write##size(void *address);                                                                       \
    void __tsan_read_write##size(void *address)                                                                        \
    {                                                                                                                  \
        access_plain((uintptr_t)address, size, false, CALLER);                                                         \
        access_plain((uintptr_t)address, size, true, CALLER);                                                          \
    }
PLAIN_HOOKS(1)
PLAIN_HOOKS(2)
PLAIN_HOOKS(4)
PLAIN_HOOKS(8)
PLAIN_HOOKS(16)

void __tsan_read_range(void *address, size_t size);
void __tsan_read_range(void *address, size_t size)
{
    access_plain((uintptr_t)address, size, false, CALLER);
}

void __tsan_write_range(void *address, size_t size);
void __tsan_write_range(void *address, size_t size)
{
    access_plain((uintptr_t)address, size, true, CALLER);
}

/* Wrapped library functions are accesses of their caller. */
void explore_reads(const void *address, size_t size, uintptr_t pc)
{
    access_plain((uintptr_t)address, size, false, pc);
}

void explore_writes(void *address, size_t size, uintptr_t pc)
{
    access_plain((uintptr_t)address, size, true, pc);
}

void __tsan_vptr_update(void **pointer, void *value);
void __tsan_vptr_update(void **pointer, void *value)
{
    if (*pointer != value)
        access_plain((uintptr_t)pointer, sizeof *pointer, true, CALLER);
}

void __tsan_vptr_read(void **pointer);
void __tsan_vptr_read(void **pointer)
{
    access_plain((uintptr_t)pointer, sizeof *pointer, false, CALLER);
}

/* How deep the stack has been, so that the next run finds it clean; and whether it is about to run out. */
void __tsan_func_entry(void *caller);
void __tsan_func_entry(void *caller)
{
    (void)caller;
    if (!S->active)
        return;
    uintptr_t here = (uintptr_t)__builtin_frame_address(0);
    if (here < SELF->low)
        SELF->low = here;
    if (here - (ARENA_BASE + S->current * STACK_SIZE) < 32 * 1024)
        run_limit("a thread needs more stack than the 256 KiB that it has here");
}

void __tsan_func_exit(void);
void __tsan_func_exit(void)
{
}

void __tsan_init(void);
void __tsan_init(void)
{
}
