/* Exercise 04, graded from outside: each scenario in every order that the explorer finds, and for real.  What they must
 * print stands in the rubric. */
#include "tests/harness/scenario.h"

#include <criterion/criterion.h>

#define require(subject, name) scenario_require("04-worker-pool", subject, name)

Test(worker_pool, example)
{
    const struct scenario demo = {"04-worker-pool", "visible", "demo"};
    scenario_accept(scenario_example(&demo));
}

Test(worker_pool, limits)
{
    require("visible", "limits");
    require("visible", "idle");
}

Test(worker_pool, drained)
{
    require("visible", "drain");
    require("visible", "drain-twice");
    require("visible", "two-workers");
    require("visible", "two-submit");
}

Test(worker_pool, fixed_workers)
{
    require("visible", "one-worker");
}

Test(worker_pool, together)
{
    require("visible", "side-by-side");
}

Test(worker_pool, stopping)
{
    require("visible", "stop-queued");
    require("visible", "stop-full");
}

Test(worker_pool, hidden)
{
    const struct scenario crowd = {"04-worker-pool", "hidden", "crowd"};
    require("hidden", "again");
    require("hidden", "two-pools");
    require("hidden", "two-drain");
    require("hidden", "two-stop");
    require("hidden", "refused");
    scenario_accept(scenario_run(&crowd));
}
