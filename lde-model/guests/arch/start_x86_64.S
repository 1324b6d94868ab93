/* Where a guest program begins: the stack holds argc, the argument pointers, NULL. */
        .globl  _start
        .type   _start, %function
_start: xor     %ebp, %ebp
        mov     (%rsp), %rdi
        lea     8(%rsp), %rsi
        and     $-16, %rsp
        call    guest_main
        .size   _start, . - _start
        .section .note.GNU-stack, "", @progbits
