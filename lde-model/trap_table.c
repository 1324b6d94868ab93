/* A table indexed by a number that comes from outside, and a place for registers.  Does not know what the handlers
 * do, nor when they are called. */
#include "lde-model/trap_table.h"

int trap_table_register(struct trap_table *table, const struct tick_call *call)
{
    if (call->number >= TRAP_TABLE_SIZE)
        return -1;
    table->entry[call->number] = call;
    return 0;
}

const struct tick_call *trap_table_lookup(const struct trap_table *table, uint64_t number)
{
    /* compared unsigned and before any narrowing: −1 and 2³² + 1 are as foreign as 512 */
    return number < TRAP_TABLE_SIZE ? table->entry[number] : NULL;
}

void trap_frame_save(struct trap_frame *frame, const struct registers *cpu)
{
    frame->registers = *cpu;
}

void trap_frame_set_result(struct trap_frame *frame, int64_t result)
{
    registers_set_result(&frame->registers, result);
}

void trap_frame_restore(const struct trap_frame *frame, struct registers *cpu)
{
    *cpu = frame->registers;
}
