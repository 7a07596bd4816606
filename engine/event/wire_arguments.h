// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only OR BSD-2-Clause
// Wire records of a call's arguments, seen elsewhere than in registers.
#pragma once

#include "event/wire.h"

/* socketcall's array again, when the call returned. */
struct toc_wire_arguments {
    struct toc_wire_head head;
    __u32 words[TOC_WIRE_ARGS];
    __u8 status;
    __u8 pad[7];
};

/* Of a batch: once a call at most. */
struct toc_wire_taken {
    struct toc_wire_head head;
    __u64 vec;
    __s32 fd;
    __u32 vlen;
    __u32 flags;
    __u8 hook;
    __u8 pad[3];
    struct toc_wire_timeout timeout; /* the kernel's own copy */
};
