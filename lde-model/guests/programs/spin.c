/* Computes and never traps: only a timer interrupt takes the CPU from it.  `spin COUNT` goes COUNT million rounds
 * (1,500 if not told: some seconds), `spin endless` for ever. */
#include "lde-model/guests/programs/guest.h"

int main(int argc, char **argv)
{
    const long millions = guest_number(argc > 1 ? argv[1] : NULL, argc > 1 ? -1 : 1500);
    for (long million = 0; million != millions; million++) {
        for (volatile long round = 0; round < 1000000; round++)
            ;
    }
    guest_print("spun\n");
    return 0;
}
