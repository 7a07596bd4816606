// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only OR BSD-2-Clause
// The calls watched: what their arguments lead to, and how producers name one in a number.
#pragma once

#include <linux/types.h>

#include "event/event_id.h"

#define TOC_WIRE_X32_BIT 0x40000000u
#define TOC_WIRE_NR_SOCKETCALL 102 /* of i386 */
#define TOC_WIRE_NUMBERS 1024      /* calls have numbers below; a power of two */
#define TOC_WIRE_SHARED 424        /* from here on a call's number is the same in every ABI */
#define TOC_WIRE_SHARED_END 472    /* such calls have numbers below, as far as Linux 7.0 has any */
#define TOC_WIRE_SUBCALLS 32       /* the same inside socketcall */

/* names.def: abi, via */
enum toc_wire_abi {
    TOC_WIRE_X86_64,
    TOC_WIRE_I386,
    TOC_WIRE_X32,
    TOC_WIRE_ARM64,
    TOC_WIRE_ARM,
    TOC_WIRE_ABIS
};

/* The ABI of programs of the kernel's own word size, and that of 32-bit ones. */
#if defined(__TARGET_ARCH_arm64) || defined(__aarch64__)
#define TOC_WIRE_IS_ARM64 1
#define TOC_WIRE_NATIVE TOC_WIRE_ARM64
#define TOC_WIRE_COMPAT TOC_WIRE_ARM
#else
#define TOC_WIRE_IS_ARM64 0
#define TOC_WIRE_NATIVE TOC_WIRE_X86_64
#define TOC_WIRE_COMPAT TOC_WIRE_I386
#endif
enum toc_wire_via {
    TOC_WIRE_SYSCALL,
    TOC_WIRE_SOCKETCALL,
    TOC_WIRE_IO_URING,
    TOC_WIRE_IN_KERNEL, /* no process asked for it */
};

/* What the arguments are and lead to. Those of sockets begin with the descriptor. */
enum toc_wire_shape {
    TOC_WIRE_SHAPE_NONE,
    TOC_WIRE_SHAPE_BATCH,  /* fd, struct mmsghdr [vlen], vlen, flags, and for receives timeout */
    TOC_WIRE_SHAPE_MSG,    /* fd, struct msghdr, flags */
    TOC_WIRE_SHAPE_BUFFER, /* fd, buffer, length, flags, address, its length or a pointer to it */
    TOC_WIRE_SHAPE_WAIT,   /* descriptors, events, a timeout */
    TOC_WIRE_SHAPE_ARRAY,  /* the same in a __u32[5] of user memory */
    TOC_WIRE_SHAPE_MEMORY, /* fd, struct sockaddr, its length; or entries, struct io_uring_params */
    TOC_WIRE_SHAPE_PLAIN,  /* registers alone */
};

enum toc_wire_time {
    TOC_WIRE_TIME_NONE,
    TOC_WIRE_TIME_TIME32, /* seconds, nanoseconds: two of 32 bits */
    TOC_WIRE_TIME_TIME64,
    TOC_WIRE_TIME_MICRO32, /* seconds, microseconds */
    TOC_WIRE_TIME_MICRO64
};

/* A watched call as a number other than 0. */
#define TOC_WIRE_KIND(event, abi, via, shape, time)                                                \
    ((__u32)(shape) << 24 | (__u32)(time) << 20 | (__u32)(via) << 16 | (__u32)(abi) << 8 | (event))
#define TOC_KIND_EVENT(kind) ((kind)&0x3f)
#define TOC_KIND_ABI(kind) ((kind) >> 8 & 0xff)
#define TOC_KIND_VIA(kind) ((kind) >> 16 & 0xf)
#define TOC_KIND_TIME(kind) ((kind) >> 20 & 0xf)
#define TOC_KIND_SHAPE(kind) ((kind) >> 24 & 0xf)
/* Such calls move messages, and have a socket as their first argument. */
#define TOC_KIND_HAS_MSGS(kind)                                                                    \
    (TOC_KIND_SHAPE(kind) >= TOC_WIRE_SHAPE_BATCH && TOC_KIND_SHAPE(kind) <= TOC_WIRE_SHAPE_BUFFER)

/* Events of calls that move messages out, as bits. */
static const __u64 toc_wire_sends =
#define EVENT(name, number, groups, doc) ((groups)&GROUP_SEND ? 1ull << (number) : 0) |
#include "event/events.def"
    0;
#define TOC_KIND_IS_SEND(kind) (toc_wire_sends >> TOC_KIND_EVENT(kind) & 1)

/* nr is without the x32 bit. */
static inline __attribute__((always_inline)) _Bool toc_wire_has_call(__u32 abi, __u32 nr) {
#define GAP(of, first, last) || (abi == TOC_WIRE_##of && nr >= (first) && nr <= (last))
    return !(0
#include "event/wire_gaps.def"
    );
}

/* How many words of its argument array the kernel reads, by the number inside socketcall. */
#define TOC_WIRE_SUBCALL_ARGS(nr)                                                                  \
    ((nr) < 16 ? 0x5526644433323330ull >> 4 * (nr)&15 : 0x45433ull >> 4 * ((nr)-16) & 15)
