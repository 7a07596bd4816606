// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only OR BSD-2-Clause
// The message that the copying of bpf/copy.h is shown.
#pragma once

#include "event/wire.h"

struct copy_ask {
    __u8 name[TOC_WIRE_LONG_NAME];
    __u8 control[256];
    struct toc_wire_seg segs[TOC_WIRE_SEGS + 1];
    __u64 count;   /* bytes of all buffers */
    __u64 nr_segs; /* 0: one buffer at base, without an array */
    __u64 base;
    __u64 control_len; /* 0: none */
    __u64 seen;        /* messages before it */
    __s32 name_len;
    __u32 flags;
    /* The pointer to it leads to no memory of the kernel's. */
    __u8 bad_name, bad_array, bad_control;
    __u8 is_recv;
    __u8 enter_lost;
};
