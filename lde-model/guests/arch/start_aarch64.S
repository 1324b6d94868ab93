/* Where a guest program begins: the stack holds argc, the argument pointers, NULL. */
        .globl  _start
        .type   _start, %function
_start: mov     x29, #0
        ldr     x0, [sp]
        add     x1, sp, #8
        bl      guest_main
        .size   _start, . - _start
        .section .note.GNU-stack, "", %progbits
