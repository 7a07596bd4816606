// SPDX-License-Identifier: Apache-2.0
// A frozen call under way: what is looked at of it, and how it is made with the copy. The kernel's
// own loop over a batch is __sys_sendmmsg.
#include "source/ptrace_frozen.h"

#include <errno.h>
#include <stddef.h>
#include <sys/mman.h>
#include <sys/socket.h>

#include "source/ptrace_header.h"

/* Of a page that goes away again: somebody does it on purpose. */
#define MAX_TRIES 16

static uint32_t shape(const struct toc_freeze *f) {
    return TOC_KIND_SHAPE(f->kind);
}

static struct toc_message_place place_of(const struct toc_freeze *f, uint32_t message) {
    return (struct toc_message_place){.header =
                                          f->vec + (uint64_t)message * toc_header_size(f->narrow),
                                      .narrow = f->narrow,
                                      .single = shape(f) == TOC_WIRE_SHAPE_MSG};
}

/* The thread touches the page: whoever serves it keeps that one waiting, and not us. */
static enum toc_move fetch(struct toc_freeze *f, uint64_t page, int advice) {
    f->tries = f->fetching && f->page == page ? f->tries + 1 : 0;
    f->fetching = true;
    f->page = page;
    f->call =
        (struct toc_injected){TOC_INJECT_madvise, {page, TOC_SNAPSHOT_PAGE, (uint64_t)advice}};
    return TOC_MOVE_CALL;
}

/* A sendto whose name the kernel refuses before it looks has nothing to freeze, nor has one that
 * shows neither a name nor payload that rules look at. */
static void take_buffer(struct toc_freeze *f) {
    int32_t n = f->now[4] ? (int32_t)f->now[5] : 0;
    bool refused = n < 0 || n > (int32_t)TOC_SLOT_NAME_BYTES;

    f->buffer = (struct toc_buffer){.at = f->now[1],
                                    .n = f->now[2],
                                    .name = f->now[4],
                                    .name_n = refused ? 0 : (uint32_t)n,
                                    .narrow = f->narrow};
    f->vlen = !refused && (n > 0 || (f->snapshot.payload && f->now[2]));
    f->flags = (uint32_t)f->now[3];
}

static void take_args(struct toc_freeze *f, const uint64_t args[6]) {
    for (unsigned i = 0; i < 6; i++)
        f->now[i] = TOC_KIND_ABI(f->kind) == TOC_WIRE_I386 ? (uint32_t)args[i] : args[i];
    f->vec = f->narrow ? (uint32_t)args[1] : args[1];
    switch (shape(f)) {
    case TOC_WIRE_SHAPE_BUFFER: take_buffer(f); break;
    case TOC_WIRE_SHAPE_MSG:
        f->vlen = 1;
        f->flags = (uint32_t)args[2];
        break;
    default:
        f->vlen = (uint32_t)args[2] < TOC_WIRE_MAX_MSGS ? (uint32_t)args[2] : TOC_WIRE_MAX_MSGS;
        f->flags = (uint32_t)args[3];
    }
}

/* socketcall's are in memory themselves. */
static int take_words(struct toc_freeze *f, const struct toc_ptrace_memory *memory,
                      uint64_t *ret_missing) {
    uint32_t words[TOC_WIRE_ARGS] = {0}, at = (uint32_t)f->args[1], n;
    uint64_t args[6] = {0};
    int r;

    if (TOC_KIND_VIA(f->kind) != TOC_WIRE_SOCKETCALL) {
        take_args(f, f->args);
        return 0;
    }
    n = TOC_WIRE_SUBCALL_ARGS(f->args[0]) * sizeof(words[0]);
    r = toc_snapshot_take(&f->snapshot, memory, at, n, ret_missing);
    if (r)
        return r;
    f->unread = !toc_snapshot_get(&f->snapshot, at, words, n);
    for (unsigned i = 0; i < TOC_WIRE_ARGS; i++)
        args[i] = words[i];
    take_args(f, args);
    return 0;
}

static int take_one(struct toc_freeze *f, const struct toc_ptrace_memory *memory,
                    uint64_t *ret_missing) {
    const struct toc_message_place place = place_of(f, f->taken);

    if (shape(f) == TOC_WIRE_SHAPE_BUFFER)
        return toc_buffer_take(&f->snapshot, memory, &f->buffer, ret_missing);
    return toc_message_take(&f->snapshot, memory, &place, ret_missing);
}

static int take_all(struct toc_freeze *f, const struct toc_ptrace_memory *memory,
                    uint64_t *ret_missing) {
    int r = take_words(f, memory, ret_missing);

    for (; r == 0 && f->taken < f->vlen; f->taken += r == 0)
        r = take_one(f, memory, ret_missing);
    return r;
}

enum toc_move toc_frozen_fetch(struct toc_freeze *f, const struct toc_ptrace_memory *memory,
                               int64_t result) {
    uint64_t missing = 0;
    int r = 0;

    if (f->fetching && result < 0)
        r = toc_snapshot_unreadable(&f->snapshot, f->page);
    if (r == 0)
        r = take_all(f, memory, &missing);
    if (r == 1 && f->tries < MAX_TRIES)
        return fetch(f, missing, MADV_POPULATE_READ);
    if (r)
        f->failed = r == 1           ? "its memory does not stay"
                    : r == -ENOMEM   ? "out of memory"
                    : r == -EMSGSIZE ? "its payload cannot be parted"
                                     : "it leads to too much memory";
    f->fetching = false;
    return TOC_MOVE_ON;
}

void toc_frozen_set(struct toc_freeze *f) {
    const struct toc_decision *d = &f->held.decision;
    uint64_t args[6];

    for (unsigned i = 0; i < 6; i++)
        args[i] = d->set >> i & 1 ? d->value[i] : f->held.args[i];
    take_args(f, args);
    if (f->vlen > f->taken)
        f->failed = "more messages are set than were looked at";
    if (f->snapshot.payload && f->flags & MSG_ZEROCOPY)
        f->failed = "its payload is read after the call (MSG_ZEROCOPY)";
}

static void send_buffer(struct toc_freeze *f) {
    struct toc_buffer b = f->buffer;
    struct toc_message message;

    if (toc_buffer_put(&f->snapshot, &b, &f->slot, &message))
        f->call =
            (struct toc_injected){TOC_INJECT_sendmsg, {(uint32_t)f->now[0], message.at, f->flags}};
    else
        f->call = (struct toc_injected){TOC_INJECT_sendto,
                                        {f->now[0], b.at, f->now[2], f->now[3], b.name, f->now[5]}};
}

enum toc_move toc_frozen_send(struct toc_freeze *f) {
    const struct toc_message_place place = place_of(f, f->sent);
    struct toc_message message;
    uint32_t flags = f->flags;

    if (shape(f) == TOC_WIRE_SHAPE_BUFFER) {
        send_buffer(f);
        return TOC_MOVE_CALL;
    }
    toc_message_put(&f->snapshot, &place, &f->slot, &message);
    f->bytes = (int64_t)message.bytes;
    if (!place.single)
        flags |= message.flags & MSG_EOR;
    if (f->sent + 1 < f->vlen)
        flags |= MSG_BATCH;
    f->call = (struct toc_injected){TOC_INJECT_sendmsg, {(uint32_t)f->now[0], message.at, flags}};
    return TOC_MOVE_CALL;
}

static enum toc_move stop_with(struct toc_freeze *f, int64_t error) {
    f->result = f->sent ? f->sent : error;
    return TOC_MOVE_END;
}

enum toc_move toc_frozen_sent(struct toc_freeze *f, int64_t result) {
    f->len = f->result = result;
    if (shape(f) != TOC_WIRE_SHAPE_BATCH)
        return TOC_MOVE_END;
    return result < 0 ? stop_with(f, result) : TOC_MOVE_ON;
}

static uint64_t len_at(const struct toc_freeze *f) {
    return place_of(f, f->sent).header +
           (f->narrow ? offsetof(struct toc_header32, len) : offsetof(struct toc_header64, len));
}

enum toc_move toc_frozen_tell(struct toc_freeze *f, const struct toc_ptrace_memory *memory,
                              int64_t result) {
    uint32_t len = (uint32_t)f->len;

    if (!toc_ptrace_write_one(memory, len_at(f), &len, sizeof(len))) {
        if (f->fetching && (result < 0 || f->tries >= MAX_TRIES))
            return stop_with(f, -EFAULT);
        return fetch(f, len_at(f) & ~(uint64_t)(TOC_SNAPSHOT_PAGE - 1), MADV_POPULATE_WRITE);
    }
    f->fetching = false;
    f->sent++;
    return f->sent == f->vlen || f->len < f->bytes ? stop_with(f, 0) : TOC_MOVE_ON;
}
