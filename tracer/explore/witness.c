/* The witness: a schedule as one short word.
 *
 *   5b1e77a03c90ab12.12a3b          the build's hash; 12 default choices, alternative 1, 3 more defaults, alternative 2
 *   5b1e77a03c90ab12.w4c4060-4.0a   the same, with the plain accesses of 4 bytes at 0x4c4060 being decisions, too
 *
 * All choices after the last alternative are defaults.  A choice beyond z (26) is written {27}.
 */
#include "tracer/explore/command.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void witness_write(char text[WITNESS_MAX], const struct build *build, const struct channel *channel, uint32_t choices)
{
    size_t used = (size_t)snprintf(text, WITNESS_MAX, "%016" PRIx64 ".", build->hash);
    for (uint32_t i = 0; i < channel->config.watches; i++)
        used += (size_t)snprintf(text + used, WITNESS_MAX - used, "w%" PRIx64 "-%" PRIu64 ".",
                                 channel->config.watch[i].address, channel->config.watch[i].size);
    uint32_t gap = 0;
    for (uint32_t i = 0; i < choices && used < WITNESS_MAX - 32; i++) {
        uint8_t choice = channel->choices[i];
        if (choice == 0) {
            gap++;
            continue;
        }
        used += (size_t)snprintf(text + used, WITNESS_MAX - used, choice <= 26 ? "%" PRIu32 "%c" : "%" PRIu32 "{%d}",
                                 gap, choice <= 26 ? 'a' + choice - 1 : choice);
        gap = 0;
    }
}

static int malformed(const char *text, char error[EXPLORE_ERROR_MAX])
{
    snprintf(error, EXPLORE_ERROR_MAX, "cannot read the witness '%.80s': a witness looks like 5b1e77a03c90ab12.12a3b",
             text);
    return -1;
}

static const char *read_watches(const char *at, struct channel_config *config)
{
    while (at && *at == 'w') {
        char *end;
        if (config->watches == CHANNEL_WATCHES)
            return NULL;
        struct channel_watch *watch = &config->watch[config->watches++];
        watch->address = strtoull(at + 1, &end, 16);
        if (*end != '-')
            return NULL;
        watch->size = strtoull(end + 1, &end, 10);
        at = *end == '.' && watch->size ? end + 1 : NULL;
    }
    return at;
}

static const char *read_choices(const char *at, struct channel *channel)
{
    while (*at) {
        char *end;
        if (!isdigit((unsigned char)*at))
            return NULL;
        unsigned long gap = strtoul(at, &end, 10), choice = 0;
        if (islower((unsigned char)*end))
            choice = (unsigned long)(*end++ - 'a' + 1);
        else if (*end == '{')
            choice = strtoul(end + 1, &end, 10), end += *end == '}';
        if (choice == 0 || choice > UINT8_MAX || gap >= CHANNEL_CHOICES ||
            channel->config.choices + gap + 1 > CHANNEL_CHOICES)
            return NULL;
        memset(channel->choices + channel->config.choices, 0, gap);
        channel->config.choices += (uint32_t)gap;
        channel->choices[channel->config.choices++] = (uint8_t)choice;
        at = end;
    }
    return at;
}

int witness_read(const char *text, const struct build *build, struct channel *channel, char error[EXPLORE_ERROR_MAX])
{
    char *end;
    uint64_t hash = strtoull(text, &end, 16);
    if (end - text != 16 || *end != '.')
        return malformed(text, error);
    if (hash != build->hash) {
        snprintf(error, EXPLORE_ERROR_MAX,
                 "cannot replay the witness: it was made for build %016" PRIx64 ", this is %016" PRIx64
                 "; explore this build for a witness of its own",
                 hash, build->hash);
        return -1;
    }
    channel->config.watches = channel->config.choices = 0;
    const char *at = read_watches(end + 1, &channel->config);
    if (!at || !read_choices(at, channel))
        return malformed(text, error);
    channel->config.ignore_races = channel->config.watches > 0;
    return 0;
}
