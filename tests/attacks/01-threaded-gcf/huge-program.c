/* attack: makes the compiler write a gigabyte */
char huge[1 << 30] = {1};

int main(void)
{
    return huge[1];
}
