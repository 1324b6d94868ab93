/* Where a guest program begins: the stack holds argc, the argument pointers, NULL. */
        .globl  _start
_start: mov     x29, #0
        ldr     x0, [sp]
        add     x1, sp, #8
        bl      guest_main
        .section .note.GNU-stack, "", %progbits
