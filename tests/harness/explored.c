/* A scenario under the schedule explorer: `trapflow explore` in a process of its own, its one line of JSON
 * (tracer/explore/explore.h), and what it told a person, sorted into evidence.  Knows nothing of how it explores. */
#include "tests/harness/check.h"
#include "tests/harness/confine.h"
#include "tests/harness/evidence.h"
#include "tests/harness/run.h"
#include "tests/harness/scenario.h"

#include <errno.h>
#include <inttypes.h>
#include <jansson.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { SECONDS = 10, BOUND = 2 };

static const char *get(const json_t *object, const char *member)
{
    const char *value = json_string_value(json_object_get(object, member));
    return value ? value : "";
}

/* ---- what has been proved so far, over all scenarios of this test ---- */

static struct {
    unsigned scenarios;
    json_int_t schedules;
    bool bounded, sampled, fair;
} proved;

static void add_proof(const json_t *line)
{
    proved.scenarios++;
    proved.schedules += json_integer_value(json_object_get(line, "schedules"));
    proved.bounded |= !json_is_true(json_object_get(line, "unbounded"));
    proved.sampled |= !json_is_true(json_object_get(line, "complete"));
    proved.fair |= strstr(get(line, "proof"), "and fair") != NULL;
}

/* "1,204" */
static const char *grouped(json_int_t number)
{
    return number < 1000 ? text("%d", (int)number) : text("%s,%03d", grouped(number / 1000), (int)(number % 1000));
}

const char *scenario_proof(void)
{
    const char *count = grouped(proved.schedules);
    if (proved.scenarios == 0)
        return "";
    if (proved.sampled)
        return text("%s schedules sampled, none failed; not a proof", count);
    if (proved.schedules == 1)
        return "proved: the order in which its threads run makes no difference";
    return text("proved for all %s sequentially consistent%s interleavings%s", count, proved.fair ? " and fair" : "",
                proved.bounded ? text(", ≤ %d preemptions", BOUND) : " there are");
}

/* ---- from the explorer's words to evidence ---- */

/* Its message to a person, taken apart: the headline and who did what; the ladder; the question. */
struct told {
    const char *saw, *witness, *question;
};

/* Appends the line to a part, under the lines that are there. */
static void put(const char **part, const char *line, size_t length)
{
    *part = text("%s%s%.*s", *part ? *part : "", *part ? "\n" : "", (int)length, line);
}

/* What follows the word that the line begins with, indented or not; NULL if it begins with another. */
static const char *after(const char *line, const char *word)
{
    line += strspn(line, " ");
    return strncmp(line, word, strlen(word)) == 0 ? line + strlen(word) + strspn(line + strlen(word), " ") : NULL;
}

static struct told take_apart(const char *message)
{
    struct told told = {NULL, NULL, NULL};
    const char *so = "";
    for (const char *at = message, *end, *rest; *at && !after(at, "see it again"); at = end + (*end == '\n')) {
        end = at + strcspn(at, "\n");
        if ((rest = after(at, "ask yourself")))
            told.question = text("%.*s", (int)(end - rest), rest);
        else if ((rest = after(at, "witness")))
            put(&told.witness, rest, (size_t)(end - rest));
        else if (after(at, "so it can happen: the program printed"))
            so = "so it can happen: ";
        else if ((rest = after(at, "saw ")))
            put(&told.saw, text("%s%.*s", so, (int)(end - rest), rest), strlen(so) + (size_t)(end - rest));
        else if (after(at, "expected"))
            continue; /* our own words for that are better */
        else if (told.witness && strncmp(at, "      ", 6) == 0)
            put(&told.witness, at, (size_t)(end - at));
        else
            put(&told.saw, at + strspn(at, " "), (size_t)(end - at) - strspn(at, " "));
    }
    return told;
}

/* A wrong output is best seen line against line.  There the explorer's own question is too general: the rubric's. */
static const char *evidence_of_output(const json_t *line, const char *name, const char *lines, const char *witness)
{
    const char *seen = get(line, "output"), *end = strstr(seen, "end ");
    const char *wrong = evidence_output(end ? text("%.*s", (int)(end - seen), seen) : seen, lines, witness);
    if (!wrong)
        wrong = evidence("the right lines, but no end with exit status 0", "the same end in every order", witness);
    return text("saw: %s%s%s", name, *name ? ", " : "", wrong + strlen("saw: "));
}

static const char *evidence_of(const json_t *line, const struct scenario *scenario, const char *lines)
{
    struct told told = take_apart(get(line, "message"));
    if (json_integer_value(json_object_get(line, "threads")) < 2)
        told.witness = NULL; /* one thread: nothing comes in between */
    const char *finding = get(line, "finding"), *evidence_lines;
    bool output = strcmp(finding, "wrong-output") == 0 || strcmp(finding, "wrong-exit") == 0;
    const char *subject = strcmp(scenario->subject, "visible") == 0 ? "" : text("%s/", scenario->subject);
    if (output)
        evidence_lines = evidence_of_output(line, scenario->name, lines, told.witness);
    else
        evidence_lines =
            evidence(text("%s%s%s", scenario->name, *scenario->name ? ": " : "", told.saw ? told.saw : finding),
                     text("in every order%s%.*s", strchr(lines, '\n')[1] ? ":\n" : ": ", (int)strlen(lines) - 1, lines),
                     told.witness);
    return text("%sschedule: %s%s%s%s\n%s%s\n", evidence_lines, subject, scenario->name,
                *subject || *scenario->name ? ":" : "", get(line, "witness"), !output && told.question ? "ask: " : "",
                !output && told.question ? told.question : "");
}

static struct judged judge_line(const json_t *line, const struct scenario *scenario, const char *lines)
{
    const char *verdict = get(line, "verdict");
    if (strcmp(verdict, "FAIL") == 0)
        return (struct judged){VERDICT_FAIL, evidence_of(line, scenario, lines)};
    if (strcmp(verdict, "INCONCLUSIVE") == 0)
        return (struct judged){VERDICT_INCONCLUSIVE, text("%s: %s", scenario->name, get(line, "proof"))};
    if (strcmp(verdict, "PASS") != 0)
        return (struct judged){VERDICT_INFRA,
                               text("the explorer could not explore %s: %s", scenario->name, get(line, "message"))};
    add_proof(line);
    return (struct judged){VERDICT_PASS, ""};
}

/* ---- the explorer's run ---- */

/* The matrix grades one file in eight flavours, which the explorer cannot tell apart: it names a folder of its own,
 * $TRAPBOOK_EXPLORED, where answers are kept by what was explored (FNV-1a).  Nobody else sets it. */
static uint64_t hash_bytes(uint64_t hash, const char *bytes, size_t size)
{
    for (size_t i = 0; i < size; i++)
        hash = (hash ^ (unsigned char)bytes[i]) * 0x100000001b3ull;
    return hash;
}

static const char *kept_path(const struct scenario *scenario, const char *lines)
{
    const char *folder = getenv("TRAPBOOK_EXPLORED");
    size_t size = 0;
    char *program = folder ? check_read(text("%s.explored", evidence_subject(scenario->subject)), &size) : NULL;
    if (!program)
        return NULL;
    uint64_t hash = hash_bytes(0xcbf29ce484222325ull, program, size);
    const char *asked = text("%s\n%s", scenario->name, lines);
    free(program);
    return text("%s/%016" PRIx64, folder, hash_bytes(hash, asked, strlen(asked)));
}

/* Under another name first: two cells may do it at the same time. */
static void keep(const json_t *line, const char *path)
{
    const char *fresh = text("%s.%d", path, (int)getpid());
    if (json_dump_file(line, fresh, 0) != 0 || rename(fresh, path) != 0)
        unlink(fresh);
}

static const char *write_expected(const char *output)
{
    const char *path = check_path("expected");
    FILE *file = fopen(path, "w");
    if (!file || fputs(output, file) < 0 || fclose(file) != 0)
        return NULL;
    return path;
}

/* Its last line, or NULL with the reason. */
static json_t *explore(const struct scenario *scenario, const char *lines, const char **reason)
{
    const char *word = scenario_word(), *expected = write_expected(scenario_output(scenario, lines, word));
    const char *program = text("%s.explored", evidence_subject(scenario->subject));
    const char *const argv[] = {check_built("trapflow"),
                                "explore",
                                "--json",
                                text("--bound=%d", BOUND),
                                text("--time=%u", SECONDS * run_patience()),
                                text("--expect=%s", expected),
                                program,
                                "--",
                                *scenario->name ? scenario->name : NULL,
                                word,
                                NULL};
    struct run_result result;
    *reason = text("cannot write what is expected: %s", strerror(errno));
    int error =
        !expected
            ? errno
            : run_command(&(struct run_options){.argv = argv,
                                                .directory = text("%s.build", evidence_subject(scenario->subject)),
                                                .deadline_ms = 8 * SECONDS * 1000,
                                                .before_exec = confine_descriptors},
                          &result);
    if (error)
        return NULL;
    const char *last = scenario_without(result.out, word);
    for (const char *next; (next = strchr(last, '\n')) && next[1];)
        last = next + 1;
    json_t *line = json_loads(last, 0, NULL);
    *reason = text("no answer from the explorer (exit code %d): %s", run_exit_code(&result), result.err);
    run_free(&result);
    return line;
}

/* The reason that `grade` has left where the explorer would not have the program. */
static const char *refusal(const struct scenario *scenario)
{
    return check_read(text("%s.refused", evidence_subject(scenario->subject)), NULL);
}

/* Explores, or finds the answer kept.  The explorer's line, or NULL with the reason. */
static json_t *answer(const struct scenario *scenario, const char *lines, const char **reason)
{
    const char *kept = kept_path(scenario, lines);
    json_t *line = kept ? json_load_file(kept, 0, NULL) : NULL;
    if (!line && (line = explore(scenario, lines, reason)) && kept)
        keep(line, kept);
    return line;
}

typedef struct judged judge_of_line(const json_t *line, const struct scenario *scenario, const char *lines);

static struct judged judge_with(judge_of_line *judge, const struct scenario *scenario)
{
    const char *lines = scenario_expected(scenario), *reason = "";
    if (!lines)
        return (struct judged){VERDICT_INFRA, text("the rubric says nothing of %s", scenario->name)};
    const char *refused = refusal(scenario);
    if (refused)
        return (struct judged){VERDICT_FAIL,
                               evidence(refused, "a program that can be tried in every order of its threads", NULL)};
    json_t *line = answer(scenario, lines, &reason);
    struct judged judged = line ? judge(line, scenario, lines) : (struct judged){VERDICT_INFRA, reason};
    json_decref(line);
    return judged;
}

struct judged scenario_explore(const struct scenario *scenario)
{
    return judge_with(judge_line, scenario);
}

/* What is a deadlock elsewhere is what is asked for here. */
static struct judged judge_sleep(const json_t *line, const struct scenario *scenario, const char *lines)
{
    const char *finding = get(line, "finding");
    if (strcmp(finding, "deadlock") == 0 || strcmp(finding, "lost-wakeup") == 0)
        return (struct judged){VERDICT_PASS, ""};
    if (strcmp(get(line, "verdict"), "PASS") == 0)
        return (struct judged){VERDICT_FAIL, evidence(text("%s: nobody waited", scenario->name), lines, NULL)};
    return judge_line(line, scenario, lines);
}

struct judged scenario_sleep(const struct scenario *scenario)
{
    return judge_with(judge_sleep, scenario);
}
