/* What a CPU must offer so that fibres can share one kernel thread; one .S file a CPU defines exactly this. */
#ifndef TRACER_EXPLORE_RUNTIME_ARCH_FIBRE_H
#define TRACER_EXPLORE_RUNTIME_ARCH_FIBRE_H

#include <stdint.h>

/* Saves what a C function must preserve on the stack, stores the stack pointer in *save, continues at `load`. */
void fibre_switch(void **save, void *load);

/* Writes a first frame below `top` (16-byte aligned): switching to the result calls entry() on that stack. */
void *fibre_frame(void *top, void (*entry)(void));

/* The thread pointer, below or above which thread-local variables lie. */
uintptr_t fibre_thread_pointer(void);
void fibre_set_thread_pointer(uintptr_t pointer);

/* Bytes of the C library's thread descriptor on each side of the thread pointer, and the distance from a copy's start
 * at which it stores its own address (0: nowhere). */
extern const uint32_t fibre_descriptor_below, fibre_descriptor_above, fibre_self_words;

#endif
