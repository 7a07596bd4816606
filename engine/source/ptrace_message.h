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

/* Takes what that header leads to. As toc_payload_take. */
int toc_message_take(struct toc_snapshot *snapshot, const struct toc_ptrace_memory *memory,
                     const struct toc_message_place *place, uint64_t *ret_missing);

/* Where something could not be read, the kernel will find it so. */
void toc_message_put(const struct toc_snapshot *snapshot, const struct toc_message_place *place,
                     const struct toc_slot *slot, struct toc_message *ret);

/* A message made of arguments. */
struct toc_buffer {
    uint64_t at, n;  /* its payload */
    uint64_t name;   /* 0: none */
    uint32_t name_n; /* at most TOC_SLOT_NAME_BYTES */
    bool narrow;     /* layout of the process's headers */
};

/* The same as the two above. -EMSGSIZE also: the rest of its payload would not fit such a header.
 */
int toc_buffer_take(struct toc_snapshot *snapshot, const struct toc_ptrace_memory *memory,
                    const struct toc_buffer *buffer, uint64_t *ret_missing);

/* Gives where its name and its payload are now; true: that lies in two places, and *ret is a
 * message for sendmsg. */
bool toc_buffer_put(const struct toc_snapshot *snapshot, struct toc_buffer *buffer,
                    const struct toc_slot *slot, struct toc_message *ret);
