/* One hop: from us to a guest, and back with its next trap.  Measures, and leaves the rest to the engine. */
#include "lde-model/lde.h"

void lde_run(struct lde *lde, struct context *context, enum event_mode mode, struct registers *registers,
             struct trap *trap)
{
    struct lde_counts *counts = &lde->counts;
    const uint64_t start_ns = clock_real_ns();
    lde->engine->run(context, registers, trap);
    const uint64_t end_ns = clock_real_ns();
    counts->hops[mode]++;
    counts->hop_ns[mode] += end_ns - start_ns;
    if (counts->stopped_ns != 0) {
        counts->hops[MODE_HYPERVISOR]++;
        counts->hop_ns[MODE_HYPERVISOR] += start_ns - counts->stopped_ns;
    }
    counts->stopped_ns = end_ns;
}
