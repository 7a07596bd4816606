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

static uint64_t header_at(const struct toc_freeze *f, uint32_t message) {
    return f->vec + (uint64_t)message * toc_header_size(f->narrow);
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

static void take_args(struct toc_freeze *f, const uint64_t args[6]) {
    f->fd = (int)args[0];
    f->vec = f->narrow ? (uint32_t)args[1] : args[1];
    f->vlen = (uint32_t)args[2] < TOC_WIRE_MAX_MSGS ? (uint32_t)args[2] : TOC_WIRE_MAX_MSGS;
    f->flags = (uint32_t)args[3];
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

static int take_all(struct toc_freeze *f, const struct toc_ptrace_memory *memory,
                    uint64_t *ret_missing) {
    int r = take_words(f, memory, ret_missing);

    for (; r == 0 && f->taken < f->vlen; f->taken += r == 0)
        r = toc_message_take(&f->snapshot, memory, header_at(f, f->taken), f->narrow, ret_missing);
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
        f->failed = r == 1         ? "its memory does not stay"
                    : r == -ENOMEM ? "out of memory"
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
}

enum toc_move toc_frozen_send(struct toc_freeze *f) {
    struct toc_message message;
    uint32_t flags = f->flags;

    toc_message_put(&f->snapshot, header_at(f, f->sent), f->narrow, &f->slot, &message);
    f->bytes = (int64_t)message.bytes;
    flags |= message.flags & MSG_EOR;
    if (f->sent + 1 < f->vlen)
        flags |= MSG_BATCH;
    f->call = (struct toc_injected){TOC_INJECT_sendmsg, {(uint32_t)f->fd, message.at, flags}};
    return TOC_MOVE_CALL;
}

static enum toc_move stop_with(struct toc_freeze *f, int64_t error) {
    f->result = f->sent ? f->sent : error;
    return TOC_MOVE_END;
}

enum toc_move toc_frozen_sent(struct toc_freeze *f, int64_t result) {
    f->len = result;
    return result < 0 ? stop_with(f, result) : TOC_MOVE_ON;
}

static uint64_t len_at(const struct toc_freeze *f) {
    return header_at(f, f->sent) +
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
