/* The numbers of this exercise.  Change them as you like: the grader brings its own, with the same two names.
 *
 * NUM_PAIRS   at least 1
 * to_factor   NUM_PAIRS pairs of positive ints, in any order, equal ones and coprime ones among them
 */
#ifndef PAIRS_H
#define PAIRS_H

#define NUM_PAIRS 3

static int to_factor[NUM_PAIRS][2] = {{48, 52}, {25, 100}, {120, 340}};

#endif
