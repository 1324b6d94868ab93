/* Atomic operations: each is a decision, then happens at once (interleavings are sequentially consistent), and orders
 * what C11 says that its memory_order orders: a release publishes the thread's clock with the location, an acquire
 * takes it, fences do so for the relaxed accesses around them; relaxed alone orders nothing. The names and argument
 * orders are the instrumentation's.
 */
#include "tracer/explore/runtime/runtime.h"

#include <stdatomic.h>
#include <string.h>

__extension__ typedef unsigned __int128 explore_128 __attribute__((may_alias));

static bool acquires(int order)
{
    return order == memory_order_acquire || order == memory_order_consume || order == memory_order_acq_rel ||
           order == memory_order_seq_cst;
}

static bool releases(int order)
{
    return order == memory_order_release || order == memory_order_acq_rel || order == memory_order_seq_cst;
}

enum { READS = 1, WRITES = 2, UNCHANGED = 4 }; /* UNCHANGED: it wrote what was there already */

/* atomic_init is a relaxed store to one compiler, a plain one to another: where nobody else can see it, it is no
 * decision and nothing relaxed. */
static bool initializes(uintptr_t address)
{
    return S->threads == 1 || access_is_first(address);
}

/* Before the operation: the decision, and the check against plain accesses. */
static struct object *begin(volatile void *address, size_t size, unsigned use, int order, uintptr_t pc)
{
    bool first = order == memory_order_relaxed && use == WRITES && initializes((uintptr_t)address);
    SELF->access_pc = pc;
    if (!first)
        decide_freely(CALL_NONE, pc);
    access_check((uintptr_t)address, size, use & WRITES, true, pc);
    if (order == memory_order_relaxed && !first)
        S->channel->outcome.relaxed = 1;
    return object_at(address);
}

static void end(struct object *object, size_t size, unsigned use, int order, uint64_t value, uintptr_t pc)
{
    struct thread *self = SELF;
    if (use & READS) {
        if (acquires(order)) {
            clock_acquire(&object->clock);
        } else {
            clock_join(&self->pending, &object->clock);
            self->has_pending = true;
        }
    }
    if (use & WRITES) {
        if (!(use & READS)) /* a plain store ends the release sequence; a read-modify-write continues it */
            memset(&object->clock, 0, sizeof object->clock);
        if (releases(order))
            clock_release(&object->clock);
        else if (self->fenced)
            clock_join(&object->clock, &self->fence);
        if (!(use & UNCHANGED))
            thread_is_busy();
    }
    history_use_memory(object->address, size, use & WRITES);
    if (S->config.record) {
        uint32_t step =
            step_record(EVENT_ATOMIC, CALL_NONE, pc, object->address, value, (uint32_t)size, NO_THREAD, (int)use);
        if (step != NO_STEP)
            S->channel->step[step].order = (uint16_t)order;
    }
}

static void fence(int order, uintptr_t pc)
{
    struct thread *self = SELF;
    decide_freely(CALL_NONE, pc);
    if (acquires(order) && self->has_pending) {
        clock_acquire(&self->pending);
        memset(&self->pending, 0, sizeof self->pending);
        self->has_pending = false;
    }
    if (order == memory_order_seq_cst) { /* all such fences are in one order, and each hands on to the next */
        struct object *all = object_at((const void *)MARK_FENCES);
        history_use(all, true);
        clock_acquire(&all->clock);
        clock_release(&all->clock);
    }
    if (releases(order)) {
        self->fence = self->clock;
        self->clock.time[S->current]++;
        self->fenced = true;
    }
}

#define FETCH(bits, type, name, expression)                                                                            \
    type __tsan_atomic##bits##_fetch_##name(volatile type *address, type operand, int order);                          \
    type __tsan_atomic##bits##_fetch_##name(volatile type *address, type operand, int order)                           \
    {                                                                                                                  \
        struct object *object = begin(address, sizeof operand, READS | WRITES, order, CALLER);                         \
        type old = *address;                                                                                           \
        *address = (type)(expression);                                                                                 \
        end(object, sizeof operand, READS | WRITES, order, (uint64_t)*address, CALLER);                                \
        return old;                                                                                                    \
    }

#define EXCHANGE(bits, type, name, result, give)                                                                       \
    result __tsan_atomic##bits##_compare_exchange_##name(volatile type *address, give, type wanted, int order,         \
                                                         int failure);                                                 \
    result __tsan_atomic##bits##_compare_exchange_##name(volatile type *address, give, type wanted, int order,         \
                                                         int failure)

#define COMPARE(bits, type)                                                                                            \
    static bool compare##bits(volatile type *address, type *expected, type wanted, int order, int failure,             \
                              uintptr_t pc)                                                                            \
    {                                                                                                                  \
        bool same;                                                                                                     \
        struct object *object = begin(address, sizeof wanted, READS | WRITES, order, pc);                              \
        same = *address == *expected;                                                                                  \
        if (same)                                                                                                      \
            *address = wanted;                                                                                         \
        else                                                                                                           \
            *expected = *address;                                                                                      \
        end(object, sizeof wanted, same ? READS | WRITES : READS, same ? order : failure, (uint64_t)*address, pc);     \
        if (!same)                                                                                                     \
            thread_saw(pc, (uintptr_t)address, (uint64_t)*address);                                                    \
        return same;                                                                                                   \
    }                                                                                                                  \
    EXCHANGE(bits, type, strong, int, type *expected)                                                                  \
    {                                                                                                                  \
        return compare##bits(address, expected, wanted, order, failure, CALLER);                                       \
    }                                                                                                                  \
    EXCHANGE(bits, type, weak, int, type *expected)                                                                    \
    {                                                                                                                  \
        return compare##bits(address, expected, wanted, order, failure, CALLER);                                       \
    }                                                                                                                  \
    EXCHANGE(bits, type, val, type, type expected)                                                                     \
    {                                                                                                                  \
        compare##bits(address, &expected, wanted, order, failure, CALLER);                                             \
        return expected; /* what was there, whether it was replaced or not */                                          \
    }

#define ATOMIC_HOOKS(bits, type)                                                                                       \
    type __tsan_atomic##bits##_load(const volatile type *address, int order);                                          \
    type __tsan_atomic##bits##_load(const volatile type *address, int order)                                           \
    {                                                                                                                  \
        struct object *object = begin((volatile void *)address, sizeof *address, READS, order, CALLER);                \
        type value = *address;                                                                                         \
        end(object, sizeof value, READS, order, (uint64_t)value, CALLER);                                              \
        thread_saw(CALLER, (uintptr_t)address, (uint64_t)value);                                                       \
        return value;                                                                                                  \
    }                                                                                                                  \
    void __tsan_atomic##bits##_store(volatile type *address, type value, int order);                                   \
    void __tsan_atomic##bits##_store(volatile type *address, type value, int order)                                    \
    {                                                                                                                  \
        struct object *object = begin(address, sizeof value, WRITES, order, CALLER);                                   \
        *address = value;                                                                                              \
        end(object, sizeof value, WRITES, order, (uint64_t)value, CALLER);                                             \
    }                                                                                                                  \
    type __tsan_atomic##bits##_exchange(volatile type *address, type operand, int order);                              \
    type __tsan_atomic##bits##_exchange(volatile type *address, type operand, int order)                               \
    {                                                                                                                  \
        struct object *object = begin(address, sizeof operand, READS | WRITES, order, CALLER);                         \
        type old = *address;                                                                                           \
        *address = operand;                                                                                            \
        end(object, sizeof operand, READS | WRITES | (old == operand) * UNCHANGED, order, (uint64_t)operand, CALLER);  \
        if (old == operand) /* test-and-set of what is set, for instance */                                            \
            thread_saw(CALLER, (uintptr_t)address, (uint64_t)old);                                                     \
        return old;                                                                                                    \
    }                                                                                                                  \
    FETCH(bits, type, add, old + operand)                                                                              \
    FETCH(bits, type, sub, old - operand)                                                                              \
    FETCH(bits, type, and, old &operand)                                                                               \
    FETCH(bits, type, or, old | operand)                                                                               \
    FETCH(bits, type, xor, old ^ operand)                                                                              \
    FETCH(bits, type, nand, ~(old & operand))                                                                          \
    COMPARE(bits, type)

ATOMIC_HOOKS(8, uint8_t)
ATOMIC_HOOKS(16, uint16_t)
ATOMIC_HOOKS(32, uint32_t)
ATOMIC_HOOKS(64, uint64_t)
ATOMIC_HOOKS(128, explore_128)

void __tsan_atomic_thread_fence(int order);
void __tsan_atomic_thread_fence(int order)
{
    fence(order, CALLER);
}

void __tsan_atomic_signal_fence(int order);
void __tsan_atomic_signal_fence(int order)
{
    (void)order; /* between a thread and its own signal handlers: there are none here */
}

/* ---- atomics too large for an instruction: what libatomic would do with a lock of its own ---- */

void explore_large_load(size_t size, void *address, void *result, int order) __asm__("__atomic_load");
void explore_large_load(size_t size, void *address, void *result, int order)
{
    struct object *object = begin(address, size, READS, order, CALLER);
    memcpy(result, address, size);
    end(object, size, READS, order, 0, CALLER);
}

void explore_large_store(size_t size, void *address, const void *value, int order) __asm__("__atomic_store");
void explore_large_store(size_t size, void *address, const void *value, int order)
{
    struct object *object = begin(address, size, WRITES, order, CALLER);
    memcpy(address, value, size);
    end(object, size, WRITES, order, 0, CALLER);
}

void explore_large_exchange(size_t size, void *address, const void *value, void *result,
                            int order) __asm__("__atomic_exchange");
void explore_large_exchange(size_t size, void *address, const void *value, void *result, int order)
{
    struct object *object = begin(address, size, READS | WRITES, order, CALLER);
    memcpy(result, address, size);
    memcpy(address, value, size);
    end(object, size, READS | WRITES, order, 0, CALLER);
}

bool explore_large_compare(size_t size, void *address, void *expected, const void *wanted, int order,
                           int failure) __asm__("__atomic_compare_exchange");
bool explore_large_compare(size_t size, void *address, void *expected, const void *wanted, int order, int failure)
{
    struct object *object = begin(address, size, READS | WRITES, order, CALLER);
    bool same = memcmp(address, expected, size) == 0;
    memcpy(same ? address : expected, same ? wanted : address, size);
    end(object, size, same ? READS | WRITES : READS, same ? order : failure, 0, CALLER);
    return same;
}
