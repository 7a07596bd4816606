// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
// How much of a call's messages is read when.
#pragma once

#include "abi.h"
#include "maps.h"
#include "stopped.h"
#include "walk_header.h"

/* A long vlen on a descriptor that moves nothing costs its caller next to nothing, and must not
 * cost the machine much: receives are walked a little now, and as far as they came at the return.
 */
static __always_inline u32 extent_at_enter(u32 kind, u32 vlen) {
    u32 limit = TOC_KIND_IS_SEND(kind) ? toc_max_msgs : TOC_WIRE_PART_MSGS;

    if (TOC_KIND_SHAPE(kind) != TOC_WIRE_SHAPE_BATCH)
        return TOC_KIND_HAS_MSGS(kind);
    if (limit > toc_max_msgs)
        limit = toc_max_msgs;
    return vlen < limit ? vlen : limit;
}

/* As far as the call came: each message moved, and the one it stopped at; of a batch of receives
 * only if it was changed. */
static __always_inline u32 extent_at_exit(const struct call_state *st, long ret) {
    bool is_send = TOC_KIND_IS_SEND(st->kind);
    u32 n = ret > 0 ? ret : 0;

    if (!st->sk)
        return 0;
    if (TOC_KIND_SHAPE(st->kind) != TOC_WIRE_SHAPE_BATCH)
        return st->n_walked && (is_send || ret >= 0 || ret == -EFAULT || st->kernel_seen);
    if (n < st->kernel_seen)
        n = st->kernel_seen;
    if (is_send) {
        n++;
        return n < st->n_walked ? n : st->n_walked;
    }
    if (n < st->n_walked && (n || ret == -EFAULT) && stopped_is_other(st, n))
        n++;
    return n < toc_max_msgs ? n : toc_max_msgs;
}

/* The bits of a walk. written: the kernel has written what it writes. */
static __always_inline u32 extent_bits(u32 kind, bool written) {
    u32 shape = TOC_KIND_SHAPE(kind), bits = CALL_IS_32(kind) ? WALK_32 : 0;

    if (written || TOC_KIND_IS_SEND(kind))
        bits |= WALK_NAMES | WALK_CONTROL;
    if (!TOC_KIND_IS_SEND(kind))
        bits |= WALK_RECEIVED;
    if (shape == TOC_WIRE_SHAPE_MSG)
        bits |= WALK_MSG;
    if (shape == TOC_WIRE_SHAPE_BUFFER)
        bits |= TOC_KIND_IS_SEND(kind) ? WALK_BUFFER : WALK_BUFFER | WALK_LEN_AT;
    return bits;
}
