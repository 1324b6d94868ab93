/* Hidden: the same kinds of pair as the visible ones, with other numbers. */
#ifndef PAIRS_H
#define PAIRS_H

#define NUM_PAIRS 10

/* clang-format off */
static int to_factor[NUM_PAIRS][2] = {
    {91, 91},
    {81, 100},
    {100, 81},
    {13, 169},
    {169, 13},
    {462, 1071},
    {1071, 462},
    {7, 1},
    {2, 2},
    {999, 37},
};

#endif
