// SPDX-License-Identifier: Apache-2.0
// Puts complete calls in the one order in which they are matched: time of return, cpu, seq.
#include <errno.h>
#include <stdlib.h>

#include "source/call.h"

static bool before(const struct toc_call *a, const struct toc_call *b) {
    if (a->time != b->time)
        return a->time < b->time;
    if (a->cpu != b->cpu)
        return a->cpu < b->cpu;
    return a->seq < b->seq;
}

static void swap(struct toc_call **a, struct toc_call **b) {
    struct toc_call *c = *a;

    *a = *b;
    *b = c;
}

int toc_order_put(struct toc_order *order, struct toc_call *call) {
    size_t i = order->n;

    if (order->n == order->cap) {
        size_t cap = order->cap ? order->cap * 2 : 64;
        struct toc_call **heap = reallocarray(order->heap, cap, sizeof(*heap));

        if (!heap)
            return -ENOMEM;
        order->heap = heap;
        order->cap = cap;
    }
    if (call->time < order->last_time)
        order->late++;
    order->heap[order->n++] = call;
    for (; i > 0 && before(order->heap[i], order->heap[(i - 1) / 2]); i = (i - 1) / 2)
        swap(&order->heap[i], &order->heap[(i - 1) / 2]);
    return 0;
}

struct toc_call *toc_order_take(struct toc_order *order, uint64_t horizon) {
    struct toc_call *first = order->n ? order->heap[0] : NULL;
    size_t i = 0;

    if (!first || first->time > horizon)
        return NULL;
    order->heap[0] = order->heap[--order->n];
    for (;;) {
        size_t child = 2 * i + 1;

        if (child + 1 < order->n && before(order->heap[child + 1], order->heap[child]))
            child++;
        if (child >= order->n || !before(order->heap[child], order->heap[i]))
            break;
        swap(&order->heap[i], &order->heap[child]);
        i = child;
    }
    if (first->time > order->last_time)
        order->last_time = first->time;
    return first;
}

void toc_order_clear(struct toc_order *order, struct toc_calls *calls) {
    for (size_t i = 0; i < order->n; i++)
        toc_calls_put(calls, order->heap[i]);
    free(order->heap);
    *order = (struct toc_order){0};
}
