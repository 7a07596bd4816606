// SPDX-License-Identifier: Apache-2.0
// Copies the first bytes of messages, where rules look at them.
#include "source/ptrace_payload.h"

#include "event/wire_payload.h"
#include "source/ptrace_snapshot.h"

/* Of one message. */
struct copy {
    uint32_t want; /* bytes */
    uint64_t total;
    struct toc_want *first; /* its buffers */
    uint32_t n;
    uint8_t bytes[TOC_WIRE_MAX_PAYLOAD];
};

struct part {
    struct copy copies[TOC_WIRE_PART_MSGS];
    struct toc_want wants[TOC_WIRE_PART_MSGS * TOC_WIRE_SEGS];
    size_t n_wants;
};

static bool is_single(const struct toc_ptrace_walk *w) {
    return w->bits & (TOC_PTRACE_WALK_MSG | TOC_PTRACE_WALK_BUFFER);
}

/* Of a receive: whether the message came. */
static bool came(const struct toc_ptrace_walk *w, uint32_t index) {
    return !(w->bits & TOC_PTRACE_WALK_RECEIVED) ||
           (is_single(w) ? 0 : (int64_t)index + 1) <= w->ret;
}

/* Bytes that the message has; of a receive: that it wrote. */
static uint64_t total_of(const struct toc_ptrace_walk *w, const struct toc_wire_entry *e) {
    uint64_t room = e->bits & TOC_WIRE_IOV_WHOLE ? e->iov_bytes : UINT64_MAX, moved;

    if (!(w->bits & TOC_PTRACE_WALK_RECEIVED))
        return room;
    moved = is_single(w) ? (uint64_t)w->ret : e->len;
    return moved < room ? moved : room;
}

/* False: nothing is to be copied. */
static bool begin(struct toc_ptrace_walk *w, uint32_t i, struct copy *copy) {
    struct toc_wire_entry *e = &w->entries[i];

    if (e->status != TOC_WIRE_OK || e->iov_status != TOC_WIRE_OK || !came(w, w->first + i))
        return false;
    copy->total = total_of(w, e);
    copy->want = copy->total < w->payload ? (uint32_t)copy->total : w->payload;
    if (copy->want > w->payload_left) {
        e->bits |= TOC_WIRE_PAYLOAD_SPENT;
        return false;
    }
    w->payload_left -= copy->want;
    return true;
}

static void want(struct part *part, struct copy *copy, const struct toc_wire_entry *e,
                 const struct toc_wire_seg *several) {
    const struct toc_wire_seg one = {e->seg_base, e->seg_len};
    const struct toc_wire_seg *segs = e->segs > 1 ? several : &one;
    uint32_t done = 0;

    copy->first = &part->wants[part->n_wants];
    for (uint32_t i = 0; i < e->segs && done < copy->want; i++) {
        uint32_t left = copy->want - done, n = segs[i].len < left ? (uint32_t)segs[i].len : left;

        if (!n)
            continue;
        part->wants[part->n_wants++] =
            (struct toc_want){.at = segs[i].base, .to = copy->bytes + done, .n = n};
        done += n;
    }
    copy->n = (uint32_t)(&part->wants[part->n_wants] - copy->first);
}

static void put(struct toc_ptrace_walk *w, uint32_t i, const struct copy *copy) {
    struct toc_wire_payload rec = {.head = w->head,
                                   .view = (uint16_t)w->view,
                                   .index = (uint16_t)(w->first + i),
                                   .status = TOC_WIRE_OK};

    for (uint32_t k = 0; k < copy->n; k++) {
        if (!copy->first[k].ok) {
            rec.status = TOC_WIRE_FAULT;
            break;
        }
        rec.n = (uint16_t)(rec.n + copy->first[k].n);
    }
    rec.is_cut = rec.n < copy->total;
    if (!toc_ptrace_emit(w->out, &rec.head, TOC_WIRE_PAYLOAD, sizeof(rec), copy->bytes,
                         (rec.n + 7u) / 8 * 8))
        w->parts_lost++;
}

void toc_ptrace_walk_payload(struct toc_ptrace_walk *w, uint32_t n,
                             const struct toc_wire_seg *const segs[]) {
    const struct toc_snapshot *snapshot = w->memory.snapshot;
    const struct toc_ptrace_memory memory = {.tid = w->memory.tid,
                                             .pagemap = w->memory.pagemap,
                                             .snapshot =
                                                 snapshot && snapshot->payload ? snapshot : NULL};
    bool is_there[TOC_WIRE_PART_MSGS];
    struct part part;

    if (!w->payload)
        return;
    part.n_wants = 0;
    for (uint32_t i = 0; i < n; i++) {
        is_there[i] = begin(w, i, &part.copies[i]);
        if (is_there[i])
            want(&part, &part.copies[i], &w->entries[i], segs[i]);
    }
    toc_ptrace_read(&memory, part.wants, part.n_wants);
    for (uint32_t i = 0; i < n; i++)
        if (is_there[i])
            put(w, i, &part.copies[i]);
}
