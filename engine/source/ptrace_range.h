// SPDX-License-Identifier: Apache-2.0
// Memory that a traced process can read and none of its threads can write or take away, in slots.
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "event/wire_payload.h"

/* One message: its header, its name, as many iovecs as the kernel takes and one more, its payload
 * as far as rules look at it, and as much control data as the kernel takes by default
 * (net.core.optmem_max). */
#define TOC_SLOT_NAME 64u
#define TOC_SLOT_NAME_BYTES 128u
#define TOC_SLOT_IOV (TOC_SLOT_NAME + TOC_SLOT_NAME_BYTES)
#define TOC_SLOT_IOVECS 1024u
#define TOC_SLOT_PAYLOAD (TOC_SLOT_IOV + 16 * (TOC_SLOT_IOVECS + 1))
#define TOC_SLOT_CONTROL (TOC_SLOT_PAYLOAD + TOC_WIRE_MAX_PAYLOAD)
#define TOC_SLOT_CONTROL_BYTES 131072u
#define TOC_SLOT_BYTES ((TOC_SLOT_CONTROL + TOC_SLOT_CONTROL_BYTES + 4095u) / 4096u * 4096u)

/* Calls under way in one range; a process that has more gets another one. */
#define TOC_RANGE_SLOTS 16u
#define TOC_RANGE_BYTES (TOC_RANGE_SLOTS * TOC_SLOT_BYTES)
/* One page more is mapped than there is memory: to read there always fails. */
#define TOC_RANGE_MAPPED (TOC_RANGE_BYTES + 4096u)
/* Of one process: 1024 calls at a time. */
#define TOC_MAX_RANGES 64u

struct toc_range {
    struct toc_range *next;
    pid_t pid;      /* of the process that it is mapped in */
    uint64_t at;    /* there */
    uint8_t *bytes; /* here; NULL: it is not ready yet */
    uint32_t used;  /* bits of slots */
};

/* Zero-initialise. */
struct toc_ranges {
    struct toc_range *first;
};

struct toc_slot {
    struct toc_range *range; /* NULL: none */
    unsigned index;
    uint64_t at;     /* in the process */
    uint8_t *bytes;  /* the same here */
    uint64_t absent; /* address in the process at which nothing can be read */
};

/* One that gets its bytes, which are then the range's own, later. NULL: no memory. */
struct toc_range *toc_ranges_add(struct toc_ranges *ranges, pid_t pid, uint64_t at);
void toc_ranges_remove(struct toc_ranges *ranges, struct toc_range *range);
unsigned toc_ranges_of(const struct toc_ranges *ranges, pid_t pid);

/* The process has other memory now, or is gone. */
void toc_ranges_drop(struct toc_ranges *ranges, pid_t pid);

/* narrow: below 4 GiB. False: none is free. */
bool toc_slot_take(struct toc_ranges *ranges, pid_t pid, bool narrow, struct toc_slot *ret);
void toc_slot_give(struct toc_slot *slot);
