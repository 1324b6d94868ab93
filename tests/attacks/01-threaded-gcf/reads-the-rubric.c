/* attack: looks for the answers in the grader's files */
#include <stdio.h>

int main(void)
{
    char line[256];
    FILE *rubric = fopen("tests/01-threaded-gcf/rubric.json", "r");
    while (rubric && fgets(line, sizeof line, rubric))
        fputs(line, stdout);
    return 0;
}
