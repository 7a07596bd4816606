// SPDX-License-Identifier: Apache-2.0
// What the headers of one part point to: names, iovec arrays, control messages.
#include "source/ptrace_walk_part.h"

#include <string.h>

#include "source/ptrace_payload.h"

/* What one entry points to, as read. */
struct target {
    struct toc_want *name, *long_name, *segs; /* NULL: not wanted */
    uint32_t n_segs;
    uint8_t long_bytes[TOC_WIRE_LONG_NAME];
    union {
        struct toc_wire_seg wide[TOC_WIRE_SEGS];
        struct {
            uint32_t base, len;
        } narrow[TOC_WIRE_SEGS];
    };
};

struct part {
    struct target targets[TOC_WIRE_PART_MSGS];
    struct toc_want wants[3 * TOC_WIRE_PART_MSGS];
    size_t n_wants;
};

static struct toc_want *want(struct part *part, uint64_t at, void *to, uint32_t n) {
    struct toc_want *new = &part->wants[part->n_wants++];

    *new = (struct toc_want){.at = at, .to = to, .n = n};
    return new;
}

/* Messages that follow each other often show the same name. */
static struct toc_want *want_once(struct part *part, uint64_t at, void *to, uint32_t n) {
    struct toc_want *last = part->n_wants ? &part->wants[part->n_wants - 1] : NULL;

    return last && last->at == at && last->n == n ? last : want(part, at, to, n);
}

static bool is_32(const struct toc_ptrace_walk *w) {
    return w->bits & TOC_PTRACE_WALK_32;
}

static void want_name(struct toc_ptrace_walk *w, struct part *part, struct target *t,
                      struct toc_wire_entry *e) {
    uint32_t n = (uint32_t)e->name_len;

    if (!(w->bits & TOC_PTRACE_WALK_NAMES) || !e->name_ptr || e->name_len <= 0)
        return;
    t->name = want_once(part, e->name_ptr, e->name, n < TOC_WIRE_NAME ? n : TOC_WIRE_NAME);
    if (n > TOC_WIRE_NAME)
        t->long_name =
            want(part, e->name_ptr, t->long_bytes, n < TOC_WIRE_LONG_NAME ? n : TOC_WIRE_LONG_NAME);
}

static void want_segs(struct toc_ptrace_walk *w, struct part *part, struct target *t,
                      struct toc_wire_entry *e) {
    uint32_t n = e->iov_count > TOC_WIRE_SEGS ? TOC_WIRE_SEGS : (uint32_t)e->iov_count;

    if (!e->iov_ptr)
        return;
    t->n_segs = n < w->segs_left ? n : w->segs_left;
    w->segs_left -= t->n_segs;
    if (t->n_segs)
        t->segs = want(part, e->iov_ptr, t->wide, t->n_segs * (is_32(w) ? 8 : 16));
}

static void take_name(struct target *t, struct toc_wire_entry *e) {
    if (e->bits & TOC_WIRE_NAME_LEN_FAULT)
        e->name_status = TOC_WIRE_FAULT;
    else if (!e->name_ptr || e->name_len == 0)
        e->name_status = TOC_WIRE_NULL;
    if (!t->name)
        return;
    e->name_status = t->name->ok ? TOC_WIRE_OK : TOC_WIRE_FAULT;
    e->name_n = t->name->ok ? (uint8_t)t->name->n : 0;
    if (t->name->ok && t->name->to != e->name)
        memcpy(e->name, t->name->to, e->name_n);
}

static void widen(struct target *t) {
    for (uint32_t i = t->n_segs; i-- > 0;)
        t->wide[i] = (struct toc_wire_seg){t->narrow[i].base, t->narrow[i].len};
}

static uint64_t sum(const struct target *t) {
    uint64_t sum = 0;

    for (uint32_t i = 0; i < t->n_segs; i++)
        if (__builtin_add_overflow(sum, t->wide[i].len, &sum))
            return UINT64_MAX;
    return sum;
}

/* The buffer in the arguments, as if an iovec had led to it. */
static void take_buffer(const struct toc_ptrace_walk *w, struct toc_wire_entry *e) {
    e->seg_base = w->vec;
    e->seg_len = e->iov_bytes = w->buffer.len;
    e->iov_status = TOC_WIRE_OK;
    e->segs = 1;
    e->bits |= TOC_WIRE_IOV_WHOLE;
}

static void take_segs(struct toc_ptrace_walk *w, struct target *t, struct toc_wire_entry *e) {
    if (w->bits & TOC_PTRACE_WALK_BUFFER) {
        take_buffer(w, e);
        return;
    }
    if (!e->iov_ptr) {
        e->iov_status = TOC_WIRE_NULL;
        return;
    }
    if (!t->segs && e->iov_count)
        return; /* the budget is spent: absent */
    if (t->segs && !t->segs->ok) {
        e->iov_status = TOC_WIRE_FAULT;
        w->segs_left += t->n_segs;
        return;
    }
    if (is_32(w))
        widen(t);
    e->iov_status = TOC_WIRE_OK;
    e->segs = (uint8_t)t->n_segs;
    if (t->n_segs) {
        e->seg_base = t->wide[0].base;
        e->seg_len = t->wide[0].len;
    }
    if (t->n_segs == e->iov_count) {
        e->bits |= TOC_WIRE_IOV_WHOLE;
        e->iov_bytes = sum(t);
    }
}

/* The kernel's rules for the next one; false: it cannot be read. */
static bool read_item(struct toc_ptrace_walk *w, uint64_t *at, uint64_t end,
                      struct toc_wire_item *item) {
    uint32_t word = is_32(w) ? 4 : 8, head = word + 8;
    uint8_t bytes[16];
    uint64_t len = 0;

    if (*at + head > end)
        return true;
    if (!toc_ptrace_read_one(&w->memory, *at, bytes, head))
        return false;
    memcpy(&len, bytes, word);
    memcpy(&item->level, bytes + word, 4);
    memcpy(&item->type, bytes + word + 4, 4);
    item->len = len;
    if (len < head || len > end - *at)
        *at = end;
    else
        *at += (len + word - 1) & ~(uint64_t)(word - 1);
    return true;
}

static void take_items(struct toc_ptrace_walk *w, struct toc_wire_entry *e,
                       struct toc_wire_extra *x) {
    uint64_t at = e->control_ptr, end = e->control_ptr + e->control_len;

    x->items_status = TOC_WIRE_OK;
    for (uint32_t i = 0; i < TOC_WIRE_ITEMS; i++) {
        uint64_t before = at;

        if (!read_item(w, &at, end, &x->items[i])) {
            x->items_status = TOC_WIRE_FAULT;
            break;
        }
        if (at == before)
            break;
        x->n_items = (uint8_t)(i + 1);
    }
    e->control_status = x->items_status;
}

static bool wants_items(const struct toc_ptrace_walk *w, const struct toc_wire_entry *e) {
    return w->bits & TOC_PTRACE_WALK_CONTROL && e->control_ptr && e->control_len;
}

static void put_extra(struct toc_ptrace_walk *w, struct target *t, struct toc_wire_entry *e,
                      uint32_t index) {
    struct toc_wire_extra x = {
        .head = w->head, .view = (uint16_t)w->view, .index = (uint16_t)index};

    if (e->segs > 1) {
        memcpy(x.segs, t->wide, e->segs * sizeof(x.segs[0]));
        x.n_segs = e->segs;
    }
    if (wants_items(w, e))
        take_items(w, e, &x);
    if (e->name_status == TOC_WIRE_OK && t->long_name && t->long_name->ok) {
        memcpy(x.name, t->long_bytes, t->long_name->n);
        x.name_n = (uint8_t)t->long_name->n;
    }
    e->bits |= TOC_WIRE_HAS_EXTRA;
    if (!toc_ptrace_emit(w->out, &x.head, TOC_WIRE_EXTRA, sizeof(x), NULL, 0)) {
        e->bits |= TOC_WIRE_EXTRA_LOST;
        w->parts_lost++;
    }
}

void toc_ptrace_walk_targets(struct toc_ptrace_walk *w, uint32_t n) {
    const struct toc_wire_seg *segs[TOC_WIRE_PART_MSGS];
    struct part part;

    part.n_wants = 0;
    for (uint32_t i = 0; i < n; i++) {
        struct target *t = &part.targets[i];

        segs[i] = t->wide;
        t->name = t->long_name = t->segs = NULL;
        t->n_segs = 0;
        if (w->entries[i].status == TOC_WIRE_OK)
            want_name(w, &part, t, &w->entries[i]);
    }
    for (uint32_t i = 0; i < n; i++)
        if (w->entries[i].status == TOC_WIRE_OK)
            want_segs(w, &part, &part.targets[i], &w->entries[i]);
    toc_ptrace_read(&w->memory, part.wants, part.n_wants);
    for (uint32_t i = 0; i < n; i++) {
        struct target *t = &part.targets[i];
        struct toc_wire_entry *e = &w->entries[i];

        if (e->status != TOC_WIRE_OK)
            continue;
        take_name(t, e);
        take_segs(w, t, e);
        /* That the buffer can be read shows only where it is read. */
        if (!e->control_ptr || !e->control_len)
            e->control_status = TOC_WIRE_NULL;
        if (e->segs > 1 || wants_items(w, e) ||
            (e->name_status == TOC_WIRE_OK && e->name_len > TOC_WIRE_NAME))
            put_extra(w, t, e, w->first + i);
    }
    toc_ptrace_walk_payload(w, n, segs);
}
