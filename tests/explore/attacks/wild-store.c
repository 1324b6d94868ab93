/* Writes where the runtime keeps its state: the outcome is not a submission's to change. */
int main(void)
{
    volatile int *runtime = (volatile int *)0x200000000000;
    *runtime = 0;
    return 0;
}
