/* A single pair: its thread is the first and the last. */
#ifndef PAIRS_H
#define PAIRS_H

#define NUM_PAIRS 1

/* clang-format off */
static int to_factor[NUM_PAIRS][2] = {
    {84, 126},
};

#endif
