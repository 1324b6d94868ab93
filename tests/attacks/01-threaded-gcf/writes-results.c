/* attack: appends passed tests to the file of results, if it can be found */
#include <stdio.h>
#include <stdlib.h>

int main(void)
{
    const char *path = getenv("TRAPBOOK_RESULTS");
    FILE *results = fopen(path ? path : "../results", "a");
    if (results)
        fprintf(results, "{\"suite\":\"threaded_gcf\",\"test\":\"example\",\"verdict\":\"PASS\",\"message\":\"\"}\n");
    return 0;
}
