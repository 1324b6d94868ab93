/* Virtual time: what a program arms, what it is told of the clock, and how time passes.
 *
 * No timer of the kernel's is ever set.  A clock is a deadline in a table; when virtual time has come that far, its
 * signal is sent.  Who runs while time passes is timed_order.c's business. */
#include "tests/harness/timed_run.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>

/* Where the virtual clock begins: a clock that shows 0 would be taken for one that is not set. */
enum { CLOCK_BEGINS = 1000000, READING_TAKES = 1 };

static const uint64_t NEVER = UINT64_MAX;

bool timed_armed(const struct task *process, int signo)
{
    for (int i = 0; i < CLOCKS_MAX; i++)
        if (process->clocks[i].armed && process->clocks[i].signal == signo)
            return true;
    return false;
}

/* ---- what a program asks ---- */

static enum call_action answer(struct task *task, long result, uint64_t address, const void *bytes, size_t size)
{
    task->answer = (struct answer){.given = true, .result = result, .address = address, .size = address ? size : 0};
    if (size)
        memcpy(task->answer.bytes, bytes, size);
    return CALL_ANSWER;
}

static enum call_action answer_error(struct task *task, int error)
{
    return answer(task, -error, 0, NULL, 0);
}

static uint64_t left_of(const struct run *run, const struct clockwork *clock)
{
    if (!clock->armed)
        return 0;
    return clock->deadline > run->now ? clock->deadline - run->now : 1;
}

static void arm(struct run *run, struct task *task, struct clockwork *clock, uint64_t value, uint64_t interval)
{
    if (clock->armed || value)
        timed_note(run, TIMED_ARM, task, (long)value, (long)interval);
    clock->armed = value != 0;
    clock->deadline = run->now + value;
    clock->interval = interval;
}

/* setitimer and getitimer, whose structure counts µs; timer_settime and timer_gettime, whose structure counts ns. */
static enum call_action clock_set(struct run *run, struct task *task, struct clockwork *clock, uint64_t fresh,
                                  uint64_t old, long parts, bool absolute)
{
    int64_t words[4]; /* interval, value: seconds and parts of one */
    uint64_t left = left_of(run, clock), interval = clock->interval;
    if (fresh) {
        if (!timed_peek(task, fresh, words, sizeof words))
            return answer_error(task, EFAULT);
        for (int i = 0; i < 4; i += 2)
            if (words[i] < 0 || words[i + 1] < 0 || words[i + 1] >= 1000000 * parts)
                return answer_error(task, EINVAL);
        uint64_t value = (uint64_t)(words[2] * 1000000 + (words[3] + parts - 1) / parts);
        if (absolute && value)
            value = value > run->now + CLOCK_BEGINS ? value - run->now - CLOCK_BEGINS : 1;
        arm(run, task, clock, value, (uint64_t)(words[0] * 1000000 + words[1] / parts));
    }
    const uint64_t before[4] = {interval / 1000000, interval % 1000000 * (uint64_t)parts, left / 1000000,
                                left % 1000000 * (uint64_t)parts};
    return answer(task, 0, old, before, sizeof before);
}

static enum call_action clock_create(struct task *task)
{
    struct task *process = task->process;
    struct {
        uint64_t value;
        int signal, notify;
    } event = {0, SIGALRM, SIGEV_SIGNAL};
    if (task->argument[1] && !timed_peek(task, task->argument[1], &event, sizeof event))
        return answer_error(task, EFAULT);
    for (int i = 1; i < CLOCKS_MAX; i++)
        if (!process->clocks[i].used) {
            process->clocks[i] = (struct clockwork){
                .used = true, .posix = true, .signal = event.notify == SIGEV_NONE ? 0 : event.signal};
            return answer(task, 0, task->argument[2], &i, sizeof i);
        }
    return answer_error(task, EAGAIN);
}

static struct clockwork *clock_named(struct task *task)
{
    uint64_t number = (uint32_t)task->argument[0];
    return number > 0 && number < CLOCKS_MAX && task->process->clocks[number].used ? &task->process->clocks[number]
                                                                                   : NULL;
}

/* To read a clock takes a moment, so that a program that only reads it gets ahead. */
static enum call_action clock_read(struct run *run, struct task *task, uint64_t address, uint64_t parts)
{
    run->now += READING_TAKES;
    uint64_t now = run->now + CLOCK_BEGINS, words[2] = {now / 1000000, now % 1000000 * parts};
    return answer(task, 0, address, words, sizeof words);
}

static enum call_action clock_alarm(struct run *run, struct task *task)
{
    struct clockwork *clock = &task->process->clocks[0];
    uint64_t left = left_of(run, clock);
    arm(run, task, clock, task->argument[0] * 1000000, 0);
    return answer(task, (long)((left + 999999) / 1000000), 0, NULL, 0);
}

/* timer_*: which number, which structure. */
static enum call_action clock_posix(struct run *run, struct task *task)
{
    const uint64_t *argument = task->argument;
    struct clockwork *clock = clock_named(task);
    if (!clock)
        return answer_error(task, EINVAL);
    switch (task->number) {
    case SYS_timer_settime:
        return argument[2] ? clock_set(run, task, clock, argument[2], argument[3], 1000, argument[1] & TIMER_ABSTIME)
                           : answer_error(task, EINVAL);
    case SYS_timer_gettime:
        return clock_set(run, task, clock, 0, argument[1], 1000, false);
    case SYS_timer_delete:
        *clock = (struct clockwork){0};
        break;
    }
    return answer(task, 0, 0, NULL, 0);
}

bool timed_clock_knows(uint64_t number)
{
    static const long known[] = {
        SYS_setitimer,     SYS_getitimer,     SYS_timer_create,
        SYS_timer_settime, SYS_timer_gettime, SYS_timer_getoverrun,
        SYS_timer_delete,  SYS_clock_gettime, SYS_gettimeofday,
#ifdef SYS_alarm
        SYS_alarm,
#endif
#ifdef SYS_time
        SYS_time,
#endif
    };
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (number == (uint64_t)known[i])
            return true;
    return false;
}

enum call_action timed_clock_call(struct run *run, struct task *task)
{
    const uint64_t *argument = task->argument;
    struct clockwork *real = &task->process->clocks[0];
    real->signal = SIGALRM;
    switch (task->number) {
    case SYS_setitimer:
        if (argument[0] != ITIMER_REAL)
            return timed_refuse(run, "for a timer that counts CPU time (this exercise is about SIGALRM)");
        return clock_set(run, task, real, argument[1], argument[2], 1, false);
    case SYS_getitimer:
        return clock_set(run, task, real, 0, argument[1], 1, false);
    case SYS_timer_create:
        return clock_create(task);
    case SYS_clock_gettime:
        return clock_read(run, task, argument[1], 1000);
    case SYS_gettimeofday:
        return clock_read(run, task, argument[0], 1);
#ifdef SYS_alarm
    case SYS_alarm:
        return clock_alarm(run, task);
#endif
#ifdef SYS_time
    case SYS_time:
        clock_read(run, task, argument[0], 1);
        task->answer.result = (long)((run->now + CLOCK_BEGINS) / 1000000);
        task->answer.size = argument[0] ? sizeof(uint64_t) : 0;
        return CALL_ANSWER;
#endif
    default:
        return clock_posix(run, task);
    }
}

/* ---- time passes ---- */

static void send(struct run *run, struct task *process, struct clockwork *clock)
{
    clock->armed = clock->interval != 0;
    while (clock->armed && clock->deadline <= run->now)
        clock->deadline += clock->interval;
    if (!clock->signal)
        return;
    timed_note(run, TIMED_STRIKE, process, clock->signal, clock->posix);
    kill(process->tid, clock->signal);
    process->poked |= process->state == TASK_READY;
}

static bool alive(const struct task *task)
{
    return task->state < TASK_ENDED;
}

static void strike_what_is_due(struct run *run)
{
    for (unsigned i = 0; i < run->count; i++) {
        struct task *task = &run->tasks[i];
        for (int k = 0; k < CLOCKS_MAX && alive(task); k++)
            if (task->clocks[k].armed && task->clocks[k].deadline <= run->now)
                send(run, task, &task->clocks[k]);
        if (task->state == TASK_NAPPING && task->wake <= run->now) {
            task->answer = (struct answer){.given = true};
            task->state = TASK_READY;
        }
        if (task->calls > 0) { /* who asked over and over may ask again */
            task->spinning = task->spinning && task->spins;
            task->calls = 0;
        }
    }
}

static uint64_t next_deadline(const struct run *run)
{
    uint64_t next = NEVER;
    for (unsigned i = 0; i < run->count; i++) {
        const struct task *task = &run->tasks[i];
        for (int k = 0; k < CLOCKS_MAX && alive(task); k++)
            if (task->clocks[k].armed && task->clocks[k].deadline < next)
                next = task->clocks[k].deadline;
        if (task->state == TASK_NAPPING && task->wake < next)
            next = task->wake;
    }
    return next;
}

void timed_strike(struct run *run, struct task *process, int signo)
{
    for (int k = 0; k < CLOCKS_MAX; k++)
        if (process->clocks[k].armed && process->clocks[k].signal == signo && process->clocks[k].deadline > run->now)
            run->now = process->clocks[k].deadline;
    strike_what_is_due(run);
}

/* One stretch of computing, or of nobody computing, is one event, however many steps it was made of. */
static void note_stretch(struct run *run, enum timed_kind kind, const struct task *who, uint64_t length, long others)
{
    struct timed_result *result = run->result;
    struct timed_event *last = result->count ? &result->events[result->count - 1] : NULL;
    if (last && last->kind == kind && last->who == (unsigned)(who - run->tasks) && last->other == others)
        last->value += (long)length;
    else
        timed_note(run, kind, who, (long)length, others);
}

bool timed_pass(struct run *run)
{
    struct task *burner = timed_burner(run);
    uint64_t deadline = next_deadline(run);
    if (!burner && deadline == NEVER)
        return false;
    if (run->now > TIMED_VIRTUAL_SECONDS * 1000000ull)
        timed_end_run(run, TIMED_TOO_MUCH); /* no experiment takes so long: it computes for ever */
    uint64_t until_then = deadline > run->now ? deadline - run->now : 0;
    struct task *spins = timed_spinner(run);
    if (!burner) {
        if (until_then)
            note_stretch(run, spins ? TIMED_RAN : TIMED_IDLE, spins ? spins : run->tasks, until_then, 0);
        run->now += until_then;
    } else {
        uint64_t step = burner->burn < until_then ? burner->burn : until_then;
        long others = 0; /* bit n: process n could have run, too */
        for (unsigned i = 0; i < run->count; i++)
            if (&run->tasks[i] != burner && run->tasks[i].state == TASK_READY && i < 63)
                others |= 1l << i;
        if (step)
            note_stretch(run, TIMED_RAN, burner, step, others);
        burner->burn -= step;
        run->now += step;
    }
    strike_what_is_due(run);
    return true;
}
