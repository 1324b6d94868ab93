/* The smallest guest: one line, one call. */
#include "lde-model/guests/programs/guest.h"

int main(int argc, char **argv)
{
    (void)argc, (void)argv;
    guest_print("hello from a guest\n");
    return 0;
}
