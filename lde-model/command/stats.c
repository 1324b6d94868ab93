/* What --stats prints.  Only arithmetic on what others counted. */
#include "lde-model/command/command.h"
#include "lde-model/engine/host.h"
#include "lde-model/vm.h"

#include <inttypes.h>
#include <stdio.h>

static double per(uint64_t sum, uint64_t count)
{
    return count == 0 ? 0 : (double)sum / (double)count;
}

static double entries_per_trap(const struct lde *lde)
{
    uint64_t traps = 0;
    for (unsigned cause = 0; cause < CAUSE_END; cause++)
        traps += lde->counts.traps[cause];
    return per(host_counts.calls + host_counts.guest_entries, traps);
}

/* ns of an average stay: in a process, in a guest kernel, in the hypervisor (in mode bare: the OS). */
static double hop(const struct lde *lde, enum event_mode mode)
{
    return per(lde->counts.hop_ns[mode], lde->counts.hops[mode]);
}

/* The same, but only what of it the guest had a CPU for. */
static double on_cpu(const struct lde *lde, enum event_mode mode)
{
    return per(lde->counts.cpu_ns[mode], lde->counts.hops[mode]);
}

/* A JSON string; guests' texts hold nothing worse than quotes. */
static void print_string(FILE *out, const char *text)
{
    putc('"', out);
    for (; *text != '\0'; text++) {
        if (*text == '"' || *text == '\\')
            putc('\\', out);
        if ((unsigned char)*text >= ' ')
            putc(*text, out);
    }
    putc('"', out);
}

static void print_programs_json(FILE *out, const struct lde_program *program, unsigned programs)
{
    for (unsigned i = 0; i < programs; i++) {
        fputs(i == 0 ? "" : ",", out);
        print_string(out, program[i].text);
    }
}

static void print_json(FILE *out, const struct run_options *options, const struct lde *lde, uint64_t wall_ns,
                       const struct vm *vms)
{
    const uint64_t *traps = lde->counts.traps;
    fprintf(out,
            "{\"mode\":\"%s\",\"traps\":{\"syscall\":%" PRIu64 ",\"privileged\":%" PRIu64 ",\"timer\":%" PRIu64
            ",\"fault\":%" PRIu64 "},",
            options->mode, traps[CAUSE_SYSCALL], traps[CAUSE_PRIVILEGED], traps[CAUSE_TIMER], traps[CAUSE_FAULT]);
    fprintf(out,
            "\"kernel_entries_per_trap\":%.3f,\"%s\":%" PRIu64 ",\"%s\":%.0f,\"switches\":%" PRIu64
            ",\"wall_ns\":%" PRIu64 ",\"cpus\":%u,\"running_at_once\":%u,\"repeatable\":%s,",
            entries_per_trap(lde), vms ? "reflected_calls" : "calls", lde->counts.calls,
            vms ? "ns_per_reflected_call" : "ns_per_call", per(lde->counts.call_ns, lde->counts.calls),
            lde->counts.switches, wall_ns, lde->seats, lde->counts.running_at_once,
            lde->clock.repeatable ? "true" : "false");
    fprintf(out, "\"ns_per_hop\":{\"process\":%.0f,\"guest_os\":%.0f,\"%s\":%.0f},", hop(lde, MODE_USER),
            hop(lde, MODE_GUEST_KERNEL), vms ? "hypervisor" : "os", hop(lde, MODE_HYPERVISOR));
    fprintf(out, "\"ns_on_cpu_per_hop\":{\"process\":%.0f,\"guest_os\":%.0f},", on_cpu(lde, MODE_USER),
            on_cpu(lde, MODE_GUEST_KERNEL));
    fputs(vms ? "\"vms\":[" : "\"programs\":[", out);
    for (unsigned i = 0; i < options->vms; i++) {
        fprintf(out, "%s{\"os\":\"%s\",\"programs\":[", i == 0 ? "" : ",", vms[i].os);
        print_programs_json(out, vms[i].program, vms[i].programs);
        fprintf(out, "],\"cpu_ns\":%" PRIu64 ",\"exit\":%d}", vms[i].cpu_ns, vms[i].status);
    }
    for (unsigned i = 0; i < options->programs; i++) {
        fprintf(out, "%s{\"program\":", i == 0 ? "" : ",");
        print_string(out, options->program[i].text);
        fprintf(out, ",\"cpu_ns\":%" PRIu64 ",\"exit\":%d}", options->program[i].cpu_ns, options->program[i].status);
    }
    fprintf(out, "]}\n");
}

static void print_share(FILE *out, const char *name, uint64_t cpu_ns, uint64_t all_ns)
{
    fprintf(out, "%-24s %10.3f ms of CPU time, %3.0f %%\n", name, (double)cpu_ns / 1e6, 100 * per(cpu_ns, all_ns));
}

static void print_text(FILE *out, const struct run_options *options, const struct lde *lde, uint64_t wall_ns,
                       const struct vm *vms)
{
    const uint64_t *traps = lde->counts.traps;
    uint64_t all_ns = 0;
    for (unsigned i = 0; i < options->programs; i++)
        all_ns += options->program[i].cpu_ns;
    for (unsigned i = 0; i < options->vms; i++)
        all_ns += vms[i].cpu_ns;
    fprintf(out, "mode %s, %.3f ms%s\n", options->mode, (double)wall_ns / 1e6,
            lde->clock.repeatable   ? ", repeatable"
            : lde->clock.is_virtual ? ", not repeatable: a guest made no trap"
                                    : "");
    fprintf(out,
            "traps      %" PRIu64 " by system call, %" PRIu64 " privileged, %" PRIu64 " by the timer, %" PRIu64
            " faults\n",
            traps[CAUSE_SYSCALL], traps[CAUSE_PRIVILEGED], traps[CAUSE_TIMER], traps[CAUSE_FAULT]);
    fprintf(out, "cost       %.2f entries into the host's kernel a trap, %.0f ns a system call\n",
            entries_per_trap(lde), per(lde->counts.call_ns, lde->counts.calls));
    if (vms != NULL)
        fprintf(out, "           a call through the guest OS takes %s\n", ARCH_REFLECTED_TRAPS);
    fprintf(out, "hops       %.0f ns in a process, %.0f ns in a guest kernel, %.0f ns in the %s, on average\n",
            hop(lde, MODE_USER), hop(lde, MODE_GUEST_KERNEL), hop(lde, MODE_HYPERVISOR), vms ? "hypervisor" : "OS");
    fprintf(out, "           of which on a CPU: %.0f ns, %.0f ns; for the rest the host switched, or ran others\n",
            on_cpu(lde, MODE_USER), on_cpu(lde, MODE_GUEST_KERNEL));
    if (lde->seats > 1)
        fprintf(out, "cpus       %u, and at most %u guests at once\n", lde->seats, lde->counts.running_at_once);
    for (unsigned i = 0; i < options->programs; i++)
        print_share(out, options->program[i].text, options->program[i].cpu_ns, all_ns);
    for (unsigned i = 0; i < options->vms; i++) {
        char name[LDE_NAME_MAX + 80];
        snprintf(name, sizeof name, "VM %u, %s:%s%s", i + 1, vms[i].os,
                 vms[i].programs > 0 ? vms[i].program[0].text : "", vms[i].programs > 1 ? ",…" : "");
        print_share(out, name, vms[i].cpu_ns, all_ns);
    }
}

void stats_print(FILE *out, const struct run_options *options, const struct lde *lde, uint64_t wall_ns,
                 const struct vm *vms)
{
    (options->json ? print_json : print_text)(out, options, lde, wall_ns, vms);
}
