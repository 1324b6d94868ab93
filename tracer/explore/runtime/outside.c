/* Memory that is neither global nor on our stacks nor on our heap: the program's arguments and environment, and what
 * belongs to the C library.  It has shadow cells, too, in a small table, so that no race can hide there.  To write what
 * is the library's is not a program's to do; its arguments are put back between runs.
 */
#include "tracer/explore/runtime/runtime.h"

#include <string.h>
#include <sys/mman.h>

extern char __executable_start[];

static bool is_between(uintptr_t address, uintptr_t start, uintptr_t end)
{
    return address - start < end - start;
}

static uintptr_t end_of_words(char **words, uintptr_t end)
{
    for (; *words; words++)
        if ((uintptr_t)*words + strlen(*words) + 1 > end)
            end = (uintptr_t)*words + strlen(*words) + 1;
    return end;
}

/* The kernel puts the pointers and then the words of both at the bottom of the first stack. */
void outside_survey(void)
{
    S->words_start = (uintptr_t)S->argv;
    S->words_end = end_of_words(S->environment, end_of_words(S->argv, S->words_start));
    size_t size = S->words_end - S->words_start;
    S->words = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (S->words == MAP_FAILED)
        S->words_end = S->words_start;
    else
        memcpy(S->words, (const void *)S->words_start, size);
}

void outside_begin_run(void)
{
    if (S->words_written)
        memcpy((void *)S->words_start, S->words, S->words_end - S->words_start);
    S->words_written = false;
}

/* errno is in the first thread's own memory, and changes hands with the turn. */
static bool is_nobodys(uintptr_t address)
{
    return is_between(address, S->tls_start, S->tls_end) ||
           is_between(address, (uintptr_t)__executable_start, S->data_start);
}

struct cell *outside_cell(uintptr_t address)
{
    uint32_t slot = (uint32_t)((address >> 3) * 0x9e3779b97f4a7c15ull >> 40);
    if (is_nobodys(address))
        return NULL;
    for (uint32_t probe = 0; probe < OUTSIDE_MAX; probe++) {
        struct outside *outside = &S->outside[(slot + probe) % OUTSIDE_MAX];
        if (outside->cell.run != S->run)
            outside->address = address & ~(uintptr_t)7;
        if (outside->address == (address & ~(uintptr_t)7))
            return &outside->cell;
    }
    run_limit("too much memory that is neither global nor allocated");
}

void outside_check_write(uintptr_t address, size_t size, uintptr_t pc)
{
    if (is_between(address, ARENA_BASE, ARENA_BASE + ARENA_SIZE) || is_between(address, S->data_start, S->data_end) ||
        is_between(address, S->tls_start, S->tls_end))
        return;
    if (is_between(address, S->words_start, S->words_end))
        S->words_written = true;
    else if (!S->config.stateful && address >= LOWEST_ADDRESS)
        find_words(FINDING_FORGERY, pc, "a store of %zu bytes into memory that is not the program's own", size);
}
