/* Names for the addresses of a log's stacks: functions, source lines, files.  Looked up after the run, in the files
 * that were mapped then, as they are now. */
#ifndef TRACER_RECORD_SYMBOLS_H
#define TRACER_RECORD_SYMBOLS_H

#include "tracer/log.h"

struct symbols;

struct symbol {
    const char *function; /* NULL: no symbol covers the address */
    uint64_t offset;      /* into the function; without one, into the file */
    const char *module;   /* path of the file that was mapped there; NULL: none was */
    const char *source;   /* path of the source file; NULL: no debugging information */
    int line;             /* in it */
};

/* Reads where code was mapped, of each process.  The view must outlive it.  NULL if memory is short. */
struct symbols *symbols_read(const struct log_view *view);
void symbols_free(struct symbols *symbols);

/* Names the address `pc` of the STACK record at entry `entry`, its frame number `depth` (0: where the thread stood;
 * others are return addresses: what is named is the call before them).  Strings live as long as `symbols`.  One
 * thread at a time. */
struct symbol symbols_find(struct symbols *symbols, size_t entry, uint64_t pc, unsigned depth);

/* Which program's image (a process from one exec to the next) entry `entry` is about: a number that is another one for
 * another image; 0: not known. */
size_t symbols_image(const struct symbols *symbols, size_t entry);

/* Writes "lock", "counts[4]" or "queue.filled" for an address of data in the image that entry `entry` is about; without
 * debugging information "counts+32".  False if it lies in no file's data: on a stack, or allocated. */
bool symbols_object(struct symbols *symbols, size_t entry, uint64_t address, char *text, size_t size);

/* "middle (chain.c:11)", "write+0x14 (libc.so.6)", "0x1f04 (strange)"; cuts at `size`.  Returns `out`. */
char *symbols_text(const struct symbol *symbol, uint64_t pc, char *out, size_t size);

#endif
