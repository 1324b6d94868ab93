/* Small logs with known contents and fixed times, for the suite of the renderer. */
#ifndef TESTS_RENDER_FIXTURES_H
#define TESTS_RENDER_FIXTURES_H

#include "tracer/log.h"

/* A log being written by one producer, at times that the test chooses. */
struct fixture {
    struct log log;
    struct log_writer writer;
    uint64_t now; /* ns: of the next event */
    uint16_t vm;
};

/* All of these end the test program with a message if the log cannot be written. */
void fixture_start(struct fixture *fixture, const char *path, enum log_producer_kind by, const char *program);
void fixture_end(struct fixture *fixture);

struct event *fixture_event(struct fixture *fixture, unsigned length, uint32_t lane, enum event_mode mode,
                            unsigned step);
/* Publishes, and adds texts: name may be NULL. */
void fixture_publish(struct fixture *fixture, struct event *event, enum event_kind kind, const char *name);

/* One reflected call, write(1, "hi\n", 3), in nine steps; the lanes are process:1, guest-os:VM, hypervisor. */
void fixture_reflected_call(struct fixture *fixture, const char *text, int64_t result);
/* One bare call in seven steps: process:1 and os. */
void fixture_bare_call(struct fixture *fixture);
/* A thread starts another (lane and tid `number`), which starts, and ends after one write. */
void fixture_thread(struct fixture *fixture, unsigned number);
/* A process of one thread starts, and runs a program. */
void fixture_exec(struct fixture *fixture, unsigned thread, const char *program);
/* A system call of a recorded thread: write(1, text, length) = result, in 12 µs. */
void fixture_write(struct fixture *fixture, unsigned thread, const char *text, size_t length, int64_t result);
void fixture_lane(struct fixture *fixture, uint32_t lane, const char *name);
void fixture_exit(struct fixture *fixture, unsigned thread, int status);

/* Whole logs. */
void fixture_nine_steps(const char *path, unsigned repeats);
void fixture_seven_steps(const char *path);
void fixture_two_vms(const char *path);
void fixture_threads(const char *path, unsigned threads);
void fixture_empty(const char *path);
void fixture_nasty(const char *path);
/* Control that passes through the middle lane both ways, arrows on both sides of its marks. */
void fixture_ping_pong(const char *path);
/* More rows than one picture shows, none like another. */
void fixture_long(const char *path);
/* A thread that opens by one write and then, twenty times, writes a dot five times and a line once. */
void fixture_loops(const char *path);

#endif
