/* Fuzzes the reading of an explorer's witness: a word that a student pastes. */
#include "tracer/explore/command.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

/* What was read is written, read again, and must be the same schedule. */
static void round_trip(const struct build *build, const struct channel *read)
{
    static struct channel again;
    static char text[WITNESS_MAX], error[EXPLORE_ERROR_MAX];

    witness_write(text, build, read, read->config.choices);
    if (witness_read(text, build, &again, error) != 0 || again.config.watches != read->config.watches ||
        again.config.choices != read->config.choices ||
        memcmp(again.choices, read->choices, read->config.choices * sizeof *read->choices) != 0)
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    static const struct build build = {.hash = 0x5b1e77a03c90ab12};
    static struct channel channel;
    char word[1024], error[EXPLORE_ERROR_MAX] = "";

    if (size >= sizeof word)
        return 0;
    memcpy(word, bytes, size);
    word[size] = '\0';
    channel.config.choices = 0;
    if (witness_read(word, &build, &channel, error) == 0)
        round_trip(&build, &channel);
    else if (error[0] == '\0')
        abort(); /* a refusal says why */
    return 0;
}
