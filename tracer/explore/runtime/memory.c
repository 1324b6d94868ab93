/* The program's memory: put back as it was before each run, so that a run can be repeated in the same process.
 *
 *   globals   a copy of .data and .bss, taken before main() first ran
 *   heap      an arena of our own behind malloc; nothing freed is handed out again within a run, so that a use after
 *             free is always recognized; new blocks hold a pattern, the same in every run
 *   stacks    cleaned as far down as the last run went
 */
#include "tracer/explore/runtime/runtime.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

extern char __data_start[], _end[];
void __real_free(void *block);
void *__real_realloc(void *block, size_t size);

enum { NEW_BLOCK_BYTE = 0xa5, STACK_SLACK = 4096 };

struct block {
    size_t size;
    uint64_t state; /* BLOCK_LIVE or BLOCK_FREED */
};
#define BLOCK_LIVE 0x6c69766500000001ull
#define BLOCK_FREED 0x6465616400000002ull

static void map(uintptr_t address, size_t size, int sharing)
{
    void *got = mmap((void *)address, size, PROT_READ | PROT_WRITE,
                     sharing | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED_NOREPLACE, -1, 0);
    if (got != (void *)address) {
        perror("trapflow explore: cannot map memory inside the program");
        _Exit(125);
    }
}

void memory_map(void)
{
    map(STATE_BASE, STATE_SIZE, MAP_SHARED); /* with the children of the fork engine */
    map(SHADOW_BASE, SHADOW_SIZE, MAP_PRIVATE);
    map(PAST_BASE, PAST_SIZE, MAP_SHARED);
    map(ARENA_BASE, ARENA_SIZE, MAP_PRIVATE);
    S->data_start = (uintptr_t)__data_start;
    S->data_end = (uintptr_t)_end;
    size_t size = S->data_end - S->data_start;
    S->snapshot = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (size > GLOBALS_MAX || S->snapshot == MAP_FAILED) {
        fprintf(stderr, "trapflow explore: cannot keep a copy of the program's globals: %zu bytes; 64 MiB at most\n",
                size);
        _Exit(125);
    }
    memcpy(S->snapshot, __data_start, size);
    for (uint32_t i = 0; i < THREADS_MAX; i++)
        S->thread[i].low = ARENA_BASE + (i + 1) * STACK_SIZE;
}

static void clean_stack(uint32_t number)
{
    uintptr_t top = ARENA_BASE + (number + 1) * STACK_SIZE, bottom = top - STACK_SIZE;
    uintptr_t low = S->thread[number].low;
    if (low >= top)
        return;
    low = low - bottom > STACK_SLACK ? low - STACK_SLACK : bottom;
    memset((void *)low, 0, top - low);
    S->thread[number].low = top;
}

void memory_begin_run(void)
{
    memcpy(__data_start, S->snapshot, S->data_end - S->data_start);
    for (uint32_t i = 0; i < S->threads; i++)
        clean_stack(i);
    S->heap_used = 0;
    S->overflow_used = 0;
}

/* One number for all that the program can remember: globals, heap, and the stacks that are in use. */
uint64_t memory_hash(void)
{
    uint64_t hash = 0xcbf29ce484222325ull;
    struct {
        uintptr_t start, end;
    } part[THREADS_MAX + 2] = {{S->data_start, S->data_end}, {HEAP_BASE, HEAP_BASE + S->heap_used}};
    uint32_t parts = 2;
    for (uint32_t i = 0; i < S->threads; i++)
        if (!S->thread[i].finished && i != S->current) {
            part[parts].start = (uintptr_t)S->thread[i].sp;
            part[parts++].end = ARENA_BASE + (i + 1) * STACK_SIZE;
        }
    part[parts].start =
        (uintptr_t)__builtin_frame_address(0) + 1024; /* our own frames change, the program's are above */
    part[parts++].end = ARENA_BASE + (S->current + 1) * STACK_SIZE;
    for (uint32_t i = 0; i < parts; i++)
        for (uintptr_t at = part[i].start & ~(uintptr_t)7; at + 8 <= part[i].end; at += 8)
            hash = (hash ^ *(uint64_t *)at) * 0x100000001b3ull;
    return hash;
}

/* ---- the heap ---- */

static bool in_heap(const void *address)
{
    return (uintptr_t)address - HEAP_BASE < HEAP_SIZE;
}

static void *allocate(size_t size, size_t alignment)
{
    uintptr_t at = (HEAP_BASE + S->heap_used + sizeof(struct block) + alignment - 1) & ~(uintptr_t)(alignment - 1);
    size_t room = (size + 15) & ~(size_t)15;
    if (room < size || at + room > HEAP_BASE + HEAP_SIZE)
        return NULL;
    S->heap_used = (uint32_t)(at + room - HEAP_BASE);
    *((struct block *)at - 1) = (struct block){size, BLOCK_LIVE};
    history_add(at); /* who allocates first gets the lower address */
    if (S->config.record && S->channel->outcome.blocks < CHANNEL_BLOCKS)
        S->channel->block[S->channel->outcome.blocks++] = (struct channel_block){at, size};
    memset((void *)at, NEW_BLOCK_BYTE, room);
    access_fresh(at, room);
    return (void *)at;
}

static struct block *block_of(void *address, uintptr_t pc)
{
    struct block *block = (struct block *)address - 1;
    SELF->access_pc = pc;
    if (block->state == BLOCK_FREED) /* the check of the access reports who freed it */
        access_check((uintptr_t)address, block->size ? block->size : 1, true, false, pc);
    if (block->state != BLOCK_LIVE)
        find_words(FINDING_FREED, pc, "free of an address that malloc did not return, or that was freed before");
    return block;
}

static void release(void *address, uintptr_t pc)
{
    struct block *block = block_of(address, pc);
    access_freed((uintptr_t)address, block->size, pc);
    block->state = BLOCK_FREED;
}

void *__wrap_malloc(size_t size)
{
    return allocate(size, 16);
}

void *__wrap_calloc(size_t count, size_t size)
{
    size_t bytes;
    if (__builtin_mul_overflow(count, size, &bytes))
        return NULL;
    void *address = allocate(bytes, 16);
    if (address)
        memset(address, 0, bytes);
    return address;
}

void __wrap_free(void *address)
{
    if (in_heap(address))
        release(address, CALLER);
    else if (address)
        __real_free(address); /* of the C library's own making: getline, asprintf */
}

void *__wrap_realloc(void *old, size_t size)
{
    if (old && !in_heap(old))
        return __real_realloc(old, size);
    void *new = allocate(size, 16);
    if (old && new) {
        size_t kept = block_of(old, CALLER)->size;
        memcpy(new, old, kept < size ? kept : size);
        release(old, CALLER);
    }
    return new;
}

void *__wrap_reallocarray(void *old, size_t count, size_t size)
{
    size_t bytes;
    return __builtin_mul_overflow(count, size, &bytes) ? NULL : __wrap_realloc(old, bytes);
}

void *__wrap_aligned_alloc(size_t alignment, size_t size)
{
    return allocate(size, alignment < 16 ? 16 : alignment);
}

int __wrap_posix_memalign(void **result, size_t alignment, size_t size)
{
    void *address = allocate(size, alignment < 16 ? 16 : alignment);
    if (!address)
        return ENOMEM;
    access_check((uintptr_t)result, sizeof *result, true, false, CALLER);
    *result = address;
    return 0;
}

/* The globals as the program left them: is this an end that no run before had? */
void memory_note_state(void)
{
    uint64_t hash = 0xcbf29ce484222325ull;
    for (uintptr_t at = S->data_start & ~(uintptr_t)7; at + 8 <= S->data_end; at += 8)
        hash = (hash ^ *(uint64_t *)at) * 0x100000001b3ull;
    for (uint32_t i = 0; i < S->output_used; i++)
        hash = (hash ^ (unsigned char)S->channel->output[i]) * 0x100000001b3ull;
    hash |= 1;
    for (uint32_t probe = 0; probe < STATES_MAX; probe++) {
        uint64_t *slot = &S->state_seen[(hash + probe) % STATES_MAX];
        if (*slot == hash)
            return;
        if (*slot == 0) {
            *slot = hash;
            S->channel->outcome.states++;
            S->channel->outcome.states_hash ^= hash;
            return;
        }
    }
}
