/* Offsets into struct arch_script_call for assembly, pinned to the struct for both CPUs where C includes this. */
#ifndef LDE_ARCH_OFFSETS_H
#define LDE_ARCH_OFFSETS_H

#define SCRIPT_NUMBER 0
#define SCRIPT_ARGUMENT 8
#define SCRIPT_SIZE 56

#ifndef __ASSEMBLER__
_Static_assert(offsetof(struct arch_script_call, number) == SCRIPT_NUMBER, "as the assembly has it");
_Static_assert(offsetof(struct arch_script_call, argument) == SCRIPT_ARGUMENT, "as the assembly has it");
_Static_assert(sizeof(struct arch_script_call) == SCRIPT_SIZE, "as the assembly has it");
#endif
#endif
