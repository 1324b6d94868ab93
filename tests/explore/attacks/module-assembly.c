/* Assembly outside of any function. */
__asm__(".globl leave\nleave:\n\tnop\n");

int main(void)
{
    return 0;
}
