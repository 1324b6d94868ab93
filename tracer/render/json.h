/* Strings in JSON, for the outputs that write it by hand. */
#ifndef TRACER_RENDER_JSON_H
#define TRACER_RENDER_JSON_H

#include <stddef.h>
#include <stdio.h>

/* Writes `size` bytes as a JSON string, quotes included: bytes that are no UTF-8 become U+FFFD, for JSON has no way to
 * say them. */
void json_put_string(FILE *out, const char *text, size_t size);

#endif
