/* The loop of arch.h: system calls from a script, made by a process that no longer has a C library.
 * x0: the script.  It ends with the first call that fails, or behind the last, and x0 holds what that one returned.
 * Offsets: offsets.h. */
#include "lde-model/arch/offsets.h"

        .section .rodata
        .balign 4
        .globl  arch_script_code, arch_script_code_end
arch_script_code:
        mov     x19, x0
1:      ldr     x8, [x19, #SCRIPT_NUMBER]
        cmn     x8, #1                          /* is it −1? */
        b.eq    2f
        ldp     x0, x1, [x19, #SCRIPT_ARGUMENT + 0]
        ldp     x2, x3, [x19, #SCRIPT_ARGUMENT + 16]
        ldp     x4, x5, [x19, #SCRIPT_ARGUMENT + 32]
        svc     #0
        add     x19, x19, #SCRIPT_SIZE
        cmn     x0, #4095                       /* results from −4095 on are −errno */
        b.lo    1b
2:      brk     #0
arch_script_code_end:

        .section .note.GNU-stack, "", %progbits
