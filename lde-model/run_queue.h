/* Who gets the CPU next: processes of the one OS in mode bare, virtual machines under the hypervisor.
 *
 * Replaceable at link: a part of exercise 14.  One policy so far; a second is another struct run_policy. */
#ifndef LDE_RUN_QUEUE_H
#define LDE_RUN_QUEUE_H

enum { RUN_QUEUE_MAX = 256 };

struct run_queue {
    const struct run_policy *policy;
    unsigned count;
    unsigned who[RUN_QUEUE_MAX]; /* numbers chosen by the caller; the order is the policy's business */
};

struct run_policy {
    const char *name;
    void (*add)(struct run_queue *queue, unsigned who);    /* `who`, not yet in the queue, can run */
    void (*remove)(struct run_queue *queue, unsigned who); /* `who` cannot run now; harmless if not in the queue */
    void (*turn_over)(struct run_queue *queue);            /* the first has had its slice, or gave way */
};
extern const struct run_policy run_round_robin;

/* The one to run now, or −1 if nobody can. */
int run_queue_first(const struct run_queue *queue);

#endif
