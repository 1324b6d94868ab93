/* The same by a pragma. */
#pragma redefine_extname leave __real__exit
extern void leave(int status);

int main(void)
{
    leave(0);
    return 1;
}
