# The kernel must not use the bytes below its stack pointer: an interrupt pushes there.
GUEST_KERNEL_CFLAGS := -mno-red-zone
