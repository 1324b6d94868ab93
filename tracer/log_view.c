/* The log's reading side: the whole file into memory, every byte of it doubted, all producers merged by time.
 *
 *   read the file → check the header → find the chunks → walk each producer's records → sort by time
 *
 * A producer is good up to its first record that is cut or contradicts itself; the other producers are
 * unharmed by that.  What an event means is not known here beyond the bounds that a consumer relies on.
 */
#include "tracer/log.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct found_chunk {
    uint64_t offset; /* in the file */
    uint64_t end;    /* of the bytes that we have of it */
    uint64_t ordinal;
    uint32_t producer;
};

struct reading {
    struct log_view *view;
    const char *path;
    char *error;
    size_t room; /* allocated entries */
    bool out_of_memory;
    struct found_chunk *chunks;
    size_t chunk_count;
    enum log_status damage; /* the earliest in the file; LOG_OK: none */
    uint64_t damage_offset;
    const char *damage_why;
};

/* ---- saying what is wrong ---- */

static char *grouped(uint64_t number, char text[32])
{
    char digits[24];
    int count = snprintf(digits, sizeof digits, "%" PRIu64, number), out = 0;

    for (int i = 0; i < count; i++) {
        if (i > 0 && (count - i) % 3 == 0)
            text[out++] = ',';
        text[out++] = digits[i];
    }
    text[out] = '\0';
    return text;
}

__attribute__((format(printf, 3, 4))) static enum log_status complain(struct reading *reading, enum log_status status,
                                                                      const char *format, ...)
{
    int used = snprintf(reading->error, LOG_ERROR_MAX, "read %s: ", reading->path);
    va_list arguments;

    if (used < 0 || used >= LOG_ERROR_MAX) /* a very long path */
        return status;
    va_start(arguments, format);
    vsnprintf(reading->error + used, LOG_ERROR_MAX - (size_t)used, format, arguments);
    va_end(arguments);
    return status;
}

static enum log_status complain_errno(struct reading *reading, int number, const char *advice)
{
    const char *name = strerrorname_np(number);

    return complain(reading, LOG_UNREADABLE, "%s (%s)%s", strerror(number), name ? name : "?", advice);
}

/* Notes damage; of several the one nearest to the file's start is told. */
static void note_damage(struct reading *reading, enum log_status status, uint64_t offset, const char *why)
{
    if (reading->damage != LOG_OK && reading->damage_offset <= offset)
        return;
    reading->damage = status;
    reading->damage_offset = offset;
    reading->damage_why = why;
}

static enum log_status tell_damage(struct reading *reading)
{
    size_t good = reading->view->count;
    char next[32], offset[32], count[32], rest[LOG_ERROR_MAX];

    if (reading->damage == LOG_OK)
        return LOG_OK;
    if (good == 0)
        snprintf(rest, sizeof rest, "nothing in it is good: record it again");
    else
        snprintf(rest, sizeof rest, "the first %s are good: trapflow render %s --to %zu", grouped(good, count),
                 reading->path, good);
    grouped(good + 1, next);
    grouped(reading->damage_offset, offset);
    if (reading->damage == LOG_CUT_SHORT)
        return complain(reading, LOG_CUT_SHORT, "event %s is cut short at byte %s; %s", next, offset, rest);
    return complain(reading, LOG_CORRUPT, "event %s is damaged at byte %s (%s); %s", next, offset, reading->damage_why,
                    rest);
}

/* ---- the file and its header ---- */

static enum log_status read_image(struct reading *reading, int fd, size_t size)
{
    struct log_view *view = reading->view;

    view->image = malloc(size);
    if (view->image == NULL)
        return complain_errno(reading, ENOMEM, "");
    while (view->image_size < size) {
        ssize_t got = read(fd, view->image + view->image_size, size - view->image_size);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return complain_errno(reading, errno, "");
        if (got == 0) /* it shrank while we were reading */
            break;
        view->image_size += (size_t)got;
    }
    return LOG_OK;
}

static enum log_status read_file(struct reading *reading)
{
    /* O_NONBLOCK: opening a pipe that nobody writes must not hang. */
    int fd = open(reading->path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    struct stat status;
    enum log_status result;

    if (fd < 0)
        return complain_errno(reading, errno, "");
    if (fstat(fd, &status) != 0)
        result = complain_errno(reading, errno, "");
    else if (S_ISDIR(status.st_mode))
        result = complain_errno(reading, EISDIR, "; name the log itself");
    else if (!S_ISREG(status.st_mode))
        result = complain(reading, LOG_UNREADABLE, "it is not a regular file; name a log that was recorded into one");
    else if (status.st_size == 0)
        result = complain(reading, LOG_UNREADABLE, "it is empty; record it again");
    else
        result = read_image(reading, fd, (size_t)status.st_size);
    close(fd);
    return result;
}

/* The fields that the rest of the reading, and every consumer, relies on. */
static const char *header_fault(const struct log_header *header)
{
    if (header->header_size != LOG_HEADER_SIZE || header->chunk_size != LOG_CHUNK_SIZE)
        return "sizes in its header are impossible";
    if (header->clock >= CLOCK_KIND_END || header->producer_kind >= LOG_BY_END)
        return "its header names a clock or a producer that does not exist";
    return NULL;
}

static enum log_status check_header(struct reading *reading)
{
    struct log_view *view = reading->view;
    const struct log_header *header = (const struct log_header *)(void *)view->image;
    const char *fault;

    if (view->image_size < sizeof header->magic || memcmp(header->magic, LOG_MAGIC, sizeof header->magic) != 0)
        return complain(reading, LOG_FOREIGN, "it is not a trap log; trapflow record writes one");
    if (view->image_size < sizeof *header) {
        note_damage(reading, LOG_CUT_SHORT, view->image_size, NULL);
        return tell_damage(reading);
    }
    if (header->version != LOG_VERSION)
        return complain(reading, LOG_FOREIGN,
                        "it is of version %" PRIu32 ", this trapflow reads version %d; record it again",
                        header->version, LOG_VERSION);
    view->header = malloc(sizeof *header);
    if (view->header == NULL)
        return complain_errno(reading, ENOMEM, "");
    memcpy(view->header, header, sizeof *header);
    view->header->program[LOG_PROGRAM_MAX - 1] = '\0';
    view->header->build[sizeof view->header->build - 1] = '\0';
    view->lost = view->header->lost;
    fault = header_fault(view->header);
    return fault == NULL ? LOG_OK : complain(reading, LOG_CORRUPT, "%s; record it again", fault);
}

/* ---- chunks ---- */

static bool all_zero(const unsigned char *bytes, size_t size)
{
    return size == 0 || (bytes[0] == 0 && memcmp(bytes, bytes + 1, size - 1) == 0);
}

static int by_producer(const void *left, const void *right)
{
    const struct found_chunk *a = left, *b = right;

    if (a->producer != b->producer)
        return a->producer < b->producer ? -1 : 1;
    if (a->ordinal != b->ordinal)
        return a->ordinal < b->ordinal ? -1 : 1;
    return a->offset < b->offset ? -1 : 1;
}

/* A chunk without its magic was never opened (its producer was killed, or the disk was full) and is empty. */
static void find_chunk(struct reading *reading, uint64_t offset)
{
    const struct log_view *view = reading->view;
    uint64_t left = view->image_size - offset, size = left < LOG_CHUNK_SIZE ? left : LOG_CHUNK_SIZE;
    struct log_chunk chunk = {0};

    memcpy(&chunk, view->image + offset, size < sizeof chunk ? size : sizeof chunk);
    if (chunk.magic == 0 &&
        (size <= sizeof chunk || all_zero(view->image + offset + sizeof chunk, size - sizeof chunk)))
        return;
    if (size < LOG_CHUNK_SIZE)
        note_damage(reading, LOG_CUT_SHORT, view->image_size, NULL);
    if (size < sizeof chunk)
        return;
    if (chunk.magic != LOG_CHUNK_MAGIC || chunk.producer >= view->header->producers)
        note_damage(reading, LOG_CORRUPT, offset, "a chunk without a producer");
    else
        reading->chunks[reading->chunk_count++] = (struct found_chunk){
            .offset = offset, .end = offset + size, .ordinal = chunk.ordinal, .producer = chunk.producer};
}

static enum log_status find_chunks(struct reading *reading)
{
    struct log_view *view = reading->view;
    uint64_t claimed = view->header->chunks_claimed;

    if (view->image_size < LOG_HEADER_SIZE) {
        note_damage(reading, LOG_CUT_SHORT, view->image_size, NULL);
        return LOG_OK;
    }
    reading->chunks = calloc(view->image_size / LOG_CHUNK_SIZE + 1, sizeof *reading->chunks);
    if (reading->chunks == NULL)
        return complain_errno(reading, ENOMEM, "");
    for (uint64_t offset = LOG_HEADER_SIZE; offset < view->image_size; offset += LOG_CHUNK_SIZE)
        find_chunk(reading, offset);
    qsort(reading->chunks, reading->chunk_count, sizeof *reading->chunks, by_producer);
    if (reading->chunk_count >= view->header->chunks_ready)
        return LOG_OK;
    /* Fewer than its writers filled: lost at the file's end, or somewhere within. */
    if ((view->image_size - LOG_HEADER_SIZE) / LOG_CHUNK_SIZE < claimed)
        note_damage(reading, LOG_CUT_SHORT, view->image_size, NULL);
    else
        note_damage(reading, LOG_CORRUPT, LOG_HEADER_SIZE, "a chunk is missing");
    return LOG_OK;
}

/* ---- records ---- */

static const char *payload_fault(const struct event *event, unsigned kind)
{
    const struct event_text *text = EVENT_PAYLOAD(event, text);

    if (kind == EVENT_TEXT && (text->used > EVENT_TEXT_BYTES || text->role >= TEXT_ROLE_END))
        return "a text that is larger than its record";
    if (kind == EVENT_STACK && EVENT_PAYLOAD(event, stack)->used > EVENT_STACK_FRAMES)
        return "a stack that is larger than its record";
    if (kind == EVENT_REGISTERS && EVENT_PAYLOAD(event, registers)->used > EVENT_REGISTERS_MAX)
        return "more registers than its record holds";
    return NULL;
}

/* What is wrong with a whole record, or NULL.  A gap in seq is right only where LOST accounts for it. */
static const char *record_fault(const struct event *event, unsigned kind, uint32_t expected_seq)
{
    if (kind >= EVENT_KIND_END)
        return "no such kind of event";
    if (event->length > EVENT_PAYLOAD_MAX || event->length < event_payload_size(kind))
        return "a length that its kind does not have";
    if (event->mode >= MODE_END || event->clock >= CLOCK_KIND_END || EVENT_LANE_CLASS(event->lane) >= LANE_CLASS_END)
        return "a mode, clock or lane that does not exist";
    if (kind == EVENT_LOST && event->seq - (uint32_t)EVENT_PAYLOAD(event, lost)->count != expected_seq)
        return "a count of lost events that does not fill the gap";
    if (kind != EVENT_LOST && event->seq != expected_seq)
        return "events are missing before it";
    return payload_fault(event, kind);
}

static bool add_entry(struct reading *reading, const struct event *event, uint32_t producer)
{
    struct log_view *view = reading->view;

    if (view->count == reading->room) {
        size_t room = reading->room ? reading->room * 2 : 1024;
        struct log_entry *entries = realloc(view->entries, room * sizeof *entries);
        if (entries == NULL)
            return false;
        view->entries = entries;
        reading->room = room;
    }
    view->entries[view->count++] = (struct log_entry){.event = event, .producer = producer};
    return true;
}

/* What stands behind the last published record: nothing, or one record that its writer did not live to publish. */
static void check_tail(struct reading *reading, const struct found_chunk *chunk, uint64_t offset)
{
    uint64_t unpublished = offset + EVENT_SIZE(EVENT_PAYLOAD_MAX);

    if (unpublished < chunk->end && !all_zero(reading->view->image + unpublished, chunk->end - unpublished))
        note_damage(reading, LOG_CORRUPT, offset, "a hole");
}

/* Walks one chunk.  False: this producer is good no further. */
static bool walk_chunk(struct reading *reading, const struct found_chunk *chunk, uint32_t *expected_seq)
{
    uint64_t offset = chunk->offset + sizeof(struct log_chunk);
    bool partial = chunk->end - chunk->offset < LOG_CHUNK_SIZE;

    for (;;) {
        const struct event *event = (const struct event *)(void *)(reading->view->image + offset);
        const char *fault;

        if (chunk->end - offset < sizeof *event)
            return !partial;
        unsigned kind = event->kind;
        if (kind == EVENT_NONE) {
            check_tail(reading, chunk, offset);
            return !partial;
        }
        if (partial && chunk->end - offset < EVENT_SIZE(event->length))
            return false;
        fault = chunk->end - offset < EVENT_SIZE(event->length) ? "it is longer than its chunk"
                                                                : record_fault(event, kind, *expected_seq);
        if (fault != NULL) {
            note_damage(reading, LOG_CORRUPT, offset, fault);
            return false;
        }
        if (!add_entry(reading, event, chunk->producer)) {
            reading->out_of_memory = true;
            return false;
        }
        *expected_seq = event->seq + 1;
        offset += EVENT_SIZE(event->length);
    }
}

/* Walks the chunks of one producer, beginning with number `first` of all; returns where the next one begins. */
static size_t walk_producer(struct reading *reading, size_t first)
{
    const struct found_chunk *chunks = reading->chunks;
    uint32_t expected_seq = 0;
    bool good = true;
    size_t i = first;

    for (; i < reading->chunk_count && chunks[i].producer == chunks[first].producer; i++) {
        if (good && chunks[i].ordinal != i - first) {
            note_damage(reading, LOG_CORRUPT, chunks[i].offset, "a chunk before it is missing");
            good = false;
        }
        good = good && walk_chunk(reading, &chunks[i], &expected_seq);
    }
    return i;
}

/* ---- merging ---- */

static int by_time(const void *left, const void *right)
{
    const struct log_entry *a = left, *b = right;

    if (a->event->t_ns != b->event->t_ns)
        return a->event->t_ns < b->event->t_ns ? -1 : 1;
    if (a->producer != b->producer)
        return a->producer < b->producer ? -1 : 1;
    return a->event < b->event ? -1 : a->event > b->event;
}

/* One producer's records are in order already, and sorting a million of them again would cost a while. */
static void merge(struct log_view *view)
{
    for (size_t i = 1; i < view->count; i++)
        if (by_time(&view->entries[i - 1], &view->entries[i]) > 0) {
            qsort(view->entries, view->count, sizeof *view->entries, by_time);
            return;
        }
}

enum log_status log_view_open(struct log_view *view, const char *path, char error[LOG_ERROR_MAX])
{
    struct reading reading = {.view = view, .path = path, .error = error};
    enum log_status status;

    *view = (struct log_view){0};
    error[0] = '\0';
    status = read_file(&reading);
    if (status == LOG_OK)
        status = check_header(&reading);
    if (status == LOG_OK)
        status = find_chunks(&reading);
    if (status == LOG_OK) {
        size_t next = 0;
        while (next < reading.chunk_count)
            next = walk_producer(&reading, next);
        merge(view);
        status = reading.out_of_memory ? complain_errno(&reading, ENOMEM, "") : tell_damage(&reading);
    }
    view->cut_short = status == LOG_CUT_SHORT;
    free(reading.chunks);
    return status;
}

void log_view_free(struct log_view *view)
{
    free(view->entries);
    free(view->header);
    free(view->image);
    *view = (struct log_view){0};
}
