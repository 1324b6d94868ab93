/* kills: hidden_pairs; lesson: the lines of the example are right for the example only */
#include <stdio.h>

int main(void)
{
    printf("The GCF of 48 and 52 is 4\n");
    printf("The GCF of 25 and 100 is 25\n");
    printf("The GCF of 120 and 340 is 20\n");
    return 0;
}
