// SPDX-License-Identifier: Apache-2.0
// What the arguments of calls that move no messages point to, part by part. Its rules are those of
// bpf/side_memory.h.
#pragma once

#include "event/wire_side.h"
#include "source/ptrace_memory.h"

/* Those of one record, as they stand in it. */
struct toc_ptrace_parts {
    uint32_t n; /* bytes */
    uint8_t bytes[TOC_WIRE_SIDE_BYTES] __attribute__((aligned(8)));
};

/* Parts that are to be read: arguments, three sets, a timeout. */
#define TOC_PTRACE_LOOKS 5

/* Zero-initialise n; the rest is filled in as parts are wanted. */
struct toc_ptrace_looks {
    size_t n;
    uint16_t kinds[TOC_PTRACE_LOOKS];
    uint32_t layouts[TOC_PTRACE_LOOKS]; /* enum toc_wire_time, of a timeout */
    struct toc_want wants[TOC_PTRACE_LOOKS];
    uint8_t bytes[TOC_PTRACE_LOOKS][TOC_WIRE_SIDE_PART] __attribute__((aligned(8)));
};

/* n is clamped to TOC_WIRE_SIDE_PART. */
void toc_ptrace_look(struct toc_ptrace_looks *looks, uint16_t kind, uint64_t at, uint32_t n);

/* enum toc_wire_time; of NONE there is no part. */
void toc_ptrace_look_timeout(struct toc_ptrace_looks *looks, uint32_t layout, uint64_t at);

/* Reads them all in one go, and adds each part whatever that gives. */
void toc_ptrace_parts_read(struct toc_ptrace_parts *parts, const struct toc_ptrace_memory *memory,
                           struct toc_ptrace_looks *looks);

/* Something that is here already. */
void toc_ptrace_parts_add(struct toc_ptrace_parts *parts, uint16_t kind, uint8_t status,
                          const void *bytes, uint32_t n);
