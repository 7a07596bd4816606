// SPDX-License-Identifier: Apache-2.0
// One message of a send, as the kernel is to see it: out of what was looked at, into a slot.
#include "source/ptrace_message.h"

#include <errno.h>
#include <string.h>

#include "source/ptrace_header.h"
#include "source/ptrace_payload_copy.h"

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

static int take_payload(struct toc_snapshot *s, const struct toc_ptrace_memory *memory,
                        const struct lead *iov, bool narrow, uint64_t *ret_missing) {
    uint8_t bytes[16 * TOC_SLOT_IOVECS];
    const struct toc_iovecs iovecs = {bytes, (uint32_t)iov->n / (narrow ? 8 : 16), narrow};

    if (!s->payload || !iov->n || !toc_snapshot_get(s, iov->at, bytes, iov->n))
        return 0;
    return toc_payload_take(s, memory, &iovecs, ret_missing);
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
    if (r == 0)
        r = take_payload(s, memory, &l.iov, place->narrow, ret_missing);
    return r;
}

/* Into the slot; gives its address there, or one at which nothing can be read. */
static uint64_t put(const struct toc_snapshot *s, const struct lead *lead,
                    const struct toc_slot *slot, uint32_t place) {
    return lead->n && toc_snapshot_get(s, lead->at, slot->bytes + place, lead->n) ? slot->at + place
                                                                                  : slot->absent;
}

static uint64_t bytes_of(const struct toc_iovecs *iovecs) {
    const uint32_t word = iovecs->narrow ? 4 : 8;
    uint64_t sum = 0;

    for (uint32_t i = 0; i < iovecs->n; i++) {
        uint64_t len = 0;

        memcpy(&len, iovecs->bytes + (2 * i + 1) * word, word);
        sum += len < MAX_BYTES - sum ? len : MAX_BYTES - sum;
    }
    return sum;
}

/* iov_count: 0: as it is. */
static void point(union toc_header *header, bool narrow, uint64_t name, uint64_t iov,
                  uint32_t iov_count, uint64_t control) {
    if (narrow) {
        header->narrow.name = (uint32_t)name;
        header->narrow.iov = (uint32_t)iov;
        header->narrow.iov_count = iov_count ? iov_count : header->narrow.iov_count;
        header->narrow.control = (uint32_t)control;
    } else {
        header->wide.name = name;
        header->wide.iov = iov;
        header->wide.iov_count = iov_count ? iov_count : header->wide.iov_count;
        header->wide.control = control;
    }
}

void toc_message_put(const struct toc_snapshot *s, const struct toc_message_place *place,
                     const struct toc_slot *slot, struct toc_message *ret) {
    bool narrow = place->narrow;
    struct toc_iovecs iovecs = {slot->bytes + TOC_SLOT_IOV, 0, narrow};
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
    if (iov != slot->absent)
        iovecs.n = (uint32_t)l.iov.n / (narrow ? 8 : 16);
    toc_payload_put(s, slot, &iovecs);
    point(&bytes, narrow, name, iov, iovecs.n, put(s, &l.control, slot, TOC_SLOT_CONTROL));
    memcpy(slot->bytes, &bytes, toc_header_size(narrow));
    ret->at = slot->at;
    ret->flags = e.flags;
    ret->bytes = bytes_of(&iovecs);
}

static struct toc_iovecs one(const struct toc_buffer *b, uint8_t bytes[16]) {
    const uint64_t words[2] = {b->at, b->n};

    memcpy(bytes, words, sizeof(words));
    return (struct toc_iovecs){bytes, 1, false};
}

int toc_buffer_take(struct toc_snapshot *s, const struct toc_ptrace_memory *memory,
                    const struct toc_buffer *b, uint64_t *ret_missing) {
    uint8_t bytes[16];
    const struct toc_iovecs iovecs = one(b, bytes);
    int r = toc_snapshot_take(s, memory, b->name, b->name_n, ret_missing);

    if (r || !s->payload)
        return r;
    /* A name of no length is one for sendto, and none for sendmsg. */
    if (b->n > s->payload && ((b->narrow && b->at + b->n > UINT32_MAX) || (b->name && !b->name_n)))
        return -EMSGSIZE;
    return toc_payload_take(s, memory, &iovecs, ret_missing);
}

static void put_header(const struct toc_slot *slot, const struct toc_buffer *b, uint32_t n) {
    union toc_header header = {0};

    if (b->narrow)
        header.narrow.name_len = (int32_t)b->name_n;
    else
        header.wide.name_len = (int32_t)b->name_n;
    point(&header, b->narrow, b->name, slot->at + TOC_SLOT_IOV, n, 0);
    memcpy(slot->bytes, &header, toc_header_size(b->narrow));
}

bool toc_buffer_put(const struct toc_snapshot *s, struct toc_buffer *b, const struct toc_slot *slot,
                    struct toc_message *ret) {
    struct toc_iovecs iovecs = one(b, slot->bytes + TOC_SLOT_IOV);
    uint64_t pieces[4];

    if (b->name)
        b->name = put(s, &(struct lead){b->name, b->name_n}, slot, TOC_SLOT_NAME);
    toc_payload_put(s, slot, &iovecs);
    memcpy(pieces, iovecs.bytes, sizeof(pieces));
    b->at = pieces[0];
    *ret = (struct toc_message){.at = slot->at, .bytes = b->n};
    if (iovecs.n == 1)
        return false;
    for (uint32_t i = 0; i < 4 && b->narrow; i++)
        memcpy(iovecs.bytes + 4 * i, &(uint32_t){(uint32_t)pieces[i]}, 4);
    put_header(slot, b, iovecs.n);
    return true;
}
