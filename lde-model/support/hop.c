/* One hop: from us to a guest, and back with its next trap.  Measures, chooses whose trap is next where several guests
 * run at once, and leaves the rest to the engine. */
#include "lde-model/lde.h"

#include "lde-model/engine/host.h"

/* When what the next event tells took place; but not if host calls made since are in the trace. */
static void tell_moment(struct lde *lde, uint64_t real_ns)
{
    lde->ladder.moment_ns = host_observer == NULL ? real_ns : 0;
}

void lde_resume(struct lde *lde, unsigned seat, struct context *context, enum event_mode mode,
                struct registers *registers)
{
    struct seat *here = &lde->seat[seat];
    struct lde_counts *counts = &lde->counts;
    const uint64_t now = clock_real_ns();
    if (here->stopped_ns != 0) {
        counts->hops[MODE_HYPERVISOR]++;
        counts->hop_ns[MODE_HYPERVISOR] += now - here->stopped_ns;
    }
    here->context = context;
    here->registers = registers;
    here->mode = mode;
    here->resumed_ns = now;
    lde->engine->resume(context, seat, registers);
    tell_moment(lde, now); /* the guest may have run already: the host has let it go first if it liked */
    lde->ladder.tid = (uint32_t)context->pid;
}

/* The seats with somebody on them, beginning behind the one that had the last trap.  Returns how many. */
static unsigned resumed(const struct lde *lde, unsigned seat[SEATS_MAX], struct context *context[SEATS_MAX])
{
    unsigned count = 0;
    for (unsigned i = 1; i <= lde->seats; i++) {
        const unsigned candidate = (lde->last_seat + i) % lde->seats;
        if (lde->seat[candidate].context == NULL)
            continue;
        context[count] = lde->seat[candidate].context;
        seat[count++] = candidate;
    }
    return count;
}

int lde_wait(struct lde *lde, struct trap *trap)
{
    unsigned seat[SEATS_MAX];
    struct context *context[SEATS_MAX] = {NULL};
    struct lde_counts *counts = &lde->counts;
    const unsigned count = resumed(lde, seat, context);
    const bool in_turn = lde->clock.repeatable || lde->seats == 1;
    const int which = in_turn ? 0 : lde->engine->first(context, count);
    if (count > counts->running_at_once)
        counts->running_at_once = count;
    if (which < 0)
        return -1;

    struct seat *here = &lde->seat[seat[which]];
    lde->ladder.tid = (uint32_t)here->context->pid;
    lde->engine->wait(here->context, here->registers, trap);
    here->context = NULL;
    here->stopped_ns = host_stopped_ns;
    tell_moment(lde, host_stopped_ns);
    counts->hops[here->mode]++;
    counts->hop_ns[here->mode] += here->stopped_ns - here->resumed_ns;
    if (!in_turn || trap->cause != CAUSE_TIMER) /* virtual time knows nothing of alarms */
        lde->last_seat = seat[which];
    return (int)seat[which];
}

void lde_destroy(struct lde *lde, struct context *context, enum event_mode mode)
{
    const uint64_t cpu_ns = context_cpu_ns(context);
    if (cpu_ns > context->born_ns)
        lde->counts.cpu_ns[mode] += cpu_ns - context->born_ns;
    lde->engine->destroy(context);
}
