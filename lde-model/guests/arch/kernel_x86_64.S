/* x86-64, for guest kernels: where traps enter and leave.  Every entry from user mode pushes a struct frame right into
 * the place that arch_use_frame chose, then goes to C on the kernel's own stack, empty each time.  The stack is found
 * relative to the instruction pointer, so that no `swapgs` is needed. */
#include "lde-model/guests/arch/kernel_x86_64.h"

        .text
        .globl  _start, kernel_enter_call, kernel_enter_timer, kernel_enter_fault, arch_resume, arch_idle

_start: lea     kernel_stack_top(%rip), %rsp    /* rdi: the boot information */
        call    kernel_boot

kernel_enter_call:                              /* by `syscall`: rcx is the user's pc, r11 its flags */
        mov     %rsp, user_stack(%rip)
        mov     kernel_task+4(%rip), %rsp
        push    $USER_DATA_SELECTOR
        push    user_stack(%rip)
        push    %r11
        push    $USER_CODE_SELECTOR
        push    %rcx
        push    $0                              /* no error */
        push    %rax
        mov     $0 /* TRAP_CALL */, %eax
        push    %rbx
        mov     $1, %ebx                        /* by_call */
        jmp     save

kernel_enter_timer:                             /* by the gate: ss, rsp, flags, cs and rip are pushed */
        testb   $3, 8(%rsp)
        jz      1f
        push    $0
        push    %rax
        mov     $1 /* TRAP_TIMER */, %eax
        push    %rbx
        xor     %ebx, %ebx
        jmp     save
1:      mov     $1 /* TRAP_TIMER */, %edi       /* the kernel was idle: nothing of it need be kept */
        lea     kernel_stack_top(%rip), %rsp
        call    kernel_trap

kernel_enter_fault:                             /* the same, with an error code above */
        push    %rax
        mov     $2 /* TRAP_FAULT */, %eax
        push    %rbx
        xor     %ebx, %ebx

save:   .irp    register, rcx, rdx, rsi, rdi, rbp, r8, r9, r10, r11, r12, r13, r14, r15, rbx
        push    %\register
        .endr
        mov     %eax, %edi
        lea     kernel_stack_top(%rip), %rsp
        call    kernel_trap

arch_resume:                                    /* rdi: the frame */
        mov     %rdi, %rsp
        .irp    register, rbx, r15, r14, r13, r12, r11, r10, r9, r8, rbp, rdi, rsi, rdx, rcx
        pop     %\register                      /* the first is by_call */
        .endr
        test    %rbx, %rbx
        pop     %rbx
        pop     %rax
        lea     8(%rsp), %rsp                   /* the error code; lea leaves the flags alone */
        jz      2f
        mov     0(%rsp), %rcx
        mov     16(%rsp), %r11
        mov     24(%rsp), %rsp
        sysretq
2:      iretq

arch_idle:
        lea     kernel_stack_top(%rip), %rsp
        sti
1:      hlt
        jmp     1b

        .bss
        .balign 16
user_stack:
        .skip   16
        .skip   8192
kernel_stack_top:
        .section .note.GNU-stack, "", @progbits
