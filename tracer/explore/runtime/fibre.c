/* Fibres: each thread of the program is a stack of our own, and switching is a function call that returns elsewhere.
 * Where the program has thread-local variables, each fibre also gets a copy of the first thread's thread-local memory,
 * and the thread pointer moves along.  Knows nothing of why anybody is switched to.
 */
#include "tracer/explore/runtime/runtime.h"

#include "tracer/explore/runtime/arch/fibre.h"

#include <errno.h>
#include <link.h>
#include <string.h>

static uintptr_t stack_top(uint32_t thread)
{
    return ARENA_BASE + (thread + 1) * STACK_SIZE;
}

static void fibre_enter(void)
{
    thread_enter(S->current);
}

/* The thread-local memory lies at the top of the stack: so it is the thread's own, and dies with it. */
static uintptr_t copy_tls(uint32_t thread)
{
    uintptr_t size = S->tls_end - S->tls_start;
    uintptr_t to = (stack_top(thread) - size) & ~(uintptr_t)63;
    uintptr_t old = S->controller_thread_pointer;
    to += (S->tls_start - to) & 63; /* the alignment that the linker gave it */
    if (to + size > stack_top(thread))
        to -= 64;
    memcpy((void *)to, (void *)S->tls_start, size);
    uintptr_t pointer = to + (old - S->tls_start);
    if (fibre_self_words) {
        ((uintptr_t *)pointer)[0] = pointer;
        ((uintptr_t *)pointer)[fibre_self_words] = pointer;
    }
    S->thread[thread].pointer = pointer;
    return to & ~(uintptr_t)15;
}

void fibre_prepare(uint32_t thread)
{
    struct thread *new = &S->thread[thread];
    uintptr_t top = S->has_tls ? copy_tls(thread) : stack_top(thread);
    new->sp = fibre_frame((void *)top, fibre_enter);
}

static void point_to(uintptr_t pointer)
{
    if (S->has_tls)
        fibre_set_thread_pointer(pointer);
}

void fibre_run_main(void)
{
    S->current = 0;
    point_to(S->thread[0].pointer);
    fibre_switch(&S->controller, S->thread[0].sp);
}

void fibre_switch_to(uint32_t thread)
{
    struct thread *from = SELF, *to = &S->thread[thread];
    from->error = errno;
    S->current = thread;
    point_to(to->pointer);
    fibre_switch(&from->sp, to->sp);
    errno = SELF->error;
}

_Noreturn void fibre_leave(void)
{
    void *nobody;
    S->active = false;
    point_to(S->controller_thread_pointer);
    fibre_switch(&nobody, S->controller);
    __builtin_unreachable();
}

struct survey {
    uintptr_t low, high;
    bool program_has_tls, first;
};

static int survey_module(struct dl_phdr_info *module, size_t size, void *data)
{
    struct survey *survey = data;
    (void)size;
    for (int i = 0; i < module->dlpi_phnum; i++) {
        const ElfW(Phdr) *header = &module->dlpi_phdr[i];
        if (header->p_type != PT_TLS || !module->dlpi_tls_data)
            continue;
        uintptr_t start = (uintptr_t)module->dlpi_tls_data;
        if (start < survey->low)
            survey->low = start;
        if (start + header->p_memsz > survey->high)
            survey->high = start + header->p_memsz;
        if (survey->first)
            survey->program_has_tls = true;
    }
    survey->first = false; /* the program itself comes first */
    return 0;
}

bool fibre_tls_survey(void)
{
    uintptr_t pointer = fibre_thread_pointer();
    struct survey survey = {pointer - fibre_descriptor_below, pointer + fibre_descriptor_above, false, true};
    dl_iterate_phdr(survey_module, &survey);
    S->controller_thread_pointer = pointer;
    S->tls_start = survey.low;
    S->tls_end = survey.high;
    S->has_tls = survey.program_has_tls;
    return survey.high - survey.low < STACK_SIZE / 2;
}
