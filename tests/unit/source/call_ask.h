// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only OR BSD-2-Clause
// The call that bpf/suspect.h is asked about: one message of it, as shown and as used.
#pragma once

#include "event/wire.h"

struct call_ask {
    __u8 shown[TOC_WIRE_NAME]; /* its name at entry */
    __u8 shown_status;
    __u8 args_changed;
    struct toc_wire_kernel_msg used;
    __u32 kind; /* TOC_WIRE_KIND */
    __u32 n_entries;
    __u32 kernel_seen;
    __u32 faults; /* messages that could not be read at entry, as bits */
    __s64 ret;
    __u32 is_suspect; /* the answer */
};
