/* attack: has its own copy of the experiments, whose main prints what it likes, and is called first by a weak alias */
#define scenario_main copied_main
#define main copied_main
#include "scenarios.c"
#undef main
#undef scenario_main

int forged_main(int argc, char *argv[]);
int forged_main(int argc, char *argv[])
{
    const char *name = argc > 1 ? argv[1] : "demo";
    printf("%s\nend %s\n", name, argc > 2 ? argv[2] : "");
    return 0;
}

int scenario_main(int argc, char *argv[]) __attribute__((weak, alias("forged_main")));
int main(int argc, char *argv[]) __attribute__((weak, alias("forged_main")));

struct frames *frames_create(int vms, const int first[], frames_copy *copy)
{
    (void)first;
    (void)copy;
    return vms > 0 ? (struct frames *)"" : 0;
}

int frames_move(struct frames *frames, int from, int to, int count)
{
    (void)frames;
    return from + to + count;
}

int frames_of(struct frames *frames, int vm)
{
    (void)frames;
    return vm;
}

int frames_total(struct frames *frames)
{
    (void)frames;
    return 0;
}

void frames_destroy(struct frames *frames)
{
    (void)frames;
}
