/* The lecture's warm-up, with processes for threads: one for each pair, all running before the first is waited for.
 * A child's answer is its exit status, which is why the pairs' factors stay below 256. */
#include "lde-model/guests/programs/guest.h"

enum { PAIRS = 3 };

static const int to_factor[PAIRS][2] = {{48, 52}, {25, 100}, {120, 340}};

static int greatest_common_factor(int a, int b)
{
    int factor = 1;
    for (int i = 2; i <= a; i++) {
        if (a % i == 0 && b % i == 0)
            factor = i;
    }
    return factor;
}

int main(int argc, char **argv)
{
    (void)argc, (void)argv;
    long child[PAIRS];
    int answer[PAIRS] = {0};
    for (int i = 0; i < PAIRS; i++) {
        child[i] = guest_fork();
        if (child[i] == 0)
            return greatest_common_factor(to_factor[i][0], to_factor[i][1]);
    }
    for (int left = PAIRS; left > 0; left--) { /* children end in any order: remember whose answer it is */
        int status = 0;
        const long ended = guest_wait(&status);
        for (int i = 0; i < PAIRS; i++) {
            if (child[i] == ended)
                answer[i] = status >> 8 & 0xff;
        }
    }
    for (int i = 0; i < PAIRS; i++) {
        struct guest_line line = {0};
        line_text(&line, "The GCF of ");
        line_number(&line, to_factor[i][0]);
        line_text(&line, " and ");
        line_number(&line, to_factor[i][1]);
        line_text(&line, " is ");
        line_number(&line, answer[i]);
        line_text(&line, "\n");
        line_print(&line);
    }
    return 0;
}
