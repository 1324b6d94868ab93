/* A guest program for the suites: three producers, two consumers, one pipe; and two that play ping-pong.  Messages are
 * whole however they meet: what is no longer than a pipe's guaranteed piece is written in one piece or not yet. */
#include "lde-model/guests/programs/guest.h"

enum { PRODUCERS = 3, CONSUMERS = 2, MESSAGES = 40, LENGTH = 100, ROUNDS = 50 };

static void say(const char *what, long number)
{
    struct guest_line line = {0};
    line_text(&line, what);
    line_text(&line, " ");
    line_number(&line, number);
    line_text(&line, "\n");
    line_print(&line);
}

static void produce(int to, int who)
{
    char message[LENGTH];
    for (int i = 0; i < MESSAGES; i++) {
        for (int at = 0; at < LENGTH; at++)
            message[at] = (char)(who + 1);
        if (guest_write(to, message, LENGTH) != LENGTH)
            guest_exit(1);
    }
    guest_exit(0);
}

/* Tells `to` how many whole messages came, and what they add up to. */
static void consume(int from, int to)
{
    char message[LENGTH];
    long told[2] = {0, 0}, got;
    while ((got = guest_read(from, message, LENGTH)) > 0) {
        for (int at = 1; at < LENGTH; at++) {
            if (got != LENGTH || message[at] != message[0])
                guest_exit(2);
        }
        told[0]++;
        told[1] += message[0];
    }
    guest_write(to, told, sizeof told);
    guest_exit(0);
}

static void exchange(void)
{
    int goods[2], results[2], status, bad = 0;
    long told[2], sum[2] = {0, 0};
    guest_pipe(goods);
    guest_pipe(results);
    for (int i = 0; i < PRODUCERS + CONSUMERS; i++) {
        if (guest_fork() != 0)
            continue;
        guest_close(goods[i < PRODUCERS ? 0 : 1]);
        if (i < PRODUCERS)
            produce(goods[1], i);
        consume(goods[0], results[1]);
    }
    guest_close(goods[0]);
    guest_close(goods[1]);
    guest_close(results[1]);
    while (guest_read(results[0], told, sizeof told) == sizeof told) {
        sum[0] += told[0];
        sum[1] += told[1];
    }
    guest_close(results[0]);
    for (int i = 0; i < PRODUCERS + CONSUMERS; i++) {
        guest_wait(&status);
        bad += status != 0;
    }
    say("messages", sum[0]);
    say("sum", sum[1]);
    say("not well", bad);
}

static void ping_pong(void)
{
    int there[2], back[2], ball = 0, status;
    guest_pipe(there);
    guest_pipe(back);
    if (guest_fork() == 0) {
        guest_close(there[1]);
        while (guest_read(there[0], &ball, sizeof ball) == sizeof ball) {
            ball++;
            guest_write(back[1], &ball, sizeof ball);
        }
        guest_exit(0);
    }
    for (int i = 0; i < ROUNDS; i++) {
        guest_write(there[1], &ball, sizeof ball);
        guest_read(back[0], &ball, sizeof ball);
    }
    guest_close(there[1]);
    guest_wait(&status);
    say("rounds", ball);
}

int main(int argc, char **argv)
{
    (void)argc, (void)argv;
    exchange();
    ping_pong();
    return 0;
}
