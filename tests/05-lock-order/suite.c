/* Exercise 05, graded from outside: each scenario in every order that the explorer finds, and for real.  What they must
 * print stands in the rubric. */
#include "tests/harness/scenario.h"

#include <criterion/criterion.h>

#define require(subject, name) scenario_require("05-lock-order", subject, name)

Test(lock_order, example)
{
    const struct scenario demo = {"05-lock-order", "visible", "demo"};
    scenario_accept(scenario_example(&demo));
}

Test(lock_order, alone)
{
    require("visible", "alone");
}

Test(lock_order, to_itself)
{
    require("visible", "self");
}

Test(lock_order, no_deadlock)
{
    require("visible", "there-and-back");
    require("visible", "in-a-circle");
}

Test(lock_order, conserved)
{
    require("visible", "looking-on");
}

Test(lock_order, not_twice)
{
    require("visible", "too-few");
}

Test(lock_order, stays_while_copied)
{
    require("visible", "while-copied");
}

Test(lock_order, side_by_side)
{
    require("visible", "side-by-side");
}

Test(lock_order, hidden)
{
    const struct scenario crowd = {"05-lock-order", "hidden", "crowd"};
    require("hidden", "edges");
    require("hidden", "opposite");
    require("hidden", "through-the-middle");
    require("hidden", "looking-twice");
    require("hidden", "self-beside");
    require("hidden", "far-side-by-side");
    scenario_accept(scenario_run(&crowd));
}
