// SPDX-License-Identifier: Apache-2.0
// A message header as programs lay it out: struct mmsghdr of 64 and of 32 bits.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "event/wire.h"

/* Those of a single message lack `len`, and what is behind it. */
struct toc_header64 {
    uint64_t name;
    int32_t name_len;
    uint32_t pad;
    uint64_t iov, iov_count, control, control_len;
    uint32_t flags, pad2, len, pad3;
};

struct toc_header32 {
    uint32_t name;
    int32_t name_len;
    uint32_t iov, iov_count, control, control_len, flags, len;
};

union toc_header {
    struct toc_header64 wide;
    struct toc_header32 narrow;
};

static inline uint32_t toc_header_size(bool narrow) {
    return narrow ? sizeof(struct toc_header32) : sizeof(struct toc_header64);
}

/* Of that of a single message: struct msghdr. */
static inline uint32_t toc_single_size(bool narrow) {
    return narrow ? offsetof(struct toc_header32, len) : offsetof(struct toc_header64, len);
}

/* What it says; other members of the entry stay. */
void toc_header_take(const union toc_header *header, bool narrow, struct toc_wire_entry *ret);
