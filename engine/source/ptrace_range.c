// SPDX-License-Identifier: Apache-2.0
// Memory that a traced process can read and none of its threads can write or take away.
#include "source/ptrace_range.h"

#include <stdlib.h>
#include <sys/mman.h>

struct toc_range *toc_ranges_add(struct toc_ranges *ranges, pid_t pid, uint64_t at) {
    struct toc_range *range = malloc(sizeof(*range));

    if (!range)
        return NULL;
    *range = (struct toc_range){.next = ranges->first, .pid = pid, .at = at};
    ranges->first = range;
    return range;
}

/* The one that *at points to. */
static void cut(struct toc_range **at) {
    struct toc_range *range = *at;

    *at = range->next;
    if (range->bytes)
        munmap(range->bytes, TOC_RANGE_BYTES);
    free(range);
}

void toc_ranges_remove(struct toc_ranges *ranges, struct toc_range *range) {
    struct toc_range **at = &ranges->first;

    while (*at && *at != range)
        at = &(*at)->next;
    if (*at)
        cut(at);
}

unsigned toc_ranges_of(const struct toc_ranges *ranges, pid_t pid) {
    unsigned n = 0;

    for (const struct toc_range *range = ranges->first; range; range = range->next)
        n += range->pid == pid;
    return n;
}

void toc_ranges_drop(struct toc_ranges *ranges, pid_t pid) {
    for (struct toc_range **at = &ranges->first; *at;) {
        if ((*at)->pid == pid)
            cut(at);
        else
            at = &(*at)->next;
    }
}

bool toc_slot_take(struct toc_ranges *ranges, pid_t pid, bool narrow, struct toc_slot *ret) {
    for (struct toc_range *range = ranges->first; range; range = range->next) {
        unsigned free_slot = (unsigned)__builtin_ffs((int)~range->used) - 1;

        if (!range->bytes || range->pid != pid || free_slot >= TOC_RANGE_SLOTS ||
            (narrow && range->at + TOC_RANGE_MAPPED > UINT32_MAX))
            continue;
        range->used |= 1u << free_slot;
        *ret = (struct toc_slot){.range = range,
                                 .index = free_slot,
                                 .at = range->at + (uint64_t)free_slot * TOC_SLOT_BYTES,
                                 .bytes = range->bytes + (size_t)free_slot * TOC_SLOT_BYTES,
                                 .absent = range->at + TOC_RANGE_BYTES};
        return true;
    }
    return false;
}

void toc_slot_give(struct toc_slot *slot) {
    if (slot->range)
        slot->range->used &= ~(1u << slot->index);
    slot->range = NULL;
}
