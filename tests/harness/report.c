/* What Criterion knows at the end of a run, as result lines of ours.  Criterion's own report files are not used:
 * this version writes malformed JSON and XML when a message holds quotes or control characters.
 *
 * Linked into every suite; runs in Criterion's parent process, where no tested code runs. */
#include "tests/harness/results.h"

#include <criterion/criterion.h>
#include <criterion/hooks.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A test that could not decide says so with cr_skip_test("INCONCLUSIVE: why") or cr_skip_test("INFRA: why"). */
static enum verdict skipped_verdict(const char **message)
{
    static const struct {
        const char *prefix;
        enum verdict verdict;
    } prefixes[] = {{"INCONCLUSIVE: ", VERDICT_INCONCLUSIVE}, {"INFRA: ", VERDICT_INFRA}};
    for (size_t i = 0; i < sizeof prefixes / sizeof *prefixes; i++)
        if (*message && strncmp(*message, prefixes[i].prefix, strlen(prefixes[i].prefix)) == 0) {
            *message += strlen(prefixes[i].prefix);
            return prefixes[i].verdict;
        }
    return VERDICT_SKIPPED;
}

static void report_failure(const struct criterion_test_stats *stats)
{
    char *message = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&message, &size);
    if (!out)
        return;
    for (const struct criterion_assert_stats *assert = stats->asserts; assert; assert = assert->next)
        if (!assert->passed)
            fprintf(out, "%s\n", assert->message ? assert->message : "an assertion without words failed");
    if (stats->timed_out)
        fprintf(out, "the test itself took too long\n");
    else if (stats->crashed)
        fprintf(out, "the test itself died of signal %d\n", stats->signal);
    else if (stats->exit_code && ftell(out) == 0)
        fprintf(out, "the test itself exited with code %d\n", stats->exit_code);
    fclose(out);
    if (size && message[size - 1] == '\n')
        message[size - 1] = '\0';
    results_append(stats->test->category, stats->test->name, VERDICT_FAIL, message);
    free(message);
}

ReportHook(POST_ALL)(struct criterion_global_stats *all)
{
    for (const struct criterion_suite_stats *suite = all->suites; suite; suite = suite->next)
        for (const struct criterion_test_stats *stats = suite->tests; stats; stats = stats->next) {
            const char *message = stats->message;
            if (stats->test_status == CR_STATUS_SKIPPED) {
                enum verdict verdict = skipped_verdict(&message); /* first: it moves the message past its prefix */
                results_append(stats->test->category, stats->test->name, verdict, message);
            } else if (stats->test_status == CR_STATUS_FAILED || stats->crashed || stats->timed_out)
                report_failure(stats);
            else
                results_append(stats->test->category, stats->test->name, VERDICT_PASS, "");
        }
}
