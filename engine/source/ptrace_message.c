// SPDX-License-Identifier: Apache-2.0
// One message of a send, as the kernel is to see it: out of what was looked at, into a slot.
#include "source/ptrace_message.h"

#include <string.h>

#include "source/ptrace_header.h"

/* The kernel moves no more in one call: MAX_RW_COUNT. */
#define MAX_BYTES 0x7ffff000u

/* What a header leads to that is copied; n 0: nothing. */
struct lead {
    uint64_t at, n;
};

struct leads {
    struct lead name, iov, control;
};

static struct leads leads_of(const struct toc_wire_entry *e, bool narrow) {
    struct leads l = {.name = {e->name_ptr, 0}, .iov = {e->iov_ptr, 0}, .control = {0}};

    if (e->name_ptr && e->name_len > 0)
        l.name.n = e->name_len < (int32_t)TOC_SLOT_NAME_BYTES ? (uint32_t)e->name_len
                                                              : TOC_SLOT_NAME_BYTES;
    /* More is refused by the kernel before it looks. */
    if (e->iov_count <= TOC_SLOT_IOVECS)
        l.iov.n = e->iov_count * (narrow ? 8 : 16);
    /* More is refused where the system's limit is the usual one, and cannot be read where not. */
    if (e->control_len <= TOC_SLOT_CONTROL_BYTES)
        l.control = (struct lead){e->control_ptr, e->control_len};
    return l;
}

static uint32_t size_at(const struct toc_message_place *place) {
    return place->single ? toc_single_size(place->narrow) : toc_header_size(place->narrow);
}

static bool get_header(const struct toc_snapshot *s, const struct toc_message_place *place,
                       union toc_header *header, struct toc_wire_entry *e) {
    *header = (union toc_header){0};
    if (!toc_snapshot_get(s, place->header, header, size_at(place)))
        return false;
    toc_header_take(header, place->narrow, e);
    return true;
}

int toc_message_take(struct toc_snapshot *s, const struct toc_ptrace_memory *memory,
                     const struct toc_message_place *place, uint64_t *ret_missing) {
    union toc_header bytes;
    struct toc_wire_entry e;
    struct leads l;
    int r = toc_snapshot_take(s, memory, place->header, size_at(place), ret_missing);

    if (r || !get_header(s, place, &bytes, &e))
        return r;
    l = leads_of(&e, place->narrow);
    r = toc_snapshot_take(s, memory, l.name.at, l.name.n, ret_missing);
    if (r == 0)
        r = toc_snapshot_take(s, memory, l.iov.at, l.iov.n, ret_missing);
    if (r == 0)
        r = toc_snapshot_take(s, memory, l.control.at, l.control.n, ret_missing);
    return r;
}

/* Into the slot; gives its address there, or one at which nothing can be read. */
static uint64_t put(const struct toc_snapshot *s, const struct lead *lead,
                    const struct toc_slot *slot, uint32_t place) {
    return lead->n && toc_snapshot_get(s, lead->at, slot->bytes + place, lead->n) ? slot->at + place
                                                                                  : slot->absent;
}

static uint64_t bytes_of(const struct toc_slot *slot, uint64_t n_bytes, bool narrow) {
    const uint8_t *at = slot->bytes + TOC_SLOT_IOV, *end = at + n_bytes;
    uint64_t sum = 0;

    for (; at < end; at += narrow ? 8 : 16) {
        uint64_t len = 0;

        memcpy(&len, at + (narrow ? 4 : 8), narrow ? 4 : 8);
        sum += len < MAX_BYTES - sum ? len : MAX_BYTES - sum;
    }
    return sum;
}

static void point(union toc_header *header, bool narrow, uint64_t name, uint64_t iov,
                  uint64_t control) {
    if (narrow) {
        header->narrow.name = (uint32_t)name;
        header->narrow.iov = (uint32_t)iov;
        header->narrow.control = (uint32_t)control;
    } else {
        header->wide.name = name;
        header->wide.iov = iov;
        header->wide.control = control;
    }
}

uint64_t toc_message_put_name(const struct toc_snapshot *s, uint64_t name, uint32_t n,
                              const struct toc_slot *slot) {
    return put(s, &(struct lead){name, n}, slot, TOC_SLOT_NAME);
}

void toc_message_put(const struct toc_snapshot *s, const struct toc_message_place *place,
                     const struct toc_slot *slot, struct toc_message *ret) {
    bool narrow = place->narrow;
    union toc_header bytes;
    struct toc_wire_entry e;
    struct leads l;
    uint64_t name, iov;

    *ret = (struct toc_message){.at = slot->absent};
    if (!get_header(s, place, &bytes, &e))
        return;
    l = leads_of(&e, narrow);
    name = e.name_ptr ? put(s, &l.name, slot, TOC_SLOT_NAME) : 0;
    iov = put(s, &l.iov, slot, TOC_SLOT_IOV);
    point(&bytes, narrow, name, iov, put(s, &l.control, slot, TOC_SLOT_CONTROL));
    memcpy(slot->bytes, &bytes, toc_header_size(narrow));
    ret->at = slot->at;
    ret->flags = e.flags;
    if (iov != slot->absent)
        ret->bytes = bytes_of(slot, l.iov.n, narrow);
}
