/* A log that no producer writes yet: one reflected call with the registers and stacks of all three parties, of virtual
 * time, with events lost and not repeatable.  For the page's tests only: parties FILE.
 */
#include "tests/render/fixtures.h"

#include <stdio.h>
#include <string.h>

static const uint32_t process = EVENT_LANE(LANE_PROCESS, 1), os = EVENT_LANE(LANE_GUEST_OS, 1),
                      hypervisor = EVENT_LANE(LANE_HYPERVISOR, 0);

static struct event *begin(struct fixture *fixture, uint32_t lane, enum event_mode mode, unsigned step)
{
    struct event *event = fixture_event(fixture, sizeof(struct event_trap), lane, mode, step);
    fixture->now += 100;
    return event;
}

/* All the registers of x86-64, in as many records as they take: each holds `first` plus its number. */
static void registers(struct fixture *fixture, const struct event *about, uint32_t lane, uint64_t first)
{
    for (unsigned number = 0; number < 17; number += EVENT_REGISTERS_MAX) {
        struct event *event = fixture_event(fixture, sizeof(struct event_registers), lane, MODE_USER, 0);
        struct event_registers *record = (struct event_registers *)event->payload;
        record->about = about->seq;
        record->first = (uint8_t)number;
        record->used = number + EVENT_REGISTERS_MAX <= 17 ? EVENT_REGISTERS_MAX : (uint8_t)(17 - number);
        for (unsigned i = 0; i < record->used; i++)
            record->value[i] = number + i == 3 ? 0xffffffffffffffda : first + number + i;
        log_publish(event, EVENT_REGISTERS);
    }
}

static void stack(struct fixture *fixture, const struct event *about, uint32_t lane, uint64_t pc)
{
    struct event *event = fixture_event(fixture, sizeof(struct event_stack), lane, MODE_USER, 0);
    *(struct event_stack *)event->payload =
        (struct event_stack){.about = about->seq, .used = 2, .of = 2, .pc = {pc, pc + 0x10}};
    log_publish(event, EVENT_STACK);
}

int main(int argc, char **argv)
{
    struct fixture fixture;
    if (argc != 2)
        return 2;
    fixture_start(&fixture, argv[1], LOG_BY_TEST, "three parties");
    fixture.vm = 1;
    struct event *trap = begin(&fixture, process, MODE_USER, 0);
    fixture_publish(&fixture, trap, EVENT_TRAP, NULL);
    registers(&fixture, trap, process, 0x1000);
    stack(&fixture, trap, process, 0x401000);
    struct event *save = begin(&fixture, hypervisor, MODE_HYPERVISOR, 1);
    fixture_publish(&fixture, save, EVENT_SAVE_REGISTERS, NULL);
    stack(&fixture, save, hypervisor, 0x555000);
    struct event *leave = begin(&fixture, os, MODE_GUEST_KERNEL, 4);
    fixture_publish(&fixture, leave, EVENT_LEAVE_KERNEL, NULL);
    registers(&fixture, leave, os, 0x2000);
    stack(&fixture, leave, os, 0x8000100);
    struct event *user = begin(&fixture, process, MODE_USER, 8);
    fixture_publish(&fixture, user, EVENT_ENTER_USER, NULL);
    registers(&fixture, user, process, 0x1001);
    fixture.log.header->clock = CLOCK_KIND_VIRTUAL;
    fixture.log.header->repeatable = 0;
    fixture.log.header->lost = 1234;
    fixture_end(&fixture);
    return 0;
}
