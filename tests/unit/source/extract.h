// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only OR BSD-2-Clause
// What the extraction programs are asked and answer.
#pragma once

#include "event/wire.h"

struct extract {
    __u64 at;                  /* user memory */
    __u64 len, name, name_len; /* of a message made of arguments */
    __u32 abi, nr, subcall;
    __u32 n;    /* headers */
    __u32 bits; /* enum walk_bits */
    __u32 layout, fd;
    __u32 kind; /* answer of extract_kind: TOC_WIRE_KIND; 0: not watched */
    __u32 parts_lost;
    __u32 far;     /* of the first part's messages, as bits: those that were read one by one */
    __u32 payload; /* bytes of a message; 0: none */
    __s64 ret;     /* of the call, with WALK_RECEIVED */
    struct toc_wire_timeout timeout;
    struct toc_wire_sock sock;
    struct toc_wire_proc proc;
};
