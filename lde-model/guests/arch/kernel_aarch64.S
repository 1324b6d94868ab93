/* AArch64, for guest kernels: where traps enter and leave.  While a process runs, the kernel's stack pointer is at the
 * place that arch_resume took its registers from, so every entry from user mode stores them right there, then goes to C
 * on the kernel's own stack, empty each time.
 *
 * A system call costs three traps to a hypervisor, not two as on x86-64: svc, eret, and between them the read of
 * ESR_EL1, because faults and calls arrive at the same vector and only this register tells them apart. */
#include "lde-model/guests/arch/kernel_aarch64.h"

        .text
        .globl  _start, kernel_vectors, arch_resume, arch_idle

        .macro  empty_stack                     /* must leave x0 alone */
        adrp    x1, kernel_stack_top
        add     x1, x1, :lo12:kernel_stack_top
        mov     sp, x1
        .endm

_start: empty_stack                             /* x0: the boot information */
        bl      kernel_boot

        .macro  all_but_three instruction       /* stp or ldp: x2 to x29 */
        \instruction x2, x3, [sp, #FRAME_X2]
        \instruction x4, x5, [sp, #FRAME_X2 + 16]
        \instruction x6, x7, [sp, #FRAME_X2 + 32]
        \instruction x8, x9, [sp, #FRAME_X2 + 48]
        \instruction x10, x11, [sp, #FRAME_X2 + 64]
        \instruction x12, x13, [sp, #FRAME_X2 + 80]
        \instruction x14, x15, [sp, #FRAME_X2 + 96]
        \instruction x16, x17, [sp, #FRAME_X2 + 112]
        \instruction x18, x19, [sp, #FRAME_X2 + 128]
        \instruction x20, x21, [sp, #FRAME_X2 + 144]
        \instruction x22, x23, [sp, #FRAME_X2 + 160]
        \instruction x24, x25, [sp, #FRAME_X2 + 176]
        \instruction x26, x27, [sp, #FRAME_X2 + 192]
        \instruction x28, x29, [sp, #FRAME_X2 + 208]
        .endm

        .macro  save                            /* x30, too, so that bl may overwrite it */
        stp     x0, x1, [sp]
        all_but_three stp
        str     x30, [sp, #FRAME_X30]
        .endm

enter_synchronous:
        save
        empty_stack
        mrs     x1, esr_el1
        lsr     x1, x1, #26                     /* its class */
        cmp     x1, #0x15                       /* svc */
        mov     w0, #0 /* TRAP_CALL */
        mov     w2, #2 /* TRAP_FAULT */
        csel    w0, w0, w2, eq
        bl      kernel_trap

enter_timer:
        save
enter_timer_idle:                               /* the kernel was idle: nothing of it need be kept */
        empty_stack
        mov     w0, #1 /* TRAP_TIMER */
        bl      kernel_trap

arch_resume:                                    /* x0: the frame, whose rest arch_use_frame has loaded */
        mov     sp, x0
        all_but_three ldp
        ldr     x30, [sp, #FRAME_X30]
        ldp     x0, x1, [sp]
        eret

arch_idle:
        empty_stack
        mov     x0, #0                          /* the interrupt will overwrite the CPU's three registers: */
        bl      arch_use_frame                  /* nobody's may be in them */
        msr     daifclr, #2
1:      ldr     x0, =PSCI_CPU_SUSPEND           /* not wfi, which executes at user level, too: nobody would hear of it */
        mov     x1, #0
        hvc     #0
        b       1b
        .ltorg

        /* Sixteen rooms of 128 bytes: from this level with either stack, from user mode in 64 bits, in 32; in each,
         * synchronous, interrupt, fast interrupt, system error. */
        .macro  vector to=nowhere
        .balign 0x80
        b       \to
        .endm

        .balign 0x800
kernel_vectors:
        .rept   5                               /* with a stack that we do not use; a fault of the kernel itself */
        vector
        .endr
        vector  enter_timer_idle
        .rept   2
        vector
        .endr
        vector  enter_synchronous
        vector  enter_timer
        .rept   6
        vector
        .endr
nowhere:
        brk     #0

        .bss
        .balign 16
        .skip   8192
kernel_stack_top:
        .section .note.GNU-stack, "", %progbits
