/* YieldOS's system calls: its own numbers, which no other OS knows. */
#ifndef YIELDOS_NUMBERS_H
#define YIELDOS_NUMBERS_H

enum {
    YIELD_PRINT = 7001,    /* (bytes, size): writes to the console; returns size */
    YIELD_END = 7002,      /* (status): ends the process */
    YIELD_GIVE_WAY = 7003, /* lets the next process run */
    YIELD_WHO_AM_I = 7004, /* returns the process's number, from 1 */
};

#endif
