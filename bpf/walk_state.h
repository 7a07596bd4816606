// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
// What a walk over messages is asked, and where it reads to.
#pragma once

#include "call_state.h"

#include "event/wire_payload.h"

/* One walk over the messages of a call (walk.h): an array of struct mmsghdr, or one message. */
struct walk {
    u64 vec;
    struct buffer_args buffer; /* with WALK_BUFFER, where vec is the buffer */
    u64 time;
    u64 call_seq;
    u32 call_cpu;
    u32 bits; /* enum walk_bits */
    u32 view;
    u32 n;         /* entries of the call to read */
    u32 first;     /* of the part being read */
    u32 segs_left; /* iovecs that may still be read */
    u32 parts_lost;
    u32 missing;      /* of the part's headers, as bits: those that cannot be read */
    u32 far;          /* of its messages, as bits: those that are read one by one */
    u32 is_outside;   /* what one of them points to is outside of the windows */
    u32 payload;      /* bytes of a message to copy */
    u32 payload_left; /* of the call */
    s64 ret;          /* with WALK_RECEIVED: of the call */
    u32 more;         /* names go to that place of more_names, + 1; 0: nowhere */
};

/* Memory of the program that holds what many headers point to, read at once. */
#define WINDOW_BYTES 2048
struct window {
    u64 low; /* the lowest and the highest address wanted */
    u64 high;
    u64 ok;
    u8 bytes[WINDOW_BYTES + 32]; /* an object may begin at the last offset */
};

/* The record of a message's payload, and what it is copied from. */
struct payload_scratch {
    u64 base; /* the first buffer */
    u64 len;
    u32 segs; /* buffers; several are in scratch */
    u32 want; /* bytes */
    struct toc_wire_payload rec;
    u8 bytes[2 * TOC_WIRE_MAX_PAYLOAD]; /* a buffer may begin at the last offset */
};
