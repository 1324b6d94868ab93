/* How a run ends: with a finding, with the program's own end, or at a limit.  Whoever calls in here does not return:
 * the fibres are left as they stand and the controller decides what to run next.
 * Collects facts (threads, addresses, code addresses); the words for people are made outside the program.
 */
#include "tracer/explore/runtime/runtime.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static struct channel_outcome *outcome(void)
{
    return &S->channel->outcome;
}

/* A store hook comes before the store: what it wrote is known when the thread does anything else. */
void step_finish_write(void)
{
    if (!S->unfinished)
        return;
    struct channel_step *step = &S->channel->step[S->unfinished - 1];
    step->value = 0;
    memcpy(&step->value, (const void *)step->address, step->size < 8 ? step->size : 8);
    S->unfinished = 0;
}

uint32_t step_record(enum event_kind kind, uint16_t call, uintptr_t pc, uintptr_t address, uint64_t value,
                     uint32_t size, uint32_t other, int result)
{
    step_finish_write();
    if (!S->config.record || S->steps >= CHANNEL_STEPS)
        return NO_STEP;
    S->channel->step[S->steps] = (struct channel_step){.kind = (uint16_t)kind,
                                                       .call = call,
                                                       .pc = pc,
                                                       .address = address,
                                                       .value = value,
                                                       .size = size,
                                                       .other = other,
                                                       .result = result,
                                                       .thread = S->current,
                                                       .time = S->decisions};
    return S->steps++;
}

static _Noreturn void end_with(enum outcome_status status, enum explore_finding finding)
{
    struct channel_outcome *o = outcome();
    o->status = status;
    o->finding = finding;
    step_finish_write();
    o->steps = S->steps;
    o->choices = S->branches;
    o->output_size = S->output_used;
    o->complaint_size = S->complaint_used;
    for (uint32_t i = 0; i < S->branches; i++)
        S->channel->choices[i] = S->branch[i].chosen;
    fibre_leave();
}

static struct channel_party *add_party(uint32_t thread, uintptr_t pc, uint16_t call)
{
    struct channel_outcome *o = outcome();
    if (o->parties == CHANNEL_CYCLE)
        return &o->party[CHANNEL_CYCLE - 1];
    struct channel_party *party = &o->party[o->parties++];
    *party = (struct channel_party){.thread = thread, .pc = pc, .call = call, .other = NO_THREAD, .step = NO_STEP};
    return party;
}

void find_at(enum explore_finding finding, uintptr_t pc, uint16_t call, const struct object *object, uint32_t other,
             uintptr_t other_pc)
{
    struct channel_party *party = add_party(S->current, pc, call);
    party->held_pc = other_pc;
    party->other = other;
    if (object) {
        party->object = object->address;
        party->object_kind = object->kind;
    }
    end_with(OUTCOME_FOUND, finding);
}

static void add_access(const struct record *record, uintptr_t address, size_t size, uint32_t step)
{
    struct channel_party *party = add_party(record->thread, record->pc, CALL_NONE);
    party->object = address;
    party->size = (uint32_t)size;
    party->write = record->write;
    party->atomic = record->atomic;
    party->life = record->life;
    party->step = step;
}

/* Two unordered uses; where one begins or ends an object that the other uses, or frees its memory, that is the better
 * word for it. */
void find_race(const struct record *before, const struct record *now, uintptr_t address, size_t size, uintptr_t cell)
{
    bool begins = before->life == USE_BEGIN || now->life == USE_BEGIN;
    bool ends = before->life == USE_END || now->life == USE_END;
    bool frees = before->life == USE_FREE || now->life == USE_FREE;
    if (before->mask == now->mask) /* as far as can be told, the same */
        add_access(before, address, size, before->step);
    else
        add_access(before, cell + (unsigned)__builtin_ctz(before->mask), (size_t)__builtin_popcount(before->mask),
                   before->step);
    add_access(now, address, size,
               step_record(EVENT_RACE, CALL_NONE, now->pc, address, 0, (uint32_t)size, before->step, 0));
    end_with(OUTCOME_FOUND, ends     ? FINDING_DESTROYED
                            : begins ? FINDING_UNINITIALIZED
                            : frees  ? FINDING_FREED
                                     : FINDING_RACE);
}

static void set_text(const char *format, va_list arguments)
{
    vsnprintf(outcome()->text, sizeof outcome()->text, format, arguments);
}

void find_text(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    set_text(format, arguments);
    va_end(arguments);
}

void find_words(enum explore_finding finding, uintptr_t pc, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    set_text(format, arguments);
    va_end(arguments);
    add_party(S->current, pc, CALL_NONE);
    end_with(OUTCOME_FOUND, finding);
}

void run_known(void)
{
    S->known = true;
    end_with(OUTCOME_DONE, FINDING_NONE);
}

void run_limit(const char *words)
{
    snprintf(outcome()->text, sizeof outcome()->text, "%s", words);
    end_with(OUTCOME_LIMIT, FINDING_NONE);
}

void run_cut(const char *words)
{
    snprintf(outcome()->text, sizeof outcome()->text, "%s", words);
    end_with(OUTCOME_CUT, FINDING_NONE);
}

void run_refused(const char *words)
{
    snprintf(outcome()->text, sizeof outcome()->text, "%s", words);
    add_party(S->current, SELF->wait.pc, SELF->wait.call);
    end_with(OUTCOME_REFUSED, FINDING_NONE);
}

/* From a condition, and still without the mutex. */
static bool is_woken(uint32_t number)
{
    const struct thread *thread = &S->thread[number];
    return thread->wait.kind == WAIT_CONDITION && thread->signalled && thread->wait.mutex;
}

/* Whom does a stuck thread wait for?  The owner of its lock, the thread it joins; nobody in particular otherwise. */
static uint32_t waits_for(uint32_t number)
{
    const struct wait *wait = &S->thread[number].wait;
    switch (wait->kind) {
    case WAIT_LOCK:
    case WAIT_READ:
        return wait->object->owner;
    case WAIT_WRITE:
        if (wait->object->owner != NO_THREAD)
            return wait->object->owner;
        for (uint32_t i = 0; i < S->threads; i++)
            if (wait->object->held[i])
                return i;
        return NO_THREAD;
    case WAIT_SEMAPHORE: /* the last who took a unit and did not post it */
        for (uint32_t i = S->threads; i-- > 0;)
            if (i != number && wait->object->held[i] && !S->thread[i].finished)
                return i;
        return NO_THREAD;
    case WAIT_CONDITION: /* woken, it waits for the mutex */
        return is_woken(number) ? wait->mutex->owner : NO_THREAD;
    case WAIT_ONCE:
        return wait->object->owner;
    case WAIT_JOIN:
        return wait->target;
    default:
        return NO_THREAD;
    }
}

static struct channel_party *add_waiting(uint32_t number)
{
    const struct wait *wait = &S->thread[number].wait;
    struct channel_party *party = add_party(number, wait->pc, wait->call);
    party->other = waits_for(number);
    party->ended = party->other != NO_THREAD && S->thread[party->other].finished;
    const struct object *object = is_woken(number) ? wait->mutex : wait->object;
    if (object) {
        party->object = object->address;
        party->object_kind = object->kind;
        party->held_pc = object->taken_pc;
    }
    return party;
}

/* Follow who waits for whom until a thread comes up twice: that is the cycle. */
static bool add_cycle(uint32_t start)
{
    bool visited[THREADS_MAX] = {false};
    uint32_t at = start;
    while (at != NO_THREAD && !S->thread[at].finished && !visited[at]) {
        visited[at] = true;
        at = waits_for(at);
    }
    if (at == NO_THREAD || S->thread[at].finished)
        return false;
    uint32_t first = at;
    do {
        add_waiting(at);
        at = waits_for(at);
    } while (at != first);
    return true;
}

/* Nobody can run, and somebody should: a cycle of waits, or a wait that nobody is left to end. */
void find_stuck(void)
{
    bool on_signal = false;
    for (uint32_t i = 0; i < S->threads; i++)
        if (!S->thread[i].finished && add_cycle(i))
            end_with(OUTCOME_FOUND, FINDING_DEADLOCK);
    for (uint32_t i = 0; i < S->threads; i++) {
        if (S->thread[i].finished)
            continue;
        struct channel_party *party = add_waiting(i);
        const struct wait *wait = &S->thread[i].wait;
        if (wait->kind == WAIT_CONDITION && !is_woken(i)) {
            party->size = wait->object->signals;
        } else if (wait->kind == WAIT_SIGNAL) {
            party->signals = wait->signals;
            party->object_kind = OBJECT_SIGNAL;
            party->size = (wait->signals & S->merged) != 0;
        }
        on_signal |= (wait->kind == WAIT_CONDITION && !is_woken(i)) || wait->kind == WAIT_SIGNAL;
    }
    end_with(OUTCOME_FOUND, on_signal ? FINDING_LOST_WAKEUP : FINDING_DEADLOCK);
}

/* The first of them, and how many there are. */
static void check_leaks(uintptr_t pc)
{
    uint32_t first = NO_THREAD, count = 0;
    for (uint32_t i = S->threads; i-- > 1;)
        if (!S->thread[i].joined && !S->thread[i].detached)
            first = i, count++;
    if (count == 0)
        return;
    struct channel_party *party = add_party(S->current, pc, CALL_pthread_create);
    party->other = first;
    party->held_pc = S->thread[first].created_pc;
    party->size = count;
    end_with(OUTCOME_FOUND, FINDING_LEAKED_THREAD);
}

void run_exit(int status, uintptr_t pc)
{
    status &= 0xff; /* all that a shell sees of it */
    outcome()->exit_status = status;
    if (status != (int)S->config.expect_status)
        find_words(FINDING_EXIT, pc, "exit status %d, expected %u", status, S->config.expect_status);
    if (S->config.expect_output && (S->output_used != S->config.output_size ||
                                    memcmp(S->channel->output, S->channel->expected, S->output_used) != 0))
        find_words(FINDING_OUTPUT, pc, "the output is not the expected one");
    if (!S->main_exited)
        check_leaks(pc);
    if (S->config.states)
        memory_note_state();
    end_with(OUTCOME_DONE, FINDING_NONE);
}
