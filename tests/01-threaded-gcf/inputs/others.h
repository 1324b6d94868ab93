/* What pairs can look like: equal, coprime, one a divisor of the other, and each the other way round. */
#ifndef PAIRS_H
#define PAIRS_H

#define NUM_PAIRS 8

/* clang-format off */
static int to_factor[NUM_PAIRS][2] = {
    {36, 36},
    {35, 64},
    {64, 35},
    {17, 85},
    {85, 17},
    {270, 192},
    {192, 270},
    {1, 9},
};

#endif
