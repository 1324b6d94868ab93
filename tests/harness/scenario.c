/* What explored.c and real.c share: what a scenario must print, and the word by which its end is known.  Knows neither
 * explorer nor real runs. */
#include "tests/harness/scenario.h"

#include "tests/harness/evidence.h"

#include <inttypes.h>
#include <jansson.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

const char *scenario_expected(const struct scenario *scenario)
{
    json_t *rubric = json_load_file(text("tests/%s/rubric.json", scenario->exercise), 0, NULL), *line;
    json_t *subject = json_object_get(json_object_get(rubric, "scenarios"), scenario->subject);
    json_t *lines = json_object_get(subject, scenario->name);
    const char *all = lines ? "" : NULL;
    size_t i;
    json_array_foreach (lines, i, line)
        all = text("%s%s\n", all, json_string_value(line));
    json_decref(rubric);
    return all;
}

const char *scenario_output(const struct scenario *scenario, const char *lines, const char *word)
{
    return *scenario->name ? text("%send %s\n", lines, word) : lines;
}

const char *scenario_word(void)
{
    uint64_t number;
    if (getrandom(&number, sizeof number, 0) != sizeof number)
        abort();
    return text("%016" PRIx64, number);
}

const char *scenario_without(const char *from, const char *word)
{
    char *copy = text("%s", from);
    for (char *at = copy; (at = strstr(at, word));)
        memset(at, '.', strlen(word));
    return copy;
}

struct judged scenario_judge(const struct scenario *scenario)
{
    struct judged explored = scenario_explore(scenario);
    if (explored.verdict == VERDICT_FAIL || explored.verdict == VERDICT_INFRA)
        return explored;
    struct judged ran = scenario_run(scenario);
    return ran.verdict == VERDICT_PASS ? explored : ran;
}
