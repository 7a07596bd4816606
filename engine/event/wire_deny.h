// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only OR BSD-2-Clause
// What the kernel is given to decide by itself: sends that go elsewhere than was shown.
#pragma once

#include <linux/types.h>

#define TOC_WIRE_DENY_RULES 8
#define TOC_WIRE_DENY_TERMS 8
#define TOC_WIRE_DENY_PORTS 16
#define TOC_WIRE_MORE_NAMES                                                                        \
    256 /* batches under way that show more than TOC_WIRE_PART_MSGS names                          \
         */

/* Who makes the call: fields of `proc`. */
enum toc_wire_deny_field { TOC_WIRE_DENY_UID, TOC_WIRE_DENY_GID, TOC_WIRE_DENY_PID };

/* The field is in [low, high], or with `outside` is not. */
struct toc_wire_deny_term {
    __u32 field;
    __u32 outside;
    __s64 low, high;
};

/* A message whose destination differs from the one shown at entry is denied where all of this
 * holds. */
struct toc_wire_deny {
    __u64 events;     /* it is of one of these, as bits */
    __u32 ours_alone; /* no program of others may have rewritten it */
    __u32 n_ports;    /* its port is none of these, in network order: */
    __u16 ports[TOC_WIRE_DENY_PORTS];
    __u32 n_terms;
    __u32 pad;
    struct toc_wire_deny_term terms[TOC_WIRE_DENY_TERMS];
};
