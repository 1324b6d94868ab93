/* The loop of arch.h: system calls from a script, made by a process that no longer has a C library.
 * rdi: the script.  On the way out rax holds 0 or −errno.  Offsets: offsets.h. */
#include "lde-model/arch/offsets.h"

        .section .rodata
        .globl  arch_script_code, arch_script_code_end
arch_script_code:
        mov     %rdi, %rbx
1:      mov     SCRIPT_NUMBER(%rbx), %rax
        cmp     $-1, %rax
        je      2f
        mov     SCRIPT_ARGUMENT+0(%rbx), %rdi
        mov     SCRIPT_ARGUMENT+8(%rbx), %rsi
        mov     SCRIPT_ARGUMENT+16(%rbx), %rdx
        mov     SCRIPT_ARGUMENT+24(%rbx), %r10
        mov     SCRIPT_ARGUMENT+32(%rbx), %r8
        mov     SCRIPT_ARGUMENT+40(%rbx), %r9
        syscall
        mov     SCRIPT_MAY_FAIL(%rbx), %rdx
        add     $SCRIPT_SIZE, %rbx
        test    %rdx, %rdx
        jnz     1b
        cmp     $-4095, %rax            /* results above that are −errno */
        jb      1b
        jmp     3f
2:      xor     %eax, %eax
3:      int3
arch_script_code_end:

        .section .note.GNU-stack, "", @progbits
