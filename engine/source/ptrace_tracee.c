// SPDX-License-Identifier: Apache-2.0
// The table of traced threads.
#include "source/ptrace_tracee.h"

#include <stdlib.h>

static struct toc_tracee **slot_of(struct toc_tracees *all, pid_t tid) {
    struct toc_tracee **slot = &all->buckets[(unsigned)tid % TOC_TRACEE_BUCKETS];

    while (*slot && (*slot)->tid != tid)
        slot = &(*slot)->next;
    return slot;
}

struct toc_tracee *toc_tracees_find(struct toc_tracees *all, pid_t tid) {
    return *slot_of(all, tid);
}

struct toc_tracee *toc_tracees_get(struct toc_tracees *all, pid_t tid) {
    struct toc_tracee **slot = slot_of(all, tid);

    if (*slot)
        return *slot;
    *slot = calloc(1, sizeof(**slot));
    if (!*slot)
        return NULL;
    (*slot)->tid = tid;
    all->n++;
    return *slot;
}

void toc_tracees_drop(struct toc_tracees *all, pid_t tid) {
    struct toc_tracee **slot = slot_of(all, tid), *gone = *slot;

    if (!gone)
        return;
    *slot = gone->next;
    toc_ptrace_facts_close(&gone->facts);
    free(gone);
    all->n--;
}

struct toc_tracee *toc_tracees_next(struct toc_tracees *all) {
    struct toc_tracee *next, **last;

    if (all->n == 0)
        return NULL;
    do
        all->turn = (all->turn + 1) % TOC_TRACEE_BUCKETS;
    while (!all->buckets[all->turn]);
    next = all->buckets[all->turn];
    /* The others of its bucket come before it the next times. */
    for (last = &all->buckets[all->turn]; *last; last = &(*last)->next)
        ;
    *last = next;
    all->buckets[all->turn] = next->next;
    next->next = NULL;
    return next;
}
