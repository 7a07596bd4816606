// SPDX-License-Identifier: Apache-2.0
// The first bytes of a message's payload, where rules look at them: taken with what leads to them,
// and sent out of a slot. What is behind them is sent from where it is.
#pragma once

#include "source/ptrace_range.h"
#include "source/ptrace_snapshot.h"

/* Iovecs as the program lays them out. */
struct toc_iovecs {
    uint8_t *bytes; /* borrowed */
    uint32_t n;     /* at most TOC_SLOT_IOVECS */
    bool narrow;
};

/* Takes snapshot->payload bytes that they lead to. As toc_snapshot_take; -EMSGSIZE: they cannot be
 * parted, as there are as many as there can be. */
int toc_payload_take(struct toc_snapshot *snapshot, const struct toc_ptrace_memory *memory,
                     const struct toc_iovecs *iovecs, uint64_t *ret_missing);

/* Copies those into the slot, and makes the iovecs lead there first; there may be one more then,
 * and room is for it. A buffer that could not be read whole is one that the kernel cannot read. */
void toc_payload_put(const struct toc_snapshot *snapshot, const struct toc_slot *slot,
                     struct toc_iovecs *iovecs);
