// SPDX-License-Identifier: Apache-2.0
// Memory that a traced process can read and none of its threads can write or take away.
#include "source/ptrace_range.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/mman.h>

int toc_ranges_add(struct toc_ranges *ranges, pid_t pid, uint64_t at, uint8_t *bytes) {
    struct toc_range *range = malloc(sizeof(*range));

    if (!range)
        return -ENOMEM;
    *range = (struct toc_range){.next = ranges->first, .pid = pid, .at = at, .bytes = bytes};
    ranges->first = range;
    return 0;
}

unsigned toc_ranges_of(const struct toc_ranges *ranges, pid_t pid) {
    unsigned n = 0;

    for (const struct toc_range *range = ranges->first; range; range = range->next)
        n += range->pid == pid;
    return n;
}

void toc_ranges_drop(struct toc_ranges *ranges, pid_t pid) {
    for (struct toc_range **at = &ranges->first; *at;) {
        struct toc_range *range = *at;

        if (range->pid != pid) {
            at = &range->next;
            continue;
        }
        *at = range->next;
        munmap(range->bytes, TOC_RANGE_BYTES);
        free(range);
    }
}

bool toc_slot_take(struct toc_ranges *ranges, pid_t pid, bool narrow, struct toc_slot *ret) {
    for (struct toc_range *range = ranges->first; range; range = range->next) {
        unsigned free_slot = (unsigned)__builtin_ffs((int)~range->used) - 1;

        if (range->pid != pid || free_slot >= TOC_RANGE_SLOTS ||
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
