/* Where a guest program begins: the stack holds argc, the argument pointers, NULL. */
        .globl  _start
_start: xor     %ebp, %ebp
        mov     (%rsp), %rdi
        lea     8(%rsp), %rsi
        and     $-16, %rsp
        call    guest_main
        .section .note.GNU-stack, "", @progbits
