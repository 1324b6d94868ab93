/* Exercise 02, graded from outside: each scenario in every order that the explorer finds, and for real.  What they must
 * print stands in the rubric. */
#include "tests/harness/scenario.h"

#include <criterion/criterion.h>

#define require(subject, name) scenario_require("02-shared-tally", subject, name)

/* Thread after thread, so that even a tally without a lock counts right: the same verdict each time. */
Test(shared_tally, example)
{
    const struct scenario demo = {"02-shared-tally", "visible", "demo"};
    scenario_accept(scenario_example(&demo));
}

Test(shared_tally, alone)
{
    require("visible", "alone");
}

Test(shared_tally, every_add)
{
    require("visible", "two-adds");
    require("visible", "three-adds");
}

Test(shared_tally, reading)
{
    require("visible", "read-while-adding");
}

Test(shared_tally, last_place)
{
    require("visible", "last-place");
}

Test(shared_tally, hidden)
{
    const struct scenario crowd = {"02-shared-tally", "hidden", "crowd"};
    require("hidden", "edges");
    require("hidden", "same-factor");
    require("hidden", "refused-beside");
    require("hidden", "full-beside");
    require("hidden", "two-tallies");
    scenario_accept(scenario_run(&crowd));
}
