/* Fibres on AArch64 (AAPCS64: x19 to x30, sp and d8 to d15 belong to the caller; the thread pointer is TPIDR_EL0). */
    .text

    .globl fibre_switch
    .type fibre_switch, %function
fibre_switch:                   /* x0: where to save our stack pointer, x1: the one to continue with */
    sub sp, sp, #160
    stp x19, x20, [sp, #0]
    stp x21, x22, [sp, #16]
    stp x23, x24, [sp, #32]
    stp x25, x26, [sp, #48]
    stp x27, x28, [sp, #64]
    stp x29, x30, [sp, #80]
    stp d8, d9, [sp, #96]
    stp d10, d11, [sp, #112]
    stp d12, d13, [sp, #128]
    stp d14, d15, [sp, #144]
    mov x9, sp
    str x9, [x0]
    mov sp, x1
    ldp x19, x20, [sp, #0]
    ldp x21, x22, [sp, #16]
    ldp x23, x24, [sp, #32]
    ldp x25, x26, [sp, #48]
    ldp x27, x28, [sp, #64]
    ldp x29, x30, [sp, #80]
    ldp d8, d9, [sp, #96]
    ldp d10, d11, [sp, #112]
    ldp d12, d13, [sp, #128]
    ldp d14, d15, [sp, #144]
    add sp, sp, #160
    ret
    .size fibre_switch, .-fibre_switch

    .globl fibre_frame
    .type fibre_frame, %function
fibre_frame:                    /* x0: top, x1: entry */
    sub x0, x0, #160
    stp xzr, x1, [x0, #80]      /* no frame above, and fibre_switch returns to entry */
    ret
    .size fibre_frame, .-fibre_frame

    .globl fibre_thread_pointer
    .type fibre_thread_pointer, %function
fibre_thread_pointer:
    mrs x0, tpidr_el0
    ret
    .size fibre_thread_pointer, .-fibre_thread_pointer

    .globl fibre_set_thread_pointer
    .type fibre_set_thread_pointer, %function
fibre_set_thread_pointer:
    msr tpidr_el0, x0
    ret
    .size fibre_set_thread_pointer, .-fibre_set_thread_pointer

    .section .rodata
    .globl fibre_descriptor_below, fibre_descriptor_above, fibre_self_words
    .balign 4
fibre_descriptor_below: .word 2048 /* the C library's descriptor ends at the thread pointer */
fibre_descriptor_above: .word 16
fibre_self_words:       .word 0    /* it holds no address of itself */

    .section .note.GNU-stack, "", %progbits
