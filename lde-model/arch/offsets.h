/* Offsets into struct arch_script_call for assembly; each CPU's .c pins them to the struct. */
#ifndef LDE_ARCH_OFFSETS_H
#define LDE_ARCH_OFFSETS_H

#define SCRIPT_NUMBER 0
#define SCRIPT_ARGUMENT 8
#define SCRIPT_MAY_FAIL 56
#define SCRIPT_SIZE 64

#endif
