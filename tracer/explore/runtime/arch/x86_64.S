/* Fibres on x86-64 (System V ABI: rbx, rbp, r12 to r15 belong to the caller; the thread pointer is the FS base). */
    .text

    .globl fibre_switch
    .type fibre_switch, @function
fibre_switch:                   /* rdi: where to save our stack pointer, rsi: the one to continue with */
    pushq %rbp
    pushq %rbx
    pushq %r12
    pushq %r13
    pushq %r14
    pushq %r15
    movq %rsp, (%rdi)
    movq %rsi, %rsp
    popq %r15
    popq %r14
    popq %r13
    popq %r12
    popq %rbx
    popq %rbp
    ret
    .size fibre_switch, .-fibre_switch

    .globl fibre_frame
    .type fibre_frame, @function
fibre_frame:                    /* rdi: top, rsi: entry */
    movq $0, -8(%rdi)           /* entry's return address: nowhere; it also gives entry the alignment of a call */
    movq %rsi, -16(%rdi)        /* fibre_switch returns to here */
    leaq -64(%rdi), %rax        /* below: six registers, whatever they hold, but an end for the frame pointers */
    movq $0, 40(%rax)
    ret
    .size fibre_frame, .-fibre_frame

    .globl fibre_thread_pointer
    .type fibre_thread_pointer, @function
fibre_thread_pointer:
    movq %fs:0, %rax            /* the descriptor's first word is its own address */
    ret
    .size fibre_thread_pointer, .-fibre_thread_pointer

    .globl fibre_set_thread_pointer
    .type fibre_set_thread_pointer, @function
fibre_set_thread_pointer:       /* arch_prctl(ARCH_SET_FS, rdi): works where wrfsbase is not enabled, too */
    movq %rdi, %rsi
    movl $0x1002, %edi
    movl $158, %eax
    syscall
    ret
    .size fibre_set_thread_pointer, .-fibre_set_thread_pointer

    .section .rodata
    .globl fibre_descriptor_below, fibre_descriptor_above, fibre_self_words
    .balign 4
fibre_descriptor_below: .long 0
fibre_descriptor_above: .long 2304
fibre_self_words:       .long 2 /* words 0 and 2 of the descriptor hold its address */

    .section .note.GNU-stack, "", @progbits
