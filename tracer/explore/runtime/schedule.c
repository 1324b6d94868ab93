/* Whose turn it is.  A thread that is about to do something visible says what must hold before it can (struct wait) and
 * calls decide(): the candidates are the threads whose condition holds, the strategy picks one, and the turn passes.
 * Knows nothing of mutexes' meaning beyond wait_is_over(), and nothing of how a strategy chooses.
 *
 * Fairness, so that a spinning thread does not make a run endless: a thread that yields, or that reads again what it
 * has read, unchanged, since it last got anywhere, is idle: until somebody else has got somewhere, the others come
 * first, and letting it go on all the same costs a deviation, as a preemption does.
 *
 * No decision falls where the turn could as well pass a little later, at the thread's next decision, with the same
 * outcome and no more preemptions: before a thread is created, begins or ends (only its join could tell), between being
 * woken by a signal and having the mutex again, and before a lock or the last unit is given back (only a trylock could
 * tell; a program that has one gets these decisions, too).  With
 * --plain they fall everywhere: tests/explore compares the two.
 */
#include "tracer/explore/runtime/runtime.h"

/* Waits that are cancellation points; those of locks, barriers and once are none. */
static bool is_cancelled(const struct thread *thread)
{
    switch (thread->wait.kind) {
    case WAIT_CONDITION:
    case WAIT_SEMAPHORE:
    case WAIT_JOIN:
    case WAIT_SLEEP:
    case WAIT_SIGNAL:
        return cancel_is_due(thread);
    default:
        return false;
    }
}

bool wait_is_over(const struct thread *thread)
{
    const struct object *object = thread->wait.object;
    if (is_cancelled(thread))
        return true;
    switch (thread->wait.kind) {
    case WAIT_NOTHING:
        return true;
    case WAIT_LOCK:
        return object->owner == NO_THREAD;
    case WAIT_READ:
        return object->owner == NO_THREAD;
    case WAIT_WRITE:
        return object->owner == NO_THREAD && object->readers == 0;
    case WAIT_CONDITION:
        return thread->signalled && (!thread->wait.mutex || thread->wait.mutex->owner == NO_THREAD);
    case WAIT_BARRIER:
        return thread->signalled;
    case WAIT_SEMAPHORE:
        return object->value > 0;
    case WAIT_JOIN:
        return S->thread[thread->wait.target].finished;
    case WAIT_ONCE:
        return object->value != 1;
    case WAIT_SIGNAL:
        return signal_is_there(thread);
    case WAIT_SLEEP: /* of the sleepers whose time has come any may be the next */
        return thread->wait.deadline <= S->now;
    }
    return false;
}

/* By a signal, though it may still wait for the mutex. */
static bool was_woken(const struct thread *thread)
{
    return thread->wait.kind == WAIT_CONDITION && thread->signalled;
}

static uint32_t add_candidate(uint32_t count, uint32_t thread, enum resume how, bool costs)
{
    S->candidate[count] = (struct candidate){thread, (uint8_t)how, costs};
    return count + 1;
}

/* Threads that can simply go on, the current one first, then in a circle; idle ones only if there is no other. */
static uint32_t ready_candidates(bool idle)
{
    uint32_t count = 0;
    bool current_goes_on = false;
    for (uint32_t i = 0; i < S->threads; i++) {
        uint32_t number = (S->current + i) % S->threads;
        const struct thread *thread = &S->thread[number];
        if (thread->finished || thread->idle != idle || !wait_is_over(thread))
            continue;
        if (i == 0)
            current_goes_on = true;
        count = add_candidate(count, number, RESUME_READY, current_goes_on && i > 0);
    }
    return count;
}

/* Only the timed wait that ends first can end next: virtual time does not run backwards. */
static uint32_t next_to_time_out(void)
{
    uint32_t first = NO_THREAD;
    for (uint32_t i = 0; i < S->threads; i++) {
        const struct thread *thread = &S->thread[i];
        if (!thread->finished && thread->wait.timed && !wait_is_over(thread) && !was_woken(thread) &&
            (first == NO_THREAD || thread->wait.deadline < S->thread[first].wait.deadline))
            first = i;
    }
    return first;
}

static uint32_t idle_candidates(uint32_t count)
{
    for (uint32_t i = 0; i < S->threads; i++) {
        uint32_t number = (S->current + i) % S->threads;
        const struct thread *thread = &S->thread[number];
        if (!thread->finished && thread->idle && wait_is_over(thread))
            count = add_candidate(count, number, RESUME_READY, true);
    }
    return count;
}

static uint32_t collect_candidates(void)
{
    uint32_t count = ready_candidates(false);
    uint32_t late = next_to_time_out();
    if (count == 0 && late == NO_THREAD) {
        /* All who could run are idle: they take turns, without a choice, until one finds that something changed. */
        count = ready_candidates(true);
        if (count > 1)
            S->candidate[0] = S->candidate[S->candidate[0].thread == S->current];
        return count > 1 ? 1 : count;
    }
    if (count > 0) /* to let an idle thread go on all the same is a deviation */
        count = idle_candidates(count);
    if (late != NO_THREAD)
        count = add_candidate(count, late, RESUME_TIMEOUT, count > 0);
    if (count > 0 && S->spurious < S->config.spurious_max)
        for (uint32_t i = 0; i < S->threads; i++)
            if (!S->thread[i].finished && S->thread[i].wait.kind == WAIT_CONDITION && !S->thread[i].signalled)
                count = add_candidate(count, i, RESUME_SPURIOUS, true);
    return count;
}

static uint32_t free_candidates(uint32_t count)
{
    uint32_t free = 0;
    while (free < count && !S->candidate[free].cost)
        free++;
    return free;
}

/* They come first, in the order of a round. */
static uint32_t ready_in_round(uint32_t count)
{
    uint32_t ready = 0;
    while (ready < count && S->candidate[ready].how == RESUME_READY && !S->thread[S->candidate[ready].thread].idle)
        ready++;
    return ready;
}

static void count_decision(const struct candidate *chosen)
{
    S->hash = (S->hash ^ chosen->thread ^ (uint64_t)chosen->how << 8) * 0x100000001b3ull;
    if (++S->decisions > S->config.decisions_max)
        run_cut("a run has more decisions than the limit (--decisions)");
}

/* For the picture of a witness; a run can have more steps than there is room for. */
static void record_choice(const struct candidate *chosen, uint32_t count)
{
    const uint32_t step = step_record(EVENT_CHOICE, SELF->wait.call, SELF->wait.pc, 0, 0, 0, chosen->thread, 0);
    if (step != NO_STEP)
        S->channel->step[step].of = count;
}

static void resume_candidate(const struct candidate *chosen)
{
    struct thread *thread = &S->thread[chosen->thread];
    thread->resume = (enum resume)chosen->how;
    if (chosen->how == RESUME_TIMEOUT && thread->wait.deadline > S->now)
        S->now = thread->wait.deadline;
    if (chosen->how == RESUME_SPURIOUS)
        S->spurious++;
    if (chosen->how != RESUME_READY)
        thread_is_busy();
    thread->turn = chosen->thread == S->current ? thread->turn + 1 : 0;
    thread->accesses = 0;
}

static _Noreturn void end_of_turns(void)
{
    for (uint32_t i = 0; i < S->threads; i++)
        if (!S->thread[i].finished)
            find_stuck();
    run_exit(0, 0); /* the last thread has ended: so does the process */
}

static void pass_turn(void)
{
    uint32_t count = collect_candidates();
    if (count == 0)
        end_of_turns();
    if (S->thread[S->candidate[0].thread].idle)
        livelock_look_idle();
    livelock_look_alone(count == 1 && S->candidate[0].thread == S->current);
    uint32_t index = count > 1 ? strategy_choose(count, free_candidates(count), ready_in_round(count), true) : 0;
    struct candidate chosen = S->candidate[index];
    count_decision(&chosen);
    if (count > 1)
        record_choice(&chosen, count);
    resume_candidate(&chosen);
    if (chosen.thread != S->current)
        fibre_switch_to(chosen.thread);
}

enum resume decide(const struct wait *wait)
{
    struct thread *self = SELF;
    uintptr_t here = (uintptr_t)&self;
    step_finish_write();
    self->wait = *wait;
    if (here < self->low)
        self->low = here;
    if (self->turn >= FAIR_TURN) { /* a long turn without a wait: somebody else's progress may be what it needs */
        self->turn = 0;
        self->idle = true;
        S->channel->outcome.forced++;
    }
    if (self->starting) { /* its creator goes on: what it did so far nobody can see */
        self->starting = false;
        fibre_switch_to(self->creator);
    } else {
        pass_turn();
    }
    self->idle = false;
    history_add(wait->pc << 2 | self->resume);
    return self->resume;
}

void decide_freely(uint16_t call, uintptr_t pc)
{
    decide(&(struct wait){.kind = WAIT_NOTHING, .call = call, .pc = pc});
}

void decide_before_release(uint16_t call, uintptr_t pc)
{
    if (S->config.plain || S->config.tries)
        decide_freely(call, pc);
}

void step_back(void)
{
    S->channel->outcome.forced++;
    SELF->idle = true;
    SELF->accesses = 0;
}

void thread_is_busy(void)
{
    SELF->seen_count = 0;
    S->idle_steps = 0;
    for (uint32_t i = 0; i < S->threads; i++)
        S->thread[i].idle = false;
}

void thread_saw(uintptr_t pc, uintptr_t address, uint64_t value)
{
    struct thread *self = SELF;
    for (uint32_t i = 0; i < self->seen_count && i < SEEN_MAX; i++)
        if (self->seen[i].pc == pc && self->seen[i].address == address && self->seen[i].value == value) {
            step_back();
            return;
        }
    self->seen[self->seen_count++ % SEEN_MAX] = (struct seen){pc, address, value};
}

uint32_t choose(uint32_t count)
{
    return count > 1 ? strategy_choose(count, count, 1, false) : 0;
}
