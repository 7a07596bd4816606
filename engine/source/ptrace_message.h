// SPDX-License-Identifier: Apache-2.0
// One message of a send, as the kernel is to see it: out of what was looked at, into a slot.
#pragma once

#include "source/ptrace_range.h"
#include "source/ptrace_snapshot.h"

struct toc_message {
    uint64_t at;    /* of its header in the process, for sendmsg */
    uint32_t flags; /* in the header: sendmmsg heeds one of them */
    uint64_t bytes; /* of payload, as the kernel counts them */
};

/* Where a header is, and how it is laid out. */
struct toc_message_place {
    uint64_t header;
    bool narrow;
    bool single; /* a struct msghdr */
};

/* Takes what that header leads to, but for the payload. As toc_snapshot_take. */
int toc_message_take(struct toc_snapshot *snapshot, const struct toc_ptrace_memory *memory,
                     const struct toc_message_place *place, uint64_t *ret_missing);

/* Where something could not be read, the kernel will find it so. */
void toc_message_put(const struct toc_snapshot *snapshot, const struct toc_message_place *place,
                     const struct toc_slot *slot, struct toc_message *ret);

/* The same for a name alone, of up to TOC_SLOT_NAME_BYTES; gives its address in the slot. */
uint64_t toc_message_put_name(const struct toc_snapshot *snapshot, uint64_t name, uint32_t n,
                              const struct toc_slot *slot);
