/* The log's writing side: a file, a shared header, and one chunk of it mapped by each producer thread.
 *
 * This runs inside recorded programs, too, so it takes no lock, allocates no memory, never waits and never
 * lets a full disk turn into a signal.  It knows nothing of what the events mean; log_view.c reads them.
 */
#include "tracer/log.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "tracer/arch/machine.h"

/* While the disk is full, the file system is asked again only after so many events: asking costs a system call. */
enum { RETRY_AFTER_DROPS = 256 };

static int log_failed(char error[LOG_ERROR_MAX], const char *what, const char *path, int number, const char *advice)
{
    const char *name = strerrorname_np(number);

    snprintf(error, LOG_ERROR_MAX, "%s %s: %s (%s)%s", what, path, strerror(number), name ? name : "?", advice);
    return -1;
}

static uint64_t clock_ns(clockid_t clock)
{
    struct timespec now;

    clock_gettime(clock, &now);
    return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

uint64_t log_now(const struct log *log)
{
    const struct log_header *header = log->header;

    if (header->ticks_scale == 0)
        return clock_ns(CLOCK_MONOTONIC) - header->start_ns;
    return log_ticks_ns(header, machine_ticks() - header->ticks_start);
}

/* ---- the CPU's counter ---- */

struct moment {
    uint64_t ns, ticks;
};

/* Both clocks at one moment: of several readings the one that took the least. */
static struct moment read_both(void)
{
    struct moment best = {0};
    uint64_t shortest = UINT64_MAX;

    for (int i = 0; i < 16; i++) {
        uint64_t before = machine_ticks(), ns = clock_ns(CLOCK_MONOTONIC), after = machine_ticks();

        if (after - before >= shortest)
            continue;
        shortest = after - before;
        best = (struct moment){.ns = ns, .ticks = before + (after - before) / 2};
    }
    return best;
}

/* Where the kernel takes its time from the counter, the counter is steady and the same on every CPU. */
static bool counter_is_trusted(void)
{
    char name[32] = "";
    int fd = open("/sys/devices/system/clocksource/clocksource0/current_clocksource", O_RDONLY | O_CLOEXEC);

    if (fd < 0)
        return false;
    if (read(fd, name, sizeof name - 1) < 0)
        name[0] = '\0';
    close(fd);
    return strcmp(name, MACHINE_CLOCKSOURCE "\n") == 0;
}

void log_use_ticks(struct log *log)
{
    struct moment first, last;

    if (!counter_is_trusted())
        return;
    first = read_both();
    clock_nanosleep(CLOCK_MONOTONIC, 0, &(struct timespec){.tv_nsec = 2000000}, NULL);
    last = read_both();
    if (last.ticks <= first.ticks || last.ns - first.ns >= UINT32_MAX) /* nobody sleeps four seconds for two ms */
        return;
    log->header->ticks_start = first.ticks;
    log->header->start_realtime_ns += first.ns - log->header->start_ns;
    log->header->start_ns = first.ns;
    log->header->ticks_scale = ((last.ns - first.ns) << 32) / (last.ticks - first.ticks);
}

/* ---- the file and its header ---- */

/* Growing a file past the caller's file-size limit raises SIGXFSZ, which kills: so never try. */
static bool limit_allows(uint64_t size)
{
    struct rlimit limit;

    return getrlimit(RLIMIT_FSIZE, &limit) != 0 || limit.rlim_cur == RLIM_INFINITY || size <= limit.rlim_cur;
}

static int allocate(int fd, uint64_t offset, uint64_t size)
{
    int failure;

    if (!limit_allows(offset + size))
        return EFBIG;
    do
        failure = posix_fallocate(fd, (off_t)offset, (off_t)size);
    while (failure == EINTR);
    return failure;
}

int log_allocate_chunk(struct log *log, uint64_t chunk)
{
    return allocate(log->fd, LOG_HEADER_SIZE + chunk * LOG_CHUNK_SIZE, LOG_CHUNK_SIZE);
}

/* Maps the header, and the page that tells a forked child that it is one. */
static int map_header(struct log *log)
{
    void *header = mmap(NULL, LOG_HEADER_SIZE, PROT_READ | PROT_WRITE, MAP_SHARED, log->fd, 0);
    void *owner;

    if (header == MAP_FAILED)
        return errno;
    owner = mmap(NULL, (size_t)sysconf(_SC_PAGESIZE), PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (owner == MAP_FAILED) {
        int failure = errno;
        munmap(header, LOG_HEADER_SIZE);
        return failure;
    }
    /* Before Linux 4.14 this fails, and children call log_writer_forked by themselves. */
    madvise(owner, (size_t)sysconf(_SC_PAGESIZE), MADV_WIPEONFORK);
    log->header = header;
    log->owner = owner;
    atomic_store(log->owner, (uint32_t)getpid());
    return 0;
}

static void fill_header(struct log_header *header, enum log_producer_kind by, enum event_clock clock,
                        const char *program)
{
    header->version = LOG_VERSION;
    header->header_size = LOG_HEADER_SIZE;
    header->chunk_size = LOG_CHUNK_SIZE;
    header->machine = MACHINE_ELF;
    header->producer_kind = by;
    header->clock = clock;
    header->start_ns = clock_ns(CLOCK_MONOTONIC);
    header->start_realtime_ns = clock_ns(CLOCK_REALTIME);
    atomic_store(&header->repeatable, 1);
    snprintf(header->program, sizeof header->program, "%s", program);
    snprintf(header->build, sizeof header->build, "%s", TRAPBOOK_VERSION);
    /* Last, so that a file with the magic has a whole header. */
    atomic_thread_fence(memory_order_release);
    memcpy(header->magic, LOG_MAGIC, sizeof header->magic);
}

/* Empties the file; returns an errno.  A pipe or a device cannot be mapped, and must not be emptied. */
static int make_room(int fd)
{
    struct stat status;

    if (fstat(fd, &status) != 0)
        return errno;
    if (!S_ISREG(status.st_mode))
        return EINVAL;
    if (ftruncate(fd, 0) != 0)
        return errno;
    return allocate(fd, 0, LOG_HEADER_SIZE);
}

int log_create(struct log *log, const char *path, enum log_producer_kind by, enum event_clock clock,
               const char *program, char error[LOG_ERROR_MAX])
{
    int failure;

    *log = (struct log){.fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NONBLOCK, 0666)};
    if (log->fd < 0)
        return log_failed(error, "create", path, errno, "; name another file with -o");
    failure = make_room(log->fd);
    if (failure == 0)
        failure = map_header(log);
    if (failure != 0) {
        close(log->fd);
        return log_failed(error, "create", path, failure,
                          failure == EINVAL ? "; a log must be a regular file: name one with -o"
                                            : "; name another file with -o");
    }
    fill_header(log->header, by, clock, program);
    return 0;
}

int log_join(struct log *log, int fd, char error[LOG_ERROR_MAX])
{
    struct stat status;
    int failure;

    *log = (struct log){.fd = fd};
    if (fstat(fd, &status) != 0)
        return log_failed(error, "join", "the log", errno, "; was its descriptor closed?");
    if (status.st_size < LOG_HEADER_SIZE)
        return log_failed(error, "join", "the log", EINVAL, "; it has no header");
    failure = map_header(log);
    if (failure != 0)
        return log_failed(error, "join", "the log", failure, "");
    if (memcmp(log->header->magic, LOG_MAGIC, sizeof log->header->magic) == 0 && log->header->version == LOG_VERSION)
        return 0;
    log_close(log, false);
    return log_failed(error, "join", "the log", EINVAL, "; it is of another version");
}

void log_close(struct log *log, bool creator)
{
    if (creator)
        atomic_store(&log->header->closed, 1);
    munmap(log->header, LOG_HEADER_SIZE);
    munmap((void *)log->owner, (size_t)sysconf(_SC_PAGESIZE));
    close(log->fd);
    *log = (struct log){.fd = -1};
}

/* ---- one producer's chunks ---- */

/* A full chunk and no chunk at all look the same to log_begin: no room. */
static void forget_chunks(struct log_writer *writer)
{
    if (writer->chunk != NULL)
        munmap(writer->chunk, LOG_CHUNK_SIZE);
    if (writer->previous != NULL)
        munmap(writer->previous, LOG_CHUNK_SIZE);
    writer->chunk = writer->previous = NULL;
    writer->used = LOG_CHUNK_SIZE;
}

void log_writer_start(struct log_writer *writer, struct log *log)
{
    *writer = (struct log_writer){.log = log, .used = LOG_CHUNK_SIZE, .pid = atomic_load(log->owner)};
}

void log_writer_forked(struct log_writer *writer)
{
    struct log *log = writer->log;

    atomic_store(log->owner, (uint32_t)getpid());
    forget_chunks(writer); /* only this process's view of them: the parent goes on filling them */
    log_writer_start(writer, log);
}

void log_writer_stop(struct log_writer *writer)
{
    forget_chunks(writer);
}

/* Makes the chunk a part of the log.  The magic goes last: a chunk without it holds nothing. */
static void open_chunk(struct log_writer *writer, unsigned char *memory)
{
    struct log_chunk *chunk = (struct log_chunk *)(void *)memory;

    if (!writer->started) {
        writer->producer = (uint32_t)atomic_fetch_add(&writer->log->header->producers, 1);
        writer->tid = (uint32_t)gettid();
        writer->started = true;
    }
    chunk->producer = writer->producer;
    chunk->pid = writer->pid;
    chunk->tid = writer->tid;
    chunk->ordinal = writer->ordinal++;
    atomic_thread_fence(memory_order_release);
    *(volatile uint32_t *)&chunk->magic = LOG_CHUNK_MAGIC;
    atomic_fetch_add(&writer->log->header->chunks_ready, 1);

    if (writer->previous != NULL)
        munmap(writer->previous, LOG_CHUNK_SIZE);
    writer->previous = writer->chunk;
    writer->chunk = memory;
    writer->used = sizeof *chunk;
    writer->claimed = 0;
}

/* Claims the next chunk, or says that there is none to be had now.  The number claimed is kept for the next
 * try, so that a full disk does not tear holes into the log. */
static bool claim_chunk(struct log_writer *writer)
{
    uint64_t offset;
    void *memory;

    if (writer->claimed == 0)
        writer->claimed = atomic_fetch_add(&writer->log->header->chunks_claimed, 1) + 1;
    offset = LOG_HEADER_SIZE + (writer->claimed - 1) * LOG_CHUNK_SIZE;
    if ((writer->log->allocate != NULL ? writer->log->allocate : log_allocate_chunk)(writer->log,
                                                                                     writer->claimed - 1) != 0)
        return false;
    memory = mmap(NULL, LOG_CHUNK_SIZE, PROT_READ | PROT_WRITE, MAP_SHARED, writer->log->fd, (off_t)offset);
    if (memory == MAP_FAILED)
        return false;
    /* Faulting the pages in together costs a third of taking 64 faults one by one; for writing, because MAP_POPULATE
     * would only let them be read.  Before Linux 5.14 they come one by one. */
    madvise(memory, LOG_CHUNK_SIZE, MADV_POPULATE_WRITE);
    open_chunk(writer, memory);
    return true;
}

/* The next record's place.  A fresh chunk is all zeros, so only what is not zero needs to be stored. */
static struct event *place_record(struct log_writer *writer, unsigned length, uint64_t t_ns)
{
    struct event *event = (struct event *)(void *)(writer->chunk + writer->used);

    writer->used += (uint32_t)EVENT_SIZE(length);
    event->length = (uint8_t)length;
    event->seq = writer->seq++;
    event->t_ns = t_ns;
    event->clock = (uint8_t)writer->log->header->clock;
    return event;
}

/* Says, as the first record after a gap, how many events are missing there. */
static void confess_loss(struct log_writer *writer)
{
    struct event *event = place_record(writer, sizeof(struct event_lost), log_now(writer->log));
    struct event_lost *lost = (struct event_lost *)(void *)event->payload;

    event->tid = writer->tid;
    lost->count = writer->dropped;
    log_publish(event, EVENT_LOST);
    writer->dropped = 0;
}

/* The slow path of log_begin; `errno` belongs to the program that we may be inside of. */
static bool next_chunk(struct log_writer *writer)
{
    int program_errno = errno;
    bool claimed = writer->dropped % RETRY_AFTER_DROPS == 0 && claim_chunk(writer);

    errno = program_errno;
    if (claimed && writer->dropped > 0)
        confess_loss(writer);
    if (!claimed) {
        writer->used = LOG_CHUNK_SIZE; /* after a drop, LOST must come first: no small event may slip in before it */
        writer->dropped++;
        writer->seq++;
        atomic_fetch_add(&writer->log->header->lost, 1);
    }
    return claimed;
}

static bool has_room(struct log_writer *writer, unsigned length)
{
    if (atomic_load_explicit(writer->log->owner, memory_order_relaxed) != writer->pid)
        log_writer_forked(writer);
    return writer->used + EVENT_SIZE(length) <= LOG_CHUNK_SIZE || next_chunk(writer);
}

struct event *log_begin(struct log_writer *writer, unsigned length)
{
    return has_room(writer, length) ? place_record(writer, length, log_now(writer->log)) : NULL;
}

/* ---- strings ---- */

static void copy_place(struct event *piece, const struct event *about)
{
    piece->tid = about->tid;
    piece->lane = about->lane;
    piece->cpu = about->cpu;
    piece->mode = about->mode;
    piece->vm = about->vm;
    piece->step = about->step;
}

void log_text(struct log_writer *writer, const struct event *about, enum event_text_role role, unsigned index,
              const char *bytes, size_t size, size_t full, bool buffer)
{
    struct event place;

    if (about == NULL) /* the event itself was dropped */
        return;
    memcpy(&place, about, sizeof place); /* its chunk may be given back while the pieces are written */
    for (bool more = true; more;) {
        size_t used = size < EVENT_TEXT_BYTES ? size : EVENT_TEXT_BYTES;
        struct event_text *text;
        struct event *event;

        if (!has_room(writer, sizeof *text))
            return;
        event = place_record(writer, sizeof *text, place.t_ns); /* nobody asks the clock for a text */
        copy_place(event, &place);
        text = (struct event_text *)(void *)event->payload;
        more = size > used;
        *text = (struct event_text){.about = place.seq,
                                    .role = (uint8_t)role,
                                    .index = (uint8_t)index,
                                    .more = more,
                                    .full = (uint16_t)(full < UINT16_MAX ? full : UINT16_MAX),
                                    .used = (uint8_t)used,
                                    .unterminated = buffer};
        memcpy(text->bytes, bytes, used);
        log_publish(event, EVENT_TEXT);
        bytes += used;
        size -= used;
    }
}
