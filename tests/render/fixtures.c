/* Small logs with known contents: written through the same log.h as every producer's, but with times that the
 * test chooses, so that what is drawn from them can be compared letter by letter.
 */
#include "tests/render/fixtures.h"
#include "tracer/threads/calls.h"

#include <elf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { CALL_WRITE_X86_64 = 1 };

static void must(bool good, const char *what)
{
    if (good)
        return;
    fprintf(stderr, "fixtures: %s\n", what);
    abort();
}

void fixture_start(struct fixture *fixture, const char *path, enum log_producer_kind by, const char *program)
{
    char error[LOG_ERROR_MAX] = "";
    enum event_clock clock = CLOCK_KIND_MONOTONIC;
    *fixture = (struct fixture){.now = 0};
    must(log_create(&fixture->log, path, by, clock, program, error) == 0, error);
    /* Whatever machine runs the test, the log is of one and the same. */
    fixture->log.header->machine = EM_X86_64;
    fixture->log.header->repeatable = 1;
    log_writer_start(&fixture->writer, &fixture->log);
}

void fixture_end(struct fixture *fixture)
{
    log_writer_stop(&fixture->writer);
    fixture->log.header->overhead_ns = 31u * fixture->writer.seq;
    log_close(&fixture->log, true);
}

struct event *fixture_event(struct fixture *fixture, unsigned length, uint32_t lane, enum event_mode mode,
                            unsigned step)
{
    struct event *event = log_begin(&fixture->writer, length);
    must(event != NULL, "the log takes no event: is the disk full?");
    memset(event->payload, 0, length);
    event->t_ns = fixture->now;
    event->lane = lane;
    event->mode = (uint8_t)mode;
    event->step = (uint8_t)step;
    event->vm = fixture->vm;
    event->tid = 4000 + EVENT_LANE_NUMBER(lane);
    return event;
}

void fixture_publish(struct fixture *fixture, struct event *event, enum event_kind kind, const char *name)
{
    log_publish(event, kind);
    if (name != NULL)
        log_text(&fixture->writer, event, TEXT_NAME, 0, name, strlen(name), strlen(name), false);
}

void fixture_lane(struct fixture *fixture, uint32_t lane, const char *name)
{
    struct event *event = fixture_event(fixture, sizeof(struct event_lane), lane, MODE_USER, 0);
    *(struct event_lane *)event->payload = (struct event_lane){.lane = lane, .parent_lane = lane};
    fixture_publish(fixture, event, EVENT_LANE, name);
}

static void step(struct fixture *fixture, uint32_t lane, enum event_mode mode, unsigned number, enum event_kind kind,
                 uint64_t pc)
{
    struct event *event = fixture_event(fixture, sizeof(struct event_trap), lane, mode, number);
    *(struct event_trap *)event->payload = (struct event_trap){.pc = pc, .cause = CAUSE_SYSCALL};
    fixture_publish(fixture, event, kind, kind == EVENT_HANDLER_RETURN ? "sysretq" : NULL);
}

static void handler(struct fixture *fixture, uint32_t lane, enum event_mode mode, unsigned number, enum event_kind kind,
                    const char *name, int64_t result)
{
    struct event *event = fixture_event(fixture, sizeof(struct event_handler), lane, mode, number);
    *(struct event_handler *)event->payload =
        (struct event_handler){.pc = 0x401027, .number = CALL_WRITE_X86_64, .address = 0x8000140, .result = result};
    fixture_publish(fixture, event, kind, name);
}

static void trap_write(struct fixture *fixture, uint32_t lane, const char *text)
{
    struct event *event = fixture_event(fixture, sizeof(struct event_trap), lane, MODE_USER, 0);
    struct event_trap trap = {.pc = 0x401027, .number = CALL_WRITE_X86_64, .cause = CAUSE_SYSCALL};
    trap.argument[0] = 1, trap.argument[1] = 0x402000, trap.argument[2] = strlen(text);
    memcpy(event->payload, &trap, sizeof trap);
    log_publish(event, EVENT_TRAP);
    log_text(&fixture->writer, event, TEXT_ARGUMENT, 1, text, strlen(text), strlen(text), true);
}

void fixture_reflected_call(struct fixture *fixture, const char *text, int64_t result)
{
    uint32_t vm = fixture->vm != 0 ? fixture->vm : 1;
    uint32_t process = EVENT_LANE(LANE_PROCESS, vm), os = EVENT_LANE(LANE_GUEST_OS, vm);
    uint32_t hypervisor = EVENT_LANE(LANE_HYPERVISOR, 0);
    fixture->vm = (uint16_t)vm;
    trap_write(fixture, process, text);
    fixture->now += 4900, step(fixture, hypervisor, MODE_HYPERVISOR, 1, EVENT_SAVE_REGISTERS, 0);
    fixture->now += 10, step(fixture, hypervisor, MODE_HYPERVISOR, 2, EVENT_ENTER_KERNEL, 0);
    fixture->now += 10, handler(fixture, hypervisor, MODE_HYPERVISOR, 3, EVENT_TABLE_LOOKUP, "tick_write", 0);
    fixture->now += 5080, step(fixture, os, MODE_GUEST_KERNEL, 4, EVENT_LEAVE_KERNEL, 0);
    fixture->now += 10, handler(fixture, os, MODE_GUEST_KERNEL, 5, EVENT_HANDLER, "tick_write", 0);
    fixture->now += 5590, step(fixture, hypervisor, MODE_HYPERVISOR, 6, EVENT_HANDLER_RETURN, 0x8000200);
    fixture->now += 10, handler(fixture, hypervisor, MODE_HYPERVISOR, 7, EVENT_RESTORE_REGISTERS, NULL, result);
    fixture->now += 4780, step(fixture, process, MODE_USER, 8, EVENT_ENTER_USER, 0x401029);
    fixture->now += 10, step(fixture, process, MODE_USER, 9, EVENT_RESUME, 0x401029);
    fixture->now += 200;
}

void fixture_bare_call(struct fixture *fixture)
{
    uint32_t process = EVENT_LANE(LANE_PROCESS, 1), os = EVENT_LANE(LANE_OS, 0);
    trap_write(fixture, process, "hi\n");
    fixture->now += 4900, step(fixture, os, MODE_HYPERVISOR, 1, EVENT_SAVE_REGISTERS, 0);
    fixture->now += 10, step(fixture, os, MODE_HYPERVISOR, 2, EVENT_ENTER_KERNEL, 0);
    fixture->now += 10, handler(fixture, os, MODE_HYPERVISOR, 3, EVENT_TABLE_LOOKUP, "tick_write", 0);
    fixture->now += 10, handler(fixture, os, MODE_HYPERVISOR, 4, EVENT_HANDLER, "tick_write", 0);
    fixture->now += 900, handler(fixture, os, MODE_HYPERVISOR, 5, EVENT_RESTORE_REGISTERS, NULL, 3);
    fixture->now += 4070, step(fixture, process, MODE_USER, 6, EVENT_ENTER_USER, 0x401029);
    fixture->now += 10, step(fixture, process, MODE_USER, 7, EVENT_RESUME, 0x401029);
    fixture->now += 200;
}

static void life(struct fixture *fixture, unsigned thread, enum event_kind kind, struct event_life what)
{
    struct event *event = fixture_event(fixture, sizeof what, EVENT_LANE(LANE_THREAD, thread), MODE_USER, 0);
    *(struct event_life *)event->payload = what;
    fixture_publish(fixture, event, kind, NULL);
    fixture->now += 1000;
}

void fixture_write(struct fixture *fixture, unsigned thread, const char *text, size_t length, int64_t result)
{
    uint32_t lane = EVENT_LANE(LANE_THREAD, thread), seq;
    struct event *event = fixture_event(fixture, sizeof(struct event_syscall), lane, MODE_HOST, 0);
    *(struct event_syscall *)event->payload = (struct event_syscall){
        .pc = 0x401027, .number = CALL_WRITE_X86_64, .machine = EM_X86_64, .argument = {1, 0x402000, length}};
    seq = event->seq;
    log_publish(event, EVENT_SYSCALL_ENTER);
    log_text(&fixture->writer, event, TEXT_ARGUMENT, 1, text, length, length, true);
    fixture->now += 12000;
    event = fixture_event(fixture, sizeof(struct event_sysret), lane, MODE_USER, 0);
    *(struct event_sysret *)event->payload = (struct event_sysret){.pc = 0x401029,
                                                                   .number = CALL_WRITE_X86_64,
                                                                   .machine = EM_X86_64,
                                                                   .result = result,
                                                                   .error = result < 0,
                                                                   .enter_seq = seq};
    log_publish(event, EVENT_SYSCALL_EXIT);
    fixture->now += 1000;
}

void fixture_exit(struct fixture *fixture, unsigned thread, int status)
{
    life(fixture, thread, EVENT_EXIT, (struct event_life){.pid = 4001, .status = status});
}

void fixture_exec(struct fixture *fixture, unsigned thread, const char *program)
{
    const uint32_t lane = EVENT_LANE(LANE_THREAD, thread);
    life(fixture, thread, EVENT_START, (struct event_life){.pid = 4001});
    struct event *event = fixture_event(fixture, sizeof(struct event_life), lane, MODE_HOST, 0);
    *(struct event_life *)event->payload = (struct event_life){.pid = 4001};
    log_publish(event, EVENT_EXEC);
    log_text(&fixture->writer, event, TEXT_PROGRAM, 0, program, strlen(program), strlen(program), false);
}

void fixture_thread(struct fixture *fixture, unsigned number)
{
    life(fixture, 1, EVENT_CLONE, (struct event_life){.other_tid = 4000 + number, .pid = 4001});
    life(fixture, number, EVENT_START, (struct event_life){.other_tid = 4001, .pid = 4001});
}

static void join(struct fixture *fixture, unsigned number)
{
    static const enum event_kind kinds[] = {EVENT_JOIN_WAIT, EVENT_JOIN_DONE};
    for (unsigned i = 0; i < 2; i++) {
        struct event *event =
            fixture_event(fixture, sizeof(struct event_sync), EVENT_LANE(LANE_THREAD, 1), MODE_USER, 0);
        *(struct event_sync *)event->payload = (struct event_sync){.object = 0x7f0000000000u + number * 0x1000u,
                                                                   .other_tid = 4000 + number,
                                                                   .call = CALL_pthread_join,
                                                                   .object_kind = OBJECT_THREAD,
                                                                   .waited_ns = i * 3100};
        fixture_publish(fixture, event, kinds[i], NULL);
        fixture->now += 3100;
    }
}

void fixture_nine_steps(const char *path, unsigned repeats)
{
    struct fixture fixture;
    fixture_start(&fixture, path, LOG_BY_MODEL, "tickos:hello, trap mode");
    fixture.vm = 1;
    for (unsigned i = 0; i < repeats; i++)
        fixture_reflected_call(&fixture, "hi\n", 3);
    fixture_end(&fixture);
}

void fixture_seven_steps(const char *path)
{
    struct fixture fixture;
    fixture_start(&fixture, path, LOG_BY_MODEL, "hello, bare mode");
    fixture_bare_call(&fixture);
    fixture_end(&fixture);
}

void fixture_two_vms(const char *path)
{
    struct fixture fixture;
    fixture_start(&fixture, path, LOG_BY_MODEL, "two VMs, slices of 3 traps");
    for (unsigned i = 0; i < 4; i++) {
        fixture.vm = (uint16_t)(1 + i % 2);
        for (unsigned trap = 0; trap < 3; trap++)
            fixture_reflected_call(&fixture, fixture.vm == 1 ? "tick\n" : "yield\n", fixture.vm == 1 ? 5 : 6);
        uint32_t from = EVENT_LANE(LANE_PROCESS, fixture.vm), to = EVENT_LANE(LANE_PROCESS, 3u - fixture.vm);
        struct event *event =
            fixture_event(&fixture, sizeof(struct event_interrupt), EVENT_LANE(LANE_HYPERVISOR, 0), MODE_HYPERVISOR, 0);
        ((struct event_interrupt *)event->payload)->traps = 6;
        fixture_publish(&fixture, event, EVENT_SLICE_END, NULL);
        fixture.now += 5000;
        fixture.vm = (uint16_t)(3 - fixture.vm);
        event = fixture_event(&fixture, sizeof(struct event_switch), to, MODE_USER, 0);
        *(struct event_switch *)event->payload =
            (struct event_switch){.from_lane = from, .to_lane = to, .cpu_ns = 60000};
        fixture_publish(&fixture, event, EVENT_SWITCH, NULL);
        fixture.now += 300;
    }
    fixture_end(&fixture);
}

void fixture_threads(const char *path, unsigned threads)
{
    struct fixture fixture;
    fixture_start(&fixture, path, LOG_BY_RECORDER, "./pool");
    life(&fixture, 1, EVENT_START, (struct event_life){.pid = 4001});
    for (unsigned i = 2; i <= threads; i++)
        fixture_thread(&fixture, i);
    for (unsigned i = 2; i <= threads; i++) {
        char line[32];
        int length = snprintf(line, sizeof line, "worker %u done\n", i);
        fixture_write(&fixture, i, line, (size_t)length, length);
        fixture_exit(&fixture, i, 0);
        join(&fixture, i);
    }
    fixture_exit(&fixture, 1, 0);
    fixture_end(&fixture);
}

void fixture_empty(const char *path)
{
    struct fixture fixture;
    fixture_start(&fixture, path, LOG_BY_RECORDER, "/bin/true");
    fixture_end(&fixture);
}

/* Everything that a careless output would pass on: markup, escapes of graphviz, control characters, a
 * terminal's escape sequence, bytes that are no UTF-8. */
void fixture_nasty(const char *path)
{
    static const char bytes[] = "<&\"'>]]>--> \\N\\l\\n &amp; \x1b[31m\a\x7f\xff\xc3 {|} \xe2\x80\xae é€😀";
    struct fixture fixture;
    fixture_start(&fixture, path, LOG_BY_RECORDER, bytes);
    life(&fixture, 1, EVENT_START, (struct event_life){.pid = 4001});
    fixture_lane(&fixture, EVENT_LANE(LANE_THREAD, 1), bytes);
    fixture_write(&fixture, 1, bytes, sizeof bytes - 1, sizeof bytes - 1);
    struct event *event = fixture_event(&fixture, sizeof(struct event_life), EVENT_LANE(LANE_THREAD, 1), MODE_USER, 0);
    log_publish(event, EVENT_EXEC);
    log_text(&fixture.writer, event, TEXT_PROGRAM, 0, bytes, sizeof bytes - 1, sizeof bytes - 1, false);
    fixture_exit(&fixture, 1, 9);
    fixture_end(&fixture);
}

void fixture_ping_pong(const char *path)
{
    static const unsigned lanes[] = {LANE_PROCESS,  LANE_GUEST_OS, LANE_HYPERVISOR,
                                     LANE_GUEST_OS, LANE_PROCESS,  LANE_HYPERVISOR};
    static const enum event_mode modes[] = {MODE_USER,         MODE_GUEST_KERNEL, MODE_HYPERVISOR,
                                            MODE_GUEST_KERNEL, MODE_USER,         MODE_HYPERVISOR};
    struct fixture fixture;
    fixture_start(&fixture, path, LOG_BY_MODEL, "a flow that never stays");
    fixture.vm = 1;
    for (unsigned i = 0; i < 12; i++) {
        step(&fixture, EVENT_LANE(lanes[i % 6], 1), modes[i % 6], i % 9 + 1, i % 2 ? EVENT_RESUME : EVENT_LEAVE_KERNEL,
             0x401000);
        fixture.now += 4200;
    }
    fixture_end(&fixture);
}

void fixture_loops(const char *path)
{
    struct fixture fixture;
    fixture_start(&fixture, path, LOG_BY_RECORDER, "./dots");
    life(&fixture, 1, EVENT_START, (struct event_life){.pid = 4001});
    fixture_write(&fixture, 1, "go\n", 3, 3);
    for (unsigned line = 0; line < 20; line++) {
        for (unsigned dot = 0; dot < 5; dot++)
            fixture_write(&fixture, 1, ".", 1, 1);
        fixture_write(&fixture, 1, "\n", 1, 1);
    }
    for (unsigned i = 0; i < 15; i++) {
        char line[16];
        int length = snprintf(line, sizeof line, "line %u\n", i);
        fixture_write(&fixture, 1, line, (size_t)length, length);
    }
    fixture_exit(&fixture, 1, 0);
    fixture_end(&fixture);
}

void fixture_long(const char *path)
{
    struct fixture fixture;
    uint32_t order = 1;
    fixture_start(&fixture, path, LOG_BY_RECORDER, "./count");
    for (unsigned i = 0; i < 500; i++) {
        char line[16];
        int length = snprintf(line, sizeof line, "%u", i);
        order = order * 1103515245 + 12345;
        fixture_write(&fixture, 1 + (order >> 16) % 7, line, (size_t)length, length);
    }
    fixture_end(&fixture);
}
