// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
// What the arguments of waits and of connect point to, part by part into s->side.parts.
#pragma once

#include "maps.h"

/* A multiple of 8 below TOC_WIRE_SIDE_BYTES, in a way that reaches the verifier. */
#define index_parts(i) asm volatile("%0 &= 2040" : "+r"(i))

/* Room for the next part, with n bytes behind its head. NULL: none, which no call comes to. */
static __always_inline struct toc_wire_part_head *side_part(struct scratch *s, u16 kind, u32 n) {
    struct toc_wire_part_head *part;
    u32 at = s->side.n;

    if (at + sizeof(*part) + n > TOC_WIRE_SIDE_BYTES)
        return 0;
    index_parts(at);
    part = (struct toc_wire_part_head *)(s->side.parts + at);
    part->kind = kind;
    part->status = TOC_WIRE_NULL;
    part->pad = 0;
    part->n = 0;
    return part;
}

static __always_inline void side_end(struct scratch *s, struct toc_wire_part_head *part, u8 status,
                                     u32 n) {
    part->status = status;
    part->n = n;
    s->side.n += sizeof(*part) + ((n + 7) & ~7u);
}

/* User memory as it is. A part is there whatever the read gives. */
static __noinline int side_read(struct scratch *s, u32 kind, u64 at, u32 n) {
    struct toc_wire_part_head *part;
    bool ok;

    if (n > TOC_WIRE_SIDE_PART)
        n = TOC_WIRE_SIDE_PART;
    part = side_part(s, kind, n);
    if (!part)
        return 0;
    if (!at) {
        side_end(s, part, TOC_WIRE_NULL, 0);
        return 0;
    }
    opaque(n);
    if (n > TOC_WIRE_SIDE_PART)
        n = TOC_WIRE_SIDE_PART;
    ok = !bpf_probe_read_user(part + 1, n, (void *)at);
    side_end(s, part, ok ? TOC_WIRE_OK : TOC_WIRE_FAULT, ok ? n : 0);
    return ok;
}

/* Something that is here already. */
#define side_copy(s, kind, from, size)                                                             \
    do {                                                                                           \
        struct toc_wire_part_head *_part = side_part(s, kind, size);                               \
                                                                                                   \
        if (_part) {                                                                               \
            __builtin_memcpy(_part + 1, from, size);                                               \
            side_end(s, _part, TOC_WIRE_OK, size);                                                 \
        }                                                                                          \
    } while (0)

/* Of the kernel's own clamp; what is longer, or negative, it refuses. */
static __always_inline u32 side_addr_n(u64 len) {
    s32 n = (s32)len;

    return n < 0 ? 0 : n > TOC_WIRE_LONG_NAME ? TOC_WIRE_LONG_NAME : n;
}

/* A timeout in seconds and nanoseconds, however it is laid out. */
static __noinline int side_timeout(struct scratch *s, u32 layout, u64 at) {
    bool is_32 = layout == TOC_WIRE_TIME_TIME32 || layout == TOC_WIRE_TIME_MICRO32;
    bool is_micro = layout == TOC_WIRE_TIME_MICRO32 || layout == TOC_WIRE_TIME_MICRO64;
    struct toc_wire_part_head *part;
    s64 now[2] = {};
    s32 old[2] = {};
    u8 status = TOC_WIRE_NULL;

    if (layout == TOC_WIRE_TIME_NONE)
        return 0;
    part = side_part(s, TOC_WIRE_PART_TIMEOUT, sizeof(now));
    if (!part)
        return 0;
    if (at && is_32)
        status = bpf_probe_read_user(old, sizeof(old), (void *)at) ? TOC_WIRE_FAULT : TOC_WIRE_OK;
    else if (at)
        status = bpf_probe_read_user(now, sizeof(now), (void *)at) ? TOC_WIRE_FAULT : TOC_WIRE_OK;
    if (is_32) {
        now[0] = old[0];
        now[1] = old[1];
    }
    ((s64 *)(part + 1))[0] = now[0];
    ((s64 *)(part + 1))[1] = is_micro ? now[1] * 1000 : now[1];
    side_end(s, part, status, sizeof(now));
    return 0;
}

/* poll's array; if not all of it can be read, what stands before the first element that cannot. */
static __noinline int side_pollfds(struct scratch *s, u64 at, u64 count) {
    u32 n = (u32)count > TOC_WIRE_SIDE_POLLFDS ? TOC_WIRE_SIDE_POLLFDS : (u32)count;
    struct toc_wire_part_head *part;
    u32 read = 0;

    if (side_read(s, TOC_WIRE_PART_POLLFDS, at, n * 8) || !at)
        return 0;
    s->side.n -= sizeof(*part);
    part = side_part(s, TOC_WIRE_PART_POLLFDS, n * 8);
    if (!part)
        return 0;
    for (u32 i = 0; i < TOC_WIRE_SIDE_POLLFDS && i < n; i++) {
        if (bpf_probe_read_user((u64 *)(part + 1) + i, 8, (void *)(at + i * 8)))
            break;
        read = i + 1;
    }
    side_end(s, part, TOC_WIRE_FAULT, read * 8);
    return 0;
}

/* As many bits as nfds says, in whole words as the kernel reads and writes them. */
static __always_inline void side_sets(struct scratch *s, const u64 *arg, bool is_32) {
    s32 nfds = (s32)arg[0];
    u32 n = nfds < 0 ? 0 : nfds > TOC_WIRE_SIDE_SETFDS ? TOC_WIRE_SIDE_SETFDS : nfds;

    n = is_32 ? (n + 31) / 32 * 4 : (n + 63) / 64 * 8;
    side_read(s, TOC_WIRE_PART_READFDS, arg[1], n);
    side_read(s, TOC_WIRE_PART_WRITEFDS, arg[2], n);
    side_read(s, TOC_WIRE_PART_EXCEPTFDS, arg[3], n);
}

static __always_inline void side_events(struct scratch *s, u64 at, long ret) {
    u32 n = ret > TOC_WIRE_SIDE_EVENTS ? TOC_WIRE_SIDE_EVENTS : ret;

    if (ret > 0)
        side_read(s, TOC_WIRE_PART_EVENTS, at, n * TOC_WIRE_EVENT_BYTES);
}

static __always_inline void side_mask_at(struct scratch *s, u64 at) {
    side_copy(s, TOC_WIRE_PART_MASK_AT, &at, sizeof(at));
    side_read(s, TOC_WIRE_PART_MASK, at, 8);
}

/* pselect6 has a struct of pointer and size where others have a pointer to the mask. */
static __always_inline void side_packed_mask(struct scratch *s, u64 at, bool is_32) {
    u64 pointer = 0;

    if (!at || !bpf_probe_read_user(&pointer, is_32 ? 4 : 8, (void *)at))
        side_mask_at(s, pointer);
    else
        side_read(s, TOC_WIRE_PART_MASK, at, 8); /* says fault */
}
