/* The table of system-call handlers of an OS on the bare machine, and the registers that it keeps meanwhile.
 *
 * Replaceable at link: exercise 10 is this module. */
#ifndef LDE_TRAP_TABLE_H
#define LDE_TRAP_TABLE_H

#include "lde-model/arch/arch.h"
#include "lde-model/guests/tickos/calls.h"

enum { TRAP_TABLE_SIZE = 512 }; /* above Linux's highest number on either CPU */

struct trap_table {
    const struct tick_call *entry[TRAP_TABLE_SIZE]; /* NULL: no such call */
};

/* At boot: `call` handles its number from now on.  Returns 0, or −1 if the table has no such row (then nothing has
 * changed). */
int trap_table_register(struct trap_table *table, const struct tick_call *call);

/* Step 3: the row of `number`, or NULL: any 64-bit number may come, for the guest chooses it. */
const struct tick_call *trap_table_lookup(const struct trap_table *table, uint64_t number);

/* What the OS keeps of a process that does not run: its place on the OS's stack. */
struct trap_frame {
    struct registers registers;
};

/* Step 1: every register of the process, as the CPU had them when it trapped. */
void trap_frame_save(struct trap_frame *frame, const struct registers *cpu);

/* The call's result goes where the process will look for it, and nowhere else. */
void trap_frame_set_result(struct trap_frame *frame, int64_t result);

/* Step 5: the CPU gets them all back. */
void trap_frame_restore(const struct trap_frame *frame, struct registers *cpu);

#endif
