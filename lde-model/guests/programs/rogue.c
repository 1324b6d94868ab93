/* Tries what only a kernel may do, and every way around the trap table.  Each trick is played by a child of its own,
 * which should not survive it; `rogue NAME` plays one itself. */
#include "lde-model/guests/arch/rogue.h"
#include "lde-model/guests/programs/guest.h"

static int same(const char *a, const char *b)
{
    while (*a != '\0' && *a == *b)
        a++, b++;
    return *a == *b;
}

static void try_in_child(const struct trick *trick)
{
    int status = 0;
    struct guest_line line = {0};
    if (guest_fork() == 0) {
        trick->play();
        guest_exit(0);
    }
    guest_wait(&status);
    line_text(&line, trick->name);
    line_text(&line, (status & 0x7f) != 0 ? ": ended\n" : ": got away with it\n");
    line_print(&line);
}

int main(int argc, char **argv)
{
    for (unsigned i = 0; i < TRICKS; i++) {
        if (argc == 1)
            try_in_child(&tricks[i]);
        else if (same(argv[1], tricks[i].name))
            tricks[i].play();
    }
    return 0;
}
