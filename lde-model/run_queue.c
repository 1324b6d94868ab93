/* Round robin.  Who runs is first; who has had a turn goes to the end, so that nobody waits for more than one turn
 * of each other.  Knows neither guests nor time. */
#include "lde-model/run_queue.h"

static void add(struct run_queue *queue, unsigned who)
{
    queue->who[queue->count++] = who;
}

static void remove_at(struct run_queue *queue, unsigned at)
{
    queue->count--;
    for (; at < queue->count; at++)
        queue->who[at] = queue->who[at + 1];
}

static void remove_one(struct run_queue *queue, unsigned who)
{
    for (unsigned at = 0; at < queue->count; at++) {
        if (queue->who[at] == who) {
            remove_at(queue, at);
            return;
        }
    }
}

static void turn_over(struct run_queue *queue)
{
    if (queue->count < 2)
        return;
    const unsigned first = queue->who[0];
    remove_at(queue, 0);
    add(queue, first);
}

const struct run_policy run_round_robin = {
    .name = "round robin",
    .add = add,
    .remove = remove_one,
    .turn_over = turn_over,
};

int run_queue_first(const struct run_queue *queue)
{
    return queue->count == 0 ? -1 : (int)queue->who[0];
}
