/* An lde that runs while the test does something to it or to its guests. */
#ifndef TESTS_LDE_BACKGROUND_H
#define TESTS_LDE_BACKGROUND_H

#include <stdbool.h>
#include <sys/types.h>

enum { BACKGROUND_GUESTS = 128 };

struct background {
    pid_t lde;
    int out, err; /* its output: to be read here */
    unsigned guests;
    pid_t guest[BACKGROUND_GUESTS]; /* its host processes, in the order of their birth, */
    int handle[BACKGROUND_GUESTS];  /* and pidfds of them: a pid alone may be used again */
};

/* Starts lde with the words, NULL-terminated; returns 0 once it has written its first line (so its guests are there),
 * −1, with nothing left of it, if it could not within twenty seconds (of an emulated CPU, longer; so the others). */
int background_start(struct background *background, const char *const words[]);

/* Waits for lde to end by itself, but kills it after twenty seconds; returns its status. */
int background_wait(struct background *background);

/* Kills lde if it still runs and waits for it; returns its status. */
int background_end(struct background *background, int signo);

/* Waits until every guest known is dead; 0, or how many still live after ten seconds. */
unsigned background_survivors(struct background *background);

/* Starts lde with the words and kills it, so many times.  Returns how many of its guests lived on, in all; −1 if it did
 * not start, or had fewer than two. */
int background_kill(const char *const words[], unsigned times);

/* Waits for lde to have written the text, for as long as it may take to start.  False if it did not. */
bool background_says(struct background *background, const char *text);

/* Does the guest's host process go on computing?  Looks at its CPU time until that has grown, or for long enough. */
bool background_computes(pid_t guest);

/* Reads the stream to its end into static storage. */
const char *background_rest(int stream);

#endif
