// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
// What the kernel decides by itself: its rules, and the names that long batches show.
#pragma once

#include "maps.h"

#include "event/wire_deny.h"

/* Settings, as in maps.h. */
const volatile __u32 toc_n_deny = 0;
const volatile bool toc_deny_monitor = false; /* messages pass, and it is told */
const volatile struct toc_wire_deny toc_deny[TOC_WIRE_DENY_RULES];

__u64 toc_tags[2]; /* of our programs on sendmsg4 and sendmsg6, once they are loaded */

/* The name that a message showed. */
struct kept_name {
    union {
        u64 words[4];
        struct {
            u8 name[TOC_WIRE_NAME], name_n, name_status, status, unused;
        };
    };
};

/* The names shown at entry of a batch that is longer than a call's own state holds; grows with
 * toc_n_deny, which alone needs it. */
struct more_names {
    u64 task; /* whose call; 0: free */
    struct kept_name names[TOC_WIRE_MAX_MSGS];
};

struct {
    __uint(type, BPF_MAP_TYPE_ARRAY);
    __uint(max_entries, 1);
    __type(key, u32);
    __type(value, struct more_names);
} more_names SEC(".maps");
