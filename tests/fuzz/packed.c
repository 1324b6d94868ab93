/* Logs without their zeros, and back.  Judges nothing: what is wrong with a log is for its reader to find. */
#include "tests/fuzz/packed.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { PRODUCERS = 4, CHUNKS_MOST = 8 };

/* The reader's demands on a header, met. */
static void repair_header(struct log_header *header)
{
    memcpy(header->magic, LOG_MAGIC, sizeof header->magic);
    header->version = LOG_VERSION;
    header->header_size = LOG_HEADER_SIZE;
    header->chunk_size = LOG_CHUNK_SIZE;
    header->clock %= CLOCK_KIND_END;
    header->producer_kind %= LOG_BY_END;
    header->producers = PRODUCERS;
    header->chunks_ready = header->chunks_claimed = 0;
}

/* What each producer has written so far. */
struct progress {
    uint32_t seq[PRODUCERS];
    uint64_t ordinal[PRODUCERS];
};

static void repair_payload(struct event *event)
{
    struct event_text *text = (struct event_text *)(void *)event->payload;
    struct event_stack *stack = (struct event_stack *)(void *)event->payload;
    struct event_registers *registers = (struct event_registers *)(void *)event->payload;

    if (event->kind == EVENT_TEXT) {
        text->used %= EVENT_TEXT_BYTES + 1;
        text->role %= TEXT_ROLE_END;
    } else if (event->kind == EVENT_STACK)
        stack->used %= EVENT_STACK_FRAMES + 1;
    else if (event->kind == EVENT_REGISTERS)
        registers->used %= EVENT_REGISTERS_MAX + 1;
    else if (event->kind == EVENT_LOST)
        ((struct event_lost *)(void *)event->payload)->count = 0;
}

/* The records of one chunk; its bytes end at `size`. */
static void repair_records(unsigned char *chunk, size_t size, uint32_t *seq)
{
    for (size_t at = sizeof(struct log_chunk); at + sizeof(struct event) + EVENT_PAYLOAD_MAX <= size;) {
        struct event *event = (struct event *)(void *)(chunk + at);
        unsigned least;

        event->kind = (uint16_t)(1 + event->kind % (EVENT_KIND_END - 1));
        least = event_payload_size(event->kind);
        event->length = (uint8_t)(event->length < least               ? least
                                  : event->length > EVENT_PAYLOAD_MAX ? EVENT_PAYLOAD_MAX
                                                                      : event->length);
        event->mode %= MODE_END;
        event->clock %= CLOCK_KIND_END;
        event->lane = EVENT_LANE(EVENT_LANE_CLASS(event->lane) % LANE_CLASS_END, event->lane);
        event->seq = (*seq)++;
        repair_payload(event);
        at += EVENT_SIZE(event->length);
    }
}

static void repair_chunk(unsigned char *bytes, size_t size, struct progress *progress)
{
    struct log_chunk *chunk = (struct log_chunk *)(void *)bytes;

    if (size < sizeof *chunk)
        return;
    chunk->magic = LOG_CHUNK_MAGIC;
    chunk->producer %= PRODUCERS;
    chunk->ordinal = progress->ordinal[chunk->producer]++;
    repair_records(bytes, size, &progress->seq[chunk->producer]);
}

static int write_at(int fd, const void *bytes, size_t size, uint64_t offset)
{
    return pwrite(fd, bytes, size, (off_t)offset) == (ssize_t)size ? 0 : -1;
}

/* The chunks, each at its place; returns where the file ends. */
static uint64_t write_chunks(int fd, const uint8_t *bytes, size_t size, unsigned how)
{
    static union {
        unsigned char bytes[UINT16_MAX + 1];
        uint64_t aligned;
    } chunk;
    struct progress progress = {0};
    uint64_t offset = LOG_HEADER_SIZE, end = offset;

    for (unsigned i = 0; i < CHUNKS_MOST && size > 2; i++, offset += LOG_CHUNK_SIZE) {
        size_t wanted = bytes[0] | (size_t)bytes[1] << 8, used = wanted < size - 2 ? wanted : size - 2;

        memcpy(chunk.bytes, bytes + 2, used);
        /* The repair looks at whole records only; what it leaves behind them is as it came. */
        if (how & PACKED_REPAIR) {
            repair_chunk(chunk.bytes, used, &progress);
            used -= used > EVENT_PAYLOAD_MAX + sizeof(struct event) ? (used - sizeof(struct log_chunk)) % 8 : 0;
        }
        if (write_at(fd, chunk.bytes, used, offset) != 0)
            return 0;
        end = how & PACKED_CUT ? offset + used : offset + LOG_CHUNK_SIZE;
        bytes += 2 + (wanted < size - 2 ? wanted : size - 2);
        size -= 2 + (wanted < size - 2 ? wanted : size - 2);
    }
    return end;
}

int packed_write(int fd, const uint8_t *bytes, size_t size)
{
    struct packed_lead lead = {0};
    struct log_header header = {0};
    size_t head;
    uint64_t end;

    memcpy(&lead, bytes, size < sizeof lead ? size : sizeof lead);
    bytes += size < sizeof lead ? size : sizeof lead;
    size -= size < sizeof lead ? size : sizeof lead;
    if (ftruncate(fd, 0) != 0)
        return -1;
    if (lead.how & PACKED_RAW)
        return write_at(fd, bytes, size, 0);
    head = size < PACKED_HEADER ? size : PACKED_HEADER;
    memcpy(&header, bytes, head);
    if (lead.how & PACKED_REPAIR)
        repair_header(&header);
    if (write_at(fd, &header, sizeof header, 0) != 0)
        return -1;
    end = write_chunks(fd, bytes + head, size - head, lead.how);
    return end != 0 && ftruncate(fd, (off_t)end) == 0 ? 0 : -1;
}

/* ---- packing ---- */

static size_t used_of(const unsigned char *chunk)
{
    size_t used = sizeof(struct log_chunk);

    while (used + sizeof(struct event) <= LOG_CHUNK_SIZE) {
        const struct event *event = (const struct event *)(const void *)(chunk + used);
        if (event->kind == EVENT_NONE)
            break;
        used += EVENT_SIZE(event->length);
    }
    return used;
}

size_t packed_read(const char *path, uint8_t *to, size_t room)
{
    static union {
        unsigned char bytes[LOG_CHUNK_SIZE];
        uint64_t aligned;
    } chunk;
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    size_t used = sizeof(struct packed_lead) + PACKED_HEADER;

    if (fd < 0)
        return 0;
    memset(to, 0, sizeof(struct packed_lead));
    if (pread(fd, to + sizeof(struct packed_lead), PACKED_HEADER, 0) != PACKED_HEADER)
        used = 0;
    for (off_t offset = LOG_HEADER_SIZE; used > 0 && pread(fd, chunk.bytes, LOG_CHUNK_SIZE, offset) == LOG_CHUNK_SIZE;
         offset += LOG_CHUNK_SIZE) {
        size_t size = used_of(chunk.bytes);

        if (room < used + 2)
            break;
        size = size < room - used - 2 ? size : room - used - 2;
        size = size < UINT16_MAX ? size : UINT16_MAX;
        to[used] = (uint8_t)size;
        to[used + 1] = (uint8_t)(size >> 8);
        memcpy(to + used + 2, chunk.bytes, size);
        used += 2 + size;
    }
    close(fd);
    return used;
}
