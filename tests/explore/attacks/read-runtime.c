/* Looks for the nonce in the channel. */
int main(void)
{
    return *(volatile int *)0x200004000010 == 0;
}
