/* What happened, in words: a switch sends each kind to the function that knows its family.  It refuses to know
 * where the words will stand, how long they may be there, and what they are escaped for.
 */
#include "tracer/render/payload.h"
#include "tracer/render/tell.h"

#include <elf.h>
#include <string.h>

static void tell_fold(struct telling *telling)
{
    const struct row *row = telling->row;
    char count[32], took[32];
    words_add(&telling->label, "… ");
    if (row->period > 1 && row > telling->flow->rows + row->period)
        words_add(&telling->label, "these %s rows ", words_count(count, row->period));
    else if (!row->loose)
        words_add(&telling->label, "the same ");
    words_add(&telling->label, "%s more times%s", words_count(count, row->repeats - 1),
              row->loose ? " with other arguments" : "");
    if (telling->flow->view->header->clock != CLOCK_KIND_STEP)
        words_add(&telling->label, ", median %s", words_duration(took, row->length_ns));
    words_add(&telling->detail, "× %s", words_count(count, row->repeats));
}

static void tell(struct telling *telling)
{
    char count[32];
    unsigned kind = telling->row->kind;
    switch (payload_kind(kind)) {
    case PAYLOAD_syscall:
        kind == EVENT_SYSCALL_ENTER ? tell_syscall(telling) : tell_other_call(telling);
        break;
    case PAYLOAD_sysret:
        tell_sysret(telling);
        break;
    case PAYLOAD_life:
        tell_life(telling);
        break;
    case PAYLOAD_signal:
        tell_signal(telling);
        break;
    case PAYLOAD_sync:
        tell_sync(telling);
        break;
    case PAYLOAD_trap:
        kind == EVENT_TRAP ? tell_trap(telling) : tell_step(telling);
        break;
    case PAYLOAD_handler:
        tell_handler(telling);
        break;
    case PAYLOAD_privileged:
        tell_privileged(telling);
        break;
    case PAYLOAD_interrupt:
        tell_interrupt(telling);
        break;
    case PAYLOAD_switch:
        tell_switch(telling);
        break;
    case PAYLOAD_access:
        tell_access(telling);
        break;
    case PAYLOAD_choice:
        tell_choice(telling);
        break;
    case PAYLOAD_lost:
        words_add(&telling->label, "%s events were lost here",
                  words_count(count, EVENT_PAYLOAD(telling->event, lost)->count));
        break;
    default:
        tell_fold(telling);
        break;
    }
}

void describe_row(const struct flow *flow, size_t row, struct description *said)
{
    struct telling telling = {.flow = flow, .row = &flow->rows[row], .entry = flow->rows[row].entry};
    telling.event = flow->view->entries[telling.entry].event;
    words_start(&telling.label, said->label, sizeof said->label);
    words_start(&telling.detail, said->detail, sizeof said->detail);
    tell(&telling);
}

/* What control does on its way into this lane. */
static const char *hop_name(const struct flow *flow, const struct row *row)
{
    if (row->kind == EVENT_SWITCH)
        return "switch";
    if (row->kind == EVENT_GUEST_START)
        return "creates";
    switch (EVENT_LANE_CLASS(flow->lanes[row->lane].lane)) {
    case LANE_PROCESS:
        return "resume";
    case LANE_GUEST_OS:
        return "world switch";
    case LANE_HOST:
        return "host call";
    default:
        return "trap";
    }
}

void describe_hop(const struct flow *flow, size_t row, char out[WORDS_MAX])
{
    const struct row *here = &flow->rows[row];
    struct words words;
    char took[32];
    words_start(&words, out, WORDS_MAX);
    if (!flow->control || here->lane == FLOW_NO_LANE)
        return;
    words_add(&words, "%s", hop_name(flow, here));
    if (here->cost_ns != 0 && flow->view->header->clock != CLOCK_KIND_STEP)
        words_add(&words, "  %s", words_duration(took, here->cost_ns));
}

static const char *machine_name(uint32_t machine)
{
    return machine == EM_X86_64 ? "x86-64" : machine == EM_AARCH64 ? "AArch64" : "another CPU";
}

void describe_recording(const struct flow *flow, const char *title, struct description *said)
{
    struct log_header *header = flow->view->header;
    char count[32], lost[32];
    struct words first, second;
    words_start(&first, said->label, sizeof said->label);
    if (title != NULL && title[0] != '\0')
        words_add_clean(&first, title, strlen(title));
    else
        words_add_clean(&first, header->program, strlen(header->program));
    words_start(&second, said->detail, sizeof said->detail);
    words_add(&second, "recorded %s events, %s lost", words_count(count, flow->view->count),
              words_count(lost, flow->view->lost));
    if (header->overhead_ns != 0 && flow->view->count != 0)
        words_add(&second, "  ·  recording cost %s an event",
                  words_duration(count, header->overhead_ns / flow->view->count));
    words_add(&second, "  ·  %s", machine_name(header->machine));
    if (header->clock == CLOCK_KIND_STEP)
        words_add(&second, "  ·  times are decisions");
    if (header->clock == CLOCK_KIND_VIRTUAL)
        words_add(&second, "  ·  virtual time");
    if (header->clock == CLOCK_KIND_VIRTUAL && header->repeatable == 0)
        words_add(&second, "  ·  not repeatable: real time stepped in");
    if (flow->view->cut_short)
        words_add(&second, "  ·  ended early");
    else if (header->closed == 0)
        words_add(&second, "  ·  not closed: still being written, or ended early");
}

void describe_nothing(const struct log_view *view, char out[WORDS_MAX])
{
    char count[32], last[32];
    struct words words;

    words_start(&words, out, WORDS_MAX);
    words_add(&words, "nothing to show: no event lies in this window");
    if (view->count > 0)
        words_add(&words, "; the log has %s events, the last at %s", words_count(count, view->count),
                  words_duration(last, view->entries[view->count - 1].event->t_ns));
}
