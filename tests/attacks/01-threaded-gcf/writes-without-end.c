/* attack: fills the disk through its standard output */
#include <stdio.h>

int main(void)
{
    for (;;)
        puts("The GCF of 48 and 52 is 4");
}
