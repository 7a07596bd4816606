// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only OR BSD-2-Clause
// The call that bpf/side.h is asked about: what its arguments point to.
#pragma once

#include "event/wire_side.h"

struct side_ask {
    __u32 kind; /* TOC_WIRE_KIND */
    __u32 once; /* also what is read at entry alone */
    __u64 arg[TOC_WIRE_ARGS];
    __u32 n; /* the answer: bytes of parts */
    __u32 pad;
    __u8 parts[TOC_WIRE_SIDE_BYTES];
};
