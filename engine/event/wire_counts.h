// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only OR BSD-2-Clause
// What the kernel side counts, and what it is asked to look for.
#pragma once

#include <linux/types.h>

/* What the reader asks for, in ns since boot: calls that began before then and have not returned,
 * and sends that nothing explains after an event told before then. */
struct toc_wire_overdue {
    __u64 entered_before;
    __u64 told_before;
};

/* Counters, one of them per CPU. In calls, but for parts_lost. */
struct toc_wire_counts {
    __u64 seen;       /* watched calls that returned */
    __u64 filtered;   /* out of scope */
    __u64 handed;     /* handed to user space whole, or with parts lost */
    __u64 ring_full;  /* the ENTER or the EXIT record found no room */
    __u64 state_full; /* no room to remember the call */
    __u64 rescued;    /* of those handed: through the ring for what looks like an attack */
    __u64 unknown;    /* calls of unknown numbers; of no other count */
    __u64 parts_lost; /* records inside calls handed over, and EXE records */
};
