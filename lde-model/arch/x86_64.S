/* The loop of arch.h: system calls from a script, made by a process that no longer has a C library.
 * rdi: the script.  It ends with the first call that fails, or behind the last, and rax holds what that one returned.
 * Offsets: offsets.h. */
#include "lde-model/arch/offsets.h"

        .section .rodata
        .globl  arch_script_code, arch_script_code_end
arch_script_code:
        mov     %rdi, %rbx
1:      cmpq    $-1, SCRIPT_NUMBER(%rbx)
        je      2f
        mov     SCRIPT_NUMBER(%rbx), %rax
        mov     SCRIPT_ARGUMENT+0(%rbx), %rdi
        mov     SCRIPT_ARGUMENT+8(%rbx), %rsi
        mov     SCRIPT_ARGUMENT+16(%rbx), %rdx
        mov     SCRIPT_ARGUMENT+24(%rbx), %r10
        mov     SCRIPT_ARGUMENT+32(%rbx), %r8
        mov     SCRIPT_ARGUMENT+40(%rbx), %r9
        syscall
        add     $SCRIPT_SIZE, %rbx
        cmp     $-4095, %rax            /* results above that are −errno */
        jb      1b
2:      int3
arch_script_code_end:

        .section .note.GNU-stack, "", @progbits
