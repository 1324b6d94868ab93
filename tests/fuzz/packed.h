/* A log as a fuzzer can turn it over: without the zeros that fill up its header and its chunks.
 *
 *   struct packed_lead | the first bytes of struct log_header | then, for each chunk, 2 bytes of size and its bytes
 *
 * Nothing of that is trusted: whatever bytes come, a file is made of them.
 */
#ifndef TESTS_FUZZ_PACKED_H
#define TESTS_FUZZ_PACKED_H

#include "tracer/log.h"

enum { PACKED_HEADER = offsetof(struct log_header, program) + 16 };

enum packed_how {
    PACKED_RAW = 1,    /* the bytes are the file as they are */
    PACKED_REPAIR = 2, /* what the reader would refuse is put right, so that its consumers get to see the rest */
    PACKED_CUT = 4,    /* the file ends with the last chunk's bytes */
};

struct packed_lead {
    uint8_t consumer; /* who reads the log; log.c knows */
    uint8_t how;      /* enum packed_how */
};

/* Writes the log that these bytes stand for into the file `fd`, which it truncates first.  Returns 0 or −1. */
int packed_write(int fd, const uint8_t *bytes, size_t size);

/* Packs the log at `path` into `to`, as much of it as there is room for; returns the bytes used, 0 if it cannot. */
size_t packed_read(const char *path, uint8_t *to, size_t room);

#endif
