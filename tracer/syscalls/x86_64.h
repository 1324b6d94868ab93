/* Read by table.sh: the numbers of x86-64.  Another CPU's system may not have this header, or have its own under this
 * name: what read is tells. */
#define TABLE_READ 0
#if __has_include(<asm/unistd_64.h>)
#include <asm/unistd_64.h>
#endif
