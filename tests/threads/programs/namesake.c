/* A program whose own library has functions by names of C11's, which mean something else: as many had them long before
 * 2011.  Says what they return. */
#ifdef NAMESAKE_LIBRARY
double mtx_lock(double one, const char *two, long three, long four, long five, long six, long seven);
double mtx_lock(double one, const char *two, long three, long four, long five, long six, long seven)
{
    return one + two[0] + (double)(three + four + five + six + seven);
}

const char *call_once(void);
const char *call_once(void)
{
    return "me";
}
#else
#include <stdio.h>

double mtx_lock(double one, const char *two, long three, long four, long five, long six, long seven);
const char *call_once(void);

int main(void)
{
    printf("%s %.1f\n", call_once(), mtx_lock(0.5, "\1", 2, 3, 4, 5, 6));
    return 0;
}
#endif
