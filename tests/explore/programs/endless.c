/* Never ends, and never asks: no step of it is a decision. */
int main(void)
{
    for (;;)
        ;
}
