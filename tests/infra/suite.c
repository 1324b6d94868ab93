/* Whose fault is it?  What the machine lacks (a compiler, room, a part of the grader) is INFRA: exit status 3, one
 * line, no points lost.  And many submissions at once, broken ones among them, get the verdicts that each gets alone.
 */
#include "tests/harness/check.h"
#include "tests/harness/evidence.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum { POINTS_LOST = 1, BAD_INPUT = 2, INFRA = 3 };

static struct run_result ran;

#define assert_infra(part)                                                                                             \
    do {                                                                                                               \
        const char *why = check_refusal(&ran, INFRA, "grade: cannot ", part);                                          \
        cr_assert(!why, "%s", why);                                                                                    \
    } while (0)

static void write_file(const char *path, const char *content, mode_t mode)
{
    FILE *file = fopen(path, "w");
    cr_assert(file && fputs(content, file) >= 0 && fclose(file) == 0 && chmod(path, mode) == 0, "cannot write %s: %s",
              path, strerror(errno));
}

static void grade_with(const char *compiler)
{
    cr_assert_eq(
        run_words(&ran, check_built("grade"), "check", "03", "--from", "solutions", "--cc", compiler, (char *)NULL), 0);
}

Test(infra, no_compiler)
{
    grade_with("no-such-compiler");
    assert_infra("(ENOENT)");
    grade_with("/etc/passwd"); /* there, but nobody may run it */
    assert_infra("(EACCES)");
}

/* One that runs, and compiles nothing: its headers are missing, or its linker. */
Test(infra, half_a_compiler)
{
    const char *compiler = check_path("cc");
    write_file(compiler, "#!/bin/sh\nexec gcc -nostdinc \"$@\"\n", 0755);
    grade_with(compiler);
    assert_infra("an empty program");
    write_file(compiler, "#!/bin/sh\nexec gcc -fuse-ld=none \"$@\"\n", 0755);
    grade_with(compiler);
    assert_infra("an empty program");
}

/* A disk with less than a program's worth of room. */
Test(infra, full_disk)
{
    const char *folder = check_path("small");
    mkdir(folder, 0755);
    const char *script =
        "mount -t tmpfs -o size=300k none \"$1\" || exit 77; TMPDIR=$1 exec \"$2\" check 03 --from solutions";
    cr_assert_eq(run_words(&ran, "unshare", geteuid() == 0 ? "-m" : "-rm", "sh", "-c", script, "sh", folder,
                           check_built("grade"), (char *)NULL),
                 0);
    if (run_exit_code(&ran) == 77 || check_has(ran.err, "unshare failed"))
        cr_skip_test("this machine lets nobody mount a small disk of his own: root, or user namespaces, would");
    assert_infra("TMPDIR");
}

/* ---- a class ---- */

struct submission {
    const char *exercise, *from;
    int status, points;
};

static int points_told(const char *path)
{
    json_t *verdict = json_load_file(path, 0, NULL);
    int points = verdict ? (int)json_integer_value(json_object_get(verdict, "points")) : -1;
    json_decref(verdict);
    return points;
}

static pid_t start(const struct submission *submission, const char *output)
{
    pid_t pid = fork();
    if (pid != 0)
        return pid;
    if (!freopen(output, "w", stdout) || !freopen(text("%s.err", output), "w", stderr))
        _exit(99);
    execl(check_built("grade"), "grade", "check", submission->exercise, "--from", submission->from, "--json", NULL);
    _exit(99);
}

Test(infra, a_class_at_once)
{
    const char *broken = check_path("broken.c"), *empty = check_path("empty.c");
    write_file(broken, "int main(\n", 0644);
    write_file(empty, "", 0644);
    const struct submission class[] = {
        {"03", "solutions", 0, 12},
        {"03", broken, POINTS_LOST, 0},
        {"06", empty, POINTS_LOST, 0},
        {"06", check_path("never handed in.c"), BAD_INPUT, -1},
        {"06", "solutions", 0, 10},
        {"08", "tests/attacks/08-time-slices/forks-without-end.c", POINTS_LOST, 0},
        {"03", "tests/attacks/03-trap-queue/optimised-away.c", POINTS_LOST, 0},
        {"06", "tests/06-alarm/mutants/waits-to-count.c", POINTS_LOST, 8},
    };
    enum { COUNT = sizeof class / sizeof *class };
    pid_t pids[COUNT];
    for (int i = 0; i < COUNT; i++)
        pids[i] = start(&class[i], check_path(text("verdict-%d", i)));
    for (int i = 0; i < COUNT; i++) {
        int status = -1;
        waitpid(pids[i], &status, 0);
        int points = points_told(check_path(text("verdict-%d", i)));
        cr_expect(WIFEXITED(status) && WEXITSTATUS(status) == class[i].status && points == class[i].points,
                  "%s: status %#x and %d points, expected %d and %d", class[i].from, status, points, class[i].status,
                  class[i].points);
    }
}
