/* No room for the log: events are dropped and counted, the program is not harmed, and the log says where they are
 * missing. */
#include "tests/harness/check.h"
#include "tests/programs/both.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/stat.h>

/* Many calls, many words: several chunks. */
static const char *const busy[] = {"sh", "-c", "i=0; while [ $i -lt 3000 ]; do i=$((i+1)); echo $i; done", NULL};

/* Records `busy` into a log that has no room to grow, and holds it against the program alone. */
static void assert_drops_and_counts(const char *log)
{
    const char *argv[] = {check_built("trapflow"), "record", "-o", log, "--", busy[0], busy[1], busy[2], NULL};
    struct run_result plain, recorded;
    struct log_view view;
    char error[LOG_ERROR_MAX];
    uint64_t confessed = 0;

    cr_assert(run_command(&(struct run_options){.argv = busy}, &plain) == 0);
    cr_assert(run_command(&(struct run_options){.argv = argv}, &recorded) == 0);
    cr_assert(recorded.status == plain.status && strcmp(plain.out, recorded.out) == 0, "status %x",
              (unsigned)recorded.status);
    cr_assert(check_has(recorded.err, "events did not fit"), "said %s", recorded.err);
    cr_assert(log_view_open(&view, log, error) == LOG_OK, "cannot %s", error);
    for (size_t i = 0; i < view.count; i++)
        if (view.entries[i].event->kind == EVENT_LOST)
            confessed += EVENT_PAYLOAD(view.entries[i].event, lost)->count;
    cr_assert(view.lost > 1000 && view.count > 1000 && confessed <= view.lost, "%zu events, %zu lost", view.count,
              (size_t)view.lost);
    log_view_free(&view);
    run_free(&plain);
    run_free(&recorded);
}

/* For anybody: the limit on a file's size, which must not kill by SIGXFSZ either. */
Test(programs, a_limit_on_the_size_of_files)
{
    cr_assert(setrlimit(RLIMIT_FSIZE, &(struct rlimit){700000, 700000}) == 0);
    assert_drops_and_counts(check_path("small.trap"));
}

Test(programs, a_full_disk)
{
    const char *disk = check_path("disk");
    char log[512];

    cr_assert(mkdir(disk, 0777) == 0);
    if (unshare(CLONE_NEWNS) != 0 || mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0 ||
        mount("tmpfs", disk, "tmpfs", 0, "size=700k") != 0)
        cr_skip_test("cannot mount a small disk: %s; root in a machine of its own can", strerror(errno));
    snprintf(log, sizeof log, "%s/full.trap", disk);
    assert_drops_and_counts(log);
    umount(disk);
}

/* Not even a header fits: that is refused before the program starts. */
Test(programs, no_room_at_all)
{
    const char *argv[] = {check_built("trapflow"), "record", "-o", check_path("none.trap"), "--", "touch",
                          check_path("started"),   NULL};
    struct run_result result;
    struct stat status;

    cr_assert(setrlimit(RLIMIT_FSIZE, &(struct rlimit){1000, 1000}) == 0);
    cr_assert(run_command(&(struct run_options){.argv = argv}, &result) == 0);
    const char *wrong = check_refusal(&result, 125, "trapflow: cannot create ", "EFBIG");
    cr_assert(wrong == NULL, "%s", wrong);
    cr_assert(stat(check_path("started"), &status) != 0, "the program ran");
    run_free(&result);
}
