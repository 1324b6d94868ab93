/* Exercise 03, graded from outside: each scenario in every order that the explorer finds, and for real.  What they must
 * print stands in the rubric. */
#include "tests/harness/scenario.h"

#include <criterion/criterion.h>

#define require(subject, name) scenario_require("03-trap-queue", subject, name)
#define accept(how, subject_, name_)                                                                                   \
    do {                                                                                                               \
        const struct scenario scenario_ = {"03-trap-queue", subject_, name_};                                          \
        scenario_accept(how(&scenario_));                                                                              \
    } while (0)

Test(trap_queue, example)
{
    accept(scenario_example, "visible", "demo");
}

Test(trap_queue, one_thread)
{
    require("visible", "alone");
    require("hidden", "rounds");
    require("hidden", "two-queues");
}

Test(trap_queue, bounded)
{
    require("visible", "fill");
    require("visible", "full");
}

Test(trap_queue, hands_over)
{
    require("visible", "hand-over");
}

Test(trap_queue, many)
{
    require("visible", "two-handlers");
    require("visible", "two-guests");
}

Test(trap_queue, close_wakes)
{
    require("visible", "close-empty");
    require("visible", "close-full");
}

Test(trap_queue, close_keeps)
{
    require("visible", "close-keeps");
}

Test(trap_queue, waits_asleep)
{
    accept(scenario_sleep, "hidden", "asleep-empty");
    accept(scenario_sleep, "hidden", "asleep-full");
    accept(scenario_explore, "visible", "long-wait"); /* where a second is nothing */
}

Test(trap_queue, hidden)
{
    require("hidden", "single");
    require("hidden", "closing");
    require("hidden", "one-for-two");
    accept(scenario_run, "hidden", "crowd");
}

Test(trap_queue, gives_back)
{
    require("visible", "limits");
    accept(scenario_run, "hidden", "gives-back");
}
