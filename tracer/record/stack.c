/* Walks stacks by libunwind, the only file that knows it.
 *
 * libunwind asks for every word of the stack and every register by itself, a system call each; so they are fetched
 * before it asks: one request for the registers, one for the top of the stack, and whole pages for the rest.  What it
 * has learnt about a place in the code it keeps for the next stack, until the mappings change.
 */
#include "tracer/record/stack.h"

#include <elf.h>
#include <libunwind-ptrace.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/uio.h>

#include "tracer/arch/registers.h"

enum { STACK_TOP = 16 * 1024, PAGE = 4096, PAGES = 16 };

struct page {
    uint64_t address; /* of its first byte; 0: empty */
    unsigned char bytes[PAGE];
};

struct stack_walker {
    pid_t pid, tid; /* tid: the thread that is being walked; the first one of the process may be gone */
    unw_addr_space_t space;
    void *upt; /* libunwind-ptrace's own notes about the process */
    uint64_t registers[REGISTER_COUNT];
    uint64_t top; /* the stack from here on */
    size_t top_size;
    unsigned char top_bytes[STACK_TOP];
    struct page pages[PAGES]; /* good for one walk: what is not the stack's top may change, too */
};

/* The walk that is going on.  The accessors get libunwind-ptrace's notes as their argument, and its functions read
 * them, so there is no room for a pointer of ours. */
static _Thread_local struct stack_walker *current;

/* ---- memory ---- */

static size_t fetch(pid_t tid, uint64_t address, void *to, size_t size)
{
    struct iovec here = {to, size}, there = {(void *)(uintptr_t)address, size};
    ssize_t got = process_vm_readv(tid, &here, 1, &there, 1, 0);

    return got > 0 ? (size_t)got : 0;
}

static const struct page *page_of(struct stack_walker *walker, uint64_t address)
{
    uint64_t start = address & ~(uint64_t)(PAGE - 1);
    struct page *page = &walker->pages[start / PAGE % PAGES];

    if (page->address != start) {
        page->address = 0;
        if (start == 0 || fetch(walker->tid, start, page->bytes, PAGE) != PAGE)
            return NULL;
        page->address = start;
    }
    return page;
}

/* A word of the process, which may lie across the border of two pages. */
static bool read_word(struct stack_walker *walker, uint64_t address, uint64_t *word)
{
    uint64_t offset = address - walker->top;

    if (address >= walker->top && offset + sizeof *word <= walker->top_size) {
        memcpy(word, walker->top_bytes + offset, sizeof *word);
        return true;
    }
    for (size_t i = 0; i < sizeof *word; i++) {
        const struct page *page = page_of(walker, address + i);
        if (page == NULL)
            return false;
        memcpy((unsigned char *)word + i, page->bytes + (address + i) % PAGE, 1);
    }
    return true;
}

static bool begin(struct stack_walker *walker, pid_t tid)
{
    struct user_regs_struct registers;
    struct iovec whole = {&registers, sizeof registers};

    if (ptrace(PTRACE_GETREGSET, tid, NT_PRSTATUS, &whole) != 0)
        return false;
    registers_in_order(&registers, walker->registers);
    walker->tid = tid;
    walker->top = walker->registers[REGISTER_STACK];
    walker->top_size = fetch(walker->tid, walker->top, walker->top_bytes, STACK_TOP);
    for (unsigned i = 0; i < PAGES; i++)
        walker->pages[i].address = 0;
    return true;
}

/* ---- what libunwind asks for ---- */

static int access_memory(unw_addr_space_t space, unw_word_t address, unw_word_t *word, int write, void *argument)
{
    uint64_t value;

    (void)space, (void)argument;
    if (write || !read_word(current, address, &value))
        return -UNW_EINVAL;
    *word = value;
    return 0;
}

static int access_register(unw_addr_space_t space, unw_regnum_t number, unw_word_t *word, int write, void *argument)
{
    (void)space, (void)argument;
    if (write || number < 0 || number >= REGISTER_COUNT)
        return -UNW_EBADREG;
    *word = current->registers[number];
    return 0;
}

static int no_dynamic_code(unw_addr_space_t space, unw_word_t *list, void *argument)
{
    (void)space, (void)list, (void)argument;
    return -UNW_ENOINFO;
}

static int no_float(unw_addr_space_t space, unw_regnum_t number, unw_fpreg_t *value, int write, void *argument)
{
    (void)space, (void)number, (void)value, (void)write, (void)argument;
    return -UNW_EBADREG;
}

static int no_resume(unw_addr_space_t space, unw_cursor_t *cursor, void *argument)
{
    (void)space, (void)cursor, (void)argument;
    return -UNW_EINVAL;
}

static int no_name(unw_addr_space_t space, unw_word_t pc, char *name, size_t size, unw_word_t *offset, void *argument)
{
    (void)space, (void)pc, (void)name, (void)size, (void)offset, (void)argument;
    return -UNW_ENOINFO;
}

static unw_accessors_t accessors = {
    .find_proc_info = _UPT_find_proc_info,
    .put_unwind_info = _UPT_put_unwind_info,
    .get_dyn_info_list_addr = no_dynamic_code,
    .access_mem = access_memory,
    .access_reg = access_register,
    .access_fpreg = no_float,
    .resume = no_resume,
    .get_proc_name = no_name,
};

/* ---- the walk ---- */

/* Goes on from the last frame known, by frame pointers: each points to the caller's, and the return address stands
 * above it, on both CPUs.  They must grow, or this is no chain. */
static unsigned follow_frames(struct stack_walker *walker, uint64_t frame, uint64_t *pc, unsigned count, unsigned room)
{
    uint64_t next, back;

    while (count < room && frame % sizeof frame == 0 && frame >= walker->top && read_word(walker, frame, &next) &&
           read_word(walker, frame + sizeof frame, &back) && back >= PAGE) {
        pc[count++] = back;
        if (next <= frame)
            break;
        frame = next;
    }
    return count;
}

/* One frame up by the unwind tables.  More than 0: its `pc` and frame pointer; 0: there is none, nobody called it; less
 * than 0: no table here.  A guess that leads nowhere (on AArch64, the link register once more) is none, either. */
static int step_up(unw_cursor_t *cursor, uint64_t *pc, uint64_t *frame)
{
    unw_word_t old_stack = 0, stack = 0, word;
    const uint64_t old_pc = *pc;
    int more;

    unw_get_reg(cursor, UNW_REG_SP, &old_stack);
    more = unw_step(cursor);
    if (more <= 0)
        return more;
    if (unw_get_reg(cursor, UNW_REG_IP, &word) != 0 || word < PAGE)
        return 0;
    *pc = word;
    if (*pc == old_pc && unw_get_reg(cursor, UNW_REG_SP, &stack) == 0 && stack == old_stack)
        return -UNW_ENOINFO;
    *frame = unw_get_reg(cursor, REGISTER_FRAME, &word) == 0 ? word : 0;
    return more;
}

unsigned stack_walk(struct stack_walker *walker, pid_t tid, uint64_t *pc, unsigned room)
{
    unw_cursor_t cursor;
    uint64_t frame, at;
    unsigned count = 0;
    int more = -1;

    if (room == 0 || !begin(walker, tid))
        return 0;
    current = walker;
    pc[count++] = at = walker->registers[REGISTER_PC];
    frame = walker->registers[REGISTER_FRAME];
    if (unw_init_remote(&cursor, walker->space, walker->upt) == 0)
        while (count < room && (more = step_up(&cursor, &at, &frame)) > 0)
            pc[count++] = at;
    return more < 0 ? follow_frames(walker, frame, pc, count, room) : count;
}

const uint64_t *stack_registers(const struct stack_walker *walker)
{
    return walker->registers;
}

/* ---- one address space ---- */

struct stack_walker *stack_open(pid_t pid)
{
    struct stack_walker *walker = calloc(1, sizeof *walker);

    if (walker == NULL)
        return NULL;
    walker->pid = pid;
    walker->space = unw_create_addr_space(&accessors, 0);
    walker->upt = _UPT_create(pid);
    if (walker->space == NULL || walker->upt == NULL) {
        stack_close(walker);
        return NULL;
    }
    unw_set_caching_policy(walker->space, UNW_CACHE_GLOBAL);
    return walker;
}

void stack_close(struct stack_walker *walker)
{
    if (walker == NULL)
        return;
    if (walker->upt != NULL)
        _UPT_destroy(walker->upt);
    if (walker->space != NULL)
        unw_destroy_addr_space(walker->space);
    free(walker);
}

void stack_flush(struct stack_walker *walker)
{
    void *upt = _UPT_create(walker->pid); /* its notes hold the file that it looked at last */

    unw_flush_cache(walker->space, 0, 0);
    if (upt == NULL)
        return;
    _UPT_destroy(walker->upt);
    walker->upt = upt;
}
