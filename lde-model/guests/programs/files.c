/* Reads a file of the OS, a few bytes at a time, as two processes after a fork. */
#include "lde-model/guests/programs/guest.h"

static int show(const char *path)
{
    char bytes[16];
    long got;
    const long file = guest_open(path);
    if (file < 0) {
        guest_print("no such file\n");
        return 1;
    }
    while ((got = guest_read((int)file, bytes, sizeof bytes)) > 0)
        guest_write(1, bytes, (size_t)got);
    return guest_close((int)file) == 0 ? 0 : 2;
}

int main(int argc, char **argv)
{
    int status = 0;
    if (guest_fork() == 0)
        return show(argc > 1 ? argv[1] : "motto.txt");
    guest_wait(&status);
    if (status >> 8 != 0)
        return status >> 8;
    return show(argc > 1 ? argv[1] : "motto.txt");
}
