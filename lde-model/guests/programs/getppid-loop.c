/* Traps, and does nothing else: `getppid-loop COUNT` makes COUNT calls (10 if not told).  For measuring. */
#include "lde-model/guests/programs/guest.h"

int main(int argc, char **argv)
{
    for (long left = guest_number(argc > 1 ? argv[1] : NULL, 10); left > 0; left--)
        guest_who_am_i();
    return 0;
}
