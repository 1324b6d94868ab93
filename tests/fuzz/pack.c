/* Makes seeds of a real log, one for each consumer that is fuzzed: pack LOG FOLDER BYTES. */
#include "tests/fuzz/packed.h"

#include <stdio.h>
#include <stdlib.h>

enum { CONSUMERS = 8, ROOM_MOST = 65536 };

int main(int argc, char **argv)
{
    static uint8_t packed[ROOM_MOST];
    size_t room = argc > 3 ? strtoul(argv[3], NULL, 10) : 0, size;

    if (argc < 4 || room > sizeof packed || (size = packed_read(argv[1], packed, room)) == 0) {
        fprintf(stderr, "pack: cannot pack a log; usage: pack LOG FOLDER BYTES (at most %d)\n", ROOM_MOST);
        return 2;
    }
    for (unsigned consumer = 0; consumer < CONSUMERS; consumer++) {
        char path[512];
        FILE *seed;

        snprintf(path, sizeof path, "%s.%u", argv[2], consumer);
        packed[0] = (uint8_t)(consumer * 11); /* any spread over the choices of log.c */
        packed[1] = consumer % 2 == 0 ? PACKED_REPAIR : 0;
        seed = fopen(path, "we");
        if (seed == NULL || fwrite(packed, size, 1, seed) != 1 || fclose(seed) != 0) {
            perror(path);
            return 1;
        }
    }
    return 0;
}
