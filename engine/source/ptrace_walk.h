// SPDX-License-Identifier: Apache-2.0
// Walks arrays of message headers in the memory of a stopped thread: the enter and exit witnesses.
// Its rules are those of bpf/walk.h.
#pragma once

#include "base/buf.h"
#include "source/ptrace_memory.h"
#include "source/ptrace_ring.h"

enum toc_ptrace_walk_bits {
    TOC_PTRACE_WALK_32 = 1,        /* compat layouts */
    TOC_PTRACE_WALK_NAMES = 2,     /* what msg_name points to is meaningful in this view */
    TOC_PTRACE_WALK_CONTROL = 4,   /* so is what msg_control points to */
    TOC_PTRACE_WALK_MSG = 8,       /* one struct msghdr, which has no msg_len */
    TOC_PTRACE_WALK_BUFFER = 16,   /* one message made of arguments */
    TOC_PTRACE_WALK_LEN_AT = 32,   /* its name_len is where the length is */
    TOC_PTRACE_WALK_RECEIVED = 64, /* buffers hold what the call wrote */
};

/* Where records go, numbered. */
struct toc_ptrace_out {
    struct toc_ptrace_shared *shared; /* borrowed */
    uint64_t seq;
    struct toc_buf *held; /* not NULL: they go there for the time being, without a number */
};

struct toc_ptrace_walk {
    struct toc_ptrace_out *out;
    struct toc_ptrace_memory memory;
    struct toc_wire_head head; /* of the call: what its records have in common */
    uint64_t vec;
    struct {
        uint64_t len, name, name_len;
    } buffer; /* behind it, of TOC_PTRACE_WALK_BUFFER */
    uint32_t bits, view;
    uint32_t n; /* entries of the call to read */
    uint32_t first;
    uint32_t segs_left; /* iovecs that may still be read */
    uint32_t parts_lost;
    uint32_t payload;      /* bytes of a message to copy */
    uint32_t payload_left; /* of the call */
    int64_t ret;           /* with TOC_PTRACE_WALK_RECEIVED: of the call */
    struct toc_wire_entry entries[TOC_WIRE_PART_MSGS]; /* of the part read last */
};

/* Fills in kind, size and seq of the head at `record`, and puts it out. False: no room. */
bool toc_ptrace_emit(struct toc_ptrace_out *out, struct toc_wire_head *record, uint16_t kind,
                     size_t n, const void *more, size_t n_more);

/* Entries in the part that begins at walk->first. */
uint32_t toc_ptrace_walk_part_n(const struct toc_ptrace_walk *walk);

/* Reads that part into entries; what does not fit there goes out as EXTRA records. */
void toc_ptrace_walk_read(struct toc_ptrace_walk *walk);

/* Reads every part but the first, and puts each out as a record. */
void toc_ptrace_walk_further(struct toc_ptrace_walk *walk);
