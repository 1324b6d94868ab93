/* A copy that the compiler makes by itself, without a hook: into the explorer's memory. */
static char zeros[24];

int main(void)
{
    __builtin_memcpy((void *)0x200000000000, zeros, sizeof zeros);
    return 0;
}
