/* Programs that nobody here wrote, recorded: they must print, and end, as they do without the tracer. */
#include "tests/harness/check.h"
#include "tests/programs/both.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

Test(programs, ls_of_a_large_tree)
{
    assert_same_words("ls", "-R", "/usr/share/doc", NULL);
}

Test(programs, env_sees_nothing_of_the_tracer)
{
    assert_same_words("env", NULL);
}

Test(programs, nproc)
{
    assert_same_words("nproc", NULL);
    assert_same_script("sh", "nproc; (nproc; nproc --all); nproc | cat");
}

/* Whoever is alone at work is pinned beside the recorder.  Here a child is, then two by turns, and each is asked: by
 * itself, by others while it works, and by a file that was opened before. */
Test(programs, nobody_sees_a_pin)
{
    if (sysconf(_SC_NPROCESSORS_ONLN) < 2)
        cr_skip_test("one CPU only: nothing to pin to; a machine with two would show it");
    assert_same_script("sh", "work() { i=0; while [ $i -lt 40 ]; do [ -e / ]; i=$((i+1)); done; }\n"
                             "work; nproc; (work; nproc; work; grep Cpus_allowed_list /proc/self/status)\n"
                             "(exec sh -c 'i=0; while [ $i -lt 40 ]; do [ -e / ]; i=$((i+1)); done; nproc')\n"
                             "exec 3</proc/self/status; work\n"
                             "while read -r line; do case $line in Cpus_allowed_list*) echo $line ;; esac; done <&3\n");
    assert_same_script("sh", "work() { i=0; while [ $i -lt 40 ]; do [ -e / ]; i=$((i+1)); done; }\n"
                             "sh -c 'while :; do [ -e / ]; done' &\n"
                             "for round in 1 2 3 4 5 6 7 8; do\n"
                             "  work; taskset -p $! | sed 's/.*: //'; grep Cpus_allowed_list /proc/$!/status\n"
                             "done; kill $!\n");
}

/* ---- compressing with two threads ---- */

enum { TEXT_BYTES = 3 << 20 };

static void assert_compresses(const char *program, const char *package, const char *const options[4])
{
    const char *text = check_path("text");
    const char *argv[] = {program, options[0], options[1], options[2], "-c", text, NULL};
    struct run_result packed, again;

    need_program(program, package);
    make_text_file(text, TEXT_BYTES);
    assert_same(&(struct run_options){.argv = argv, .deadline_ms = 60000});
    run_recorded(&(struct run_options){.argv = argv, .deadline_ms = 60000}, NULL, &packed);
    cr_assert(packed.out_size > 0 && packed.out_size < TEXT_BYTES);
    const char *const unpack[] = {program, "-dc", NULL};
    run_recorded(
        &(struct run_options){.argv = unpack, .input = packed.out, .input_size = packed.out_size, .deadline_ms = 60000},
        NULL, &again);
    size_t size;
    char *plain = check_read(text, &size);
    cr_assert(plain != NULL && again.out_size == size && memcmp(again.out, plain, size) == 0,
              "%s gives back %zu bytes of %zu", program, again.out_size, size);
    free(plain);
    run_free(&packed);
    run_free(&again);
}

Test(programs, xz_with_two_threads)
{
    assert_compresses("xz", "xz-utils", (const char *const[]){"-1", "-T2", "--block-size=1MiB", NULL});
}

Test(programs, pigz)
{
    assert_compresses("pigz", "pigz", (const char *const[]){"-1", "-p2", "-b512", NULL});
}

/* ---- building ---- */

static char *built_file(const char *folder, const char *name, size_t *size)
{
    char path[512];

    snprintf(path, sizeof path, "%s/obj/tracer/%s", folder, name);
    return check_read(path, size);
}

/* A part of this project, twice into the same folder: the objects must come out the same. */
Test(programs, make_with_two_jobs)
{
    static const char *const objects[] = {"event.o", "log.o", "log_view.o", "usage.o"};
    const char *folder = check_path("b");
    char variable[512], targets[4][600], *alone[4];
    size_t sizes[4], size;
    struct run_result result;

    need_program("gcc", "gcc");
    if (access("Makefile", R_OK) != 0)
        cr_skip_test("the project's Makefile is not here; run the suite in a checkout");
    snprintf(variable, sizeof variable, "B=%s", folder);
    for (int i = 0; i < 4; i++)
        snprintf(targets[i], sizeof targets[i], "%s/obj/tracer/%s", folder, objects[i]);
    const char *argv[] = {"make",     "-s",       "-j2",      variable,   "CC=gcc", "CFLAGS=-O0 -g",
                          targets[0], targets[1], targets[2], targets[3], NULL};
    /* This suite may itself be run by a make: its flags and its job slots are not for this one. */
    const char *environment[] = {"MAKEFLAGS=", "MAKELEVEL=", NULL};
    const struct run_options options = {.argv = argv, .environment = environment, .deadline_ms = 120000};
    cr_assert(run_command(&options, &result) == 0 && run_exit_code(&result) == 0, "said %s", result.err);
    run_free(&result);
    for (int i = 0; i < 4; i++)
        cr_assert((alone[i] = built_file(folder, objects[i], &sizes[i])) != NULL);
    for (int i = 0; i < 4; i++)
        cr_assert(unlink(targets[i]) == 0);
    run_recorded(&options, NULL, &result);
    cr_assert(run_exit_code(&result) == 0, "recorded, it said %s", result.err);
    run_free(&result);
    for (int i = 0; i < 4; i++) {
        char *recorded = built_file(folder, objects[i], &size);
        cr_assert(recorded != NULL && size == sizes[i] && memcmp(recorded, alone[i], size) == 0, "%s differs",
                  objects[i]);
        free(recorded);
        free(alone[i]);
    }
}

/* ---- Python ---- */

Test(programs, python_with_threads)
{
    need_program("python3", "python3");
    assert_same_words("python3", "-c",
                      "import threading\n"
                      "total = 0\n"
                      "lock = threading.Lock()\n"
                      "def add(n):\n"
                      "    global total\n"
                      "    for i in range(1000):\n"
                      "        with lock: total += n\n"
                      "threads = [threading.Thread(target=add, args=(i,)) for i in range(8)]\n"
                      "[t.start() for t in threads]\n"
                      "[t.join() for t in threads]\n"
                      "print(total)\n",
                      NULL);
}

Test(programs, python_asks_for_its_cpus)
{
    need_program("python3", "python3");
    assert_same_words("python3", "-c",
                      "import os, subprocess\n"
                      "print(sorted(os.sched_getaffinity(0)), os.cpu_count())\n"
                      "print(open('/proc/self/status').read().split('Cpus_allowed_list:')[1].split()[0])\n"
                      "print(subprocess.run(['nproc'], capture_output=True, text=True).stdout)\n",
                      NULL);
}

/* ---- sqlite3 ---- */

Test(programs, sqlite3)
{
    need_program("sqlite3", "sqlite3");
    const char *base = check_path("t.db");
    static const char script[] = "create table if not exists n(i integer primary key, square integer);\n"
                                 "delete from n;\n"
                                 "with recursive c(i) as (select 1 union all select i+1 from c where i<2000)\n"
                                 "  insert into n select i, i*i from c;\n"
                                 "begin; update n set square=0 where i%2; rollback;\n"
                                 "select count(*), sum(square) from n;\n"
                                 "select no_such_column from n;\n";
    const char *argv[] = {"sqlite3", base, NULL};

    assert_same(&(struct run_options){.argv = argv, .input = script});
}

/* ---- storms ---- */

/* A slow or emulated CPU gets fewer, not less time. */
static const char *many(unsigned wanted)
{
    static char number[16];

    snprintf(number, sizeof number, "%u", wanted / run_patience() + 1);
    return number;
}

Test(programs, a_storm_of_vfork_and_exec_from_four_threads)
{
    const char *argv[] = {own("storm"), many(2000), NULL};

    assert_same(&(struct run_options){.argv = argv, .deadline_ms = 120000});
}

Test(programs, exec_again_and_again_while_other_threads_run)
{
    const char *argv[] = {own("takeover"), many(60), NULL};

    assert_same(&(struct run_options){.argv = argv, .deadline_ms = 60000});
}

Test(programs, whose_makers_are_killed_before_they_could_tell)
{
    const char *argv[] = {own("orphans"), many(100), NULL};

    assert_same(&(struct run_options){.argv = argv, .deadline_ms = 60000});
}
