/* Exercise 07, graded from outside: each scenario in every order that the explorer finds, and for real.  What they must
 * print stands in the rubric. */
#include "tests/harness/scenario.h"

#include <criterion/criterion.h>

#define require(subject, name) scenario_require("07-signal-thread", subject, name)
#define accept(how, subject_, name_)                                                                                   \
    do {                                                                                                               \
        const struct scenario scenario_ = {"07-signal-thread", subject_, name_};                                       \
        scenario_accept(how(&scenario_));                                                                              \
    } while (0)

Test(signal_thread, example)
{
    require("visible", "demo");
}

Test(signal_thread, refuses)
{
    require("visible", "refuses");
}

Test(signal_thread, signals)
{
    require("visible", "alarm");
    require("visible", "alarm-elsewhere");
    require("visible", "two-signals");
}

Test(signal_thread, requests)
{
    require("visible", "two-requests");
    require("visible", "two-guests");
}

Test(signal_thread, asks_itself)
{
    require("visible", "asks-itself");
}

Test(signal_thread, stops)
{
    require("visible", "stop-keeps");
    require("visible", "alarm-and-stop");
    require("visible", "stop-beside");
}

Test(signal_thread, mask)
{
    require("visible", "mask");
}

/* Who takes no signal at all does not sleep: it is not there. */
Test(signal_thread, waits_asleep)
{
    accept(scenario_explore, "visible", "alarm");
    accept(scenario_sleep, "hidden", "asleep");
}

Test(signal_thread, hidden)
{
    require("hidden", "edges");
    require("hidden", "three-signals");
    require("hidden", "full");
    require("hidden", "around");
    require("hidden", "again");
    require("hidden", "stop-beside");
    accept(scenario_run, "hidden", "crowd");
}
