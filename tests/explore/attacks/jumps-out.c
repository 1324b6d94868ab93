/* Jumps without a name that could be looked up. */
static void *place[5];

static void leave(void)
{
    __builtin_longjmp(place, 1);
}

int main(void)
{
    if (__builtin_setjmp(place) == 0)
        leave();
    return 0;
}
