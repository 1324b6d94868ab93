/* Compiled with every program of scenarios: an experiment ends where its main returns, and nowhere else.
 *
 * For all its other sources `main`, `exit` and their kin are called scenario_main, scenario_exit, … (tests/grader/
 * refuse.c).  A program that could leave in the middle could print what the experiment should have printed, and leave
 * before anybody has asked it anything.  A thread may end itself; the first one may not. */
#undef main
#undef exit
#undef pthread_exit
#undef thrd_exit

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <threads.h>

int scenario_main(int argc, char *argv[]);
_Noreturn void scenario_exit(int status);
_Noreturn void scenario_pthread_exit(void *result);
_Noreturn void scenario_thrd_exit(int result);

static pthread_t first;

static _Noreturn void ended_by(const char *call)
{
    printf("\n%s was called in the middle of the experiment\n", call);
    exit(1);
}

_Noreturn void scenario_exit(int status)
{
    (void)status;
    ended_by("exit");
}

_Noreturn void scenario_pthread_exit(void *result)
{
    if (pthread_equal(pthread_self(), first))
        ended_by("the first thread's pthread_exit");
    pthread_exit(result);
}

_Noreturn void scenario_thrd_exit(int result)
{
    if (pthread_equal(pthread_self(), first))
        ended_by("the first thread's thrd_exit");
    thrd_exit(result);
}

int main(int argc, char *argv[])
{
    first = pthread_self();
    return scenario_main(argc, argv);
}
