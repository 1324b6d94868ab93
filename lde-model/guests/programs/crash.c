/* Follows a wild pointer. */
#include "lde-model/guests/programs/guest.h"

int main(int argc, char **argv)
{
    (void)argc, (void)argv;
    guest_print("about to write where nothing is\n");
    *(volatile char *)0xdead0000 = 1;
    guest_print("this line is never reached\n");
    return 0;
}
