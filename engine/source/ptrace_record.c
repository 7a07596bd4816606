// SPDX-License-Identifier: Apache-2.0
// A watched call of a traced thread from its entry to its return.
#include "source/ptrace_record.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "event/wire_arguments.h"
#include "event/wire_payload.h"
#include "source/ptrace_begin.h"
#include "source/ptrace_side.h"
#include "source/ptrace_stopped.h"
#include "source/stream.h"

static void read_timeout(const struct toc_tracee *t, struct toc_wire_timeout *ret) {
    const struct toc_ptrace_memory memory = toc_ptrace_memory_of(t);
    bool is_old = TOC_KIND_TIME(t->kind) == TOC_WIRE_TIME_TIME32;
    int32_t old[2] = {0};
    int64_t now[2] = {0};

    *ret = (struct toc_wire_timeout){.status = TOC_WIRE_ABSENT};
    if (TOC_KIND_TIME(t->kind) == TOC_WIRE_TIME_NONE)
        return;
    ret->status = TOC_WIRE_NULL;
    if (!t->arg[4])
        return;
    ret->status = TOC_WIRE_FAULT;
    if (!toc_ptrace_read_one(&memory, t->arg[4], is_old ? (void *)old : now,
                             is_old ? sizeof(old) : sizeof(now)))
        return;
    ret->status = TOC_WIRE_OK;
    ret->sec = is_old ? old[0] : now[0];
    ret->nsec = is_old ? old[1] : now[1];
}

static uint32_t enter_walk_n(const struct toc_ptrace_recorder *r, const struct toc_tracee *t) {
    uint32_t limit = TOC_KIND_IS_SEND(t->kind) ? r->max_msgs : TOC_WIRE_PART_MSGS;
    uint32_t vlen = (uint32_t)t->arg[2];

    if (TOC_KIND_SHAPE(t->kind) != TOC_WIRE_SHAPE_BATCH)
        return 1;
    if (limit > r->max_msgs)
        limit = r->max_msgs;
    return vlen < limit ? vlen : limit;
}

static uint32_t walk_bits(const struct toc_tracee *t, uint32_t view) {
    uint32_t shape = TOC_KIND_SHAPE(t->kind);
    uint32_t bits = TOC_KIND_ABI(t->kind) != TOC_WIRE_X86_64 ? TOC_PTRACE_WALK_32 : 0;
    bool is_send = TOC_KIND_IS_SEND(t->kind);

    if (view == TOC_WIRE_VIEW_EXIT || is_send)
        bits |= TOC_PTRACE_WALK_NAMES | TOC_PTRACE_WALK_CONTROL;
    if (!is_send)
        bits |= TOC_PTRACE_WALK_RECEIVED;
    if (shape == TOC_WIRE_SHAPE_MSG)
        bits |= TOC_PTRACE_WALK_MSG;
    if (shape == TOC_WIRE_SHAPE_BUFFER)
        bits |= TOC_PTRACE_WALK_BUFFER | (is_send ? 0 : TOC_PTRACE_WALK_LEN_AT);
    return bits;
}

static uint32_t payload_wanted(const struct toc_ptrace_recorder *r, const struct toc_tracee *t,
                               uint32_t view) {
    struct toc_ptrace_shared *shared = r->out.shared;
    uint64_t events = atomic_load_explicit(view == TOC_WIRE_VIEW_EXIT ? &shared->payload_exit
                                                                      : &shared->payload_enter,
                                           memory_order_relaxed);

    if (view != TOC_WIRE_VIEW_EXIT)
        events |= r->payloads;
    return events >> TOC_KIND_EVENT(t->kind) & 1 ? r->payload_bytes : 0;
}

static void walk_begin(struct toc_ptrace_recorder *r, const struct toc_tracee *t,
                       const struct toc_wire_head *head, uint32_t view, uint32_t n,
                       struct toc_ptrace_walk *w) {
    w->out = &r->out;
    w->memory = toc_ptrace_memory_of(t);
    w->head = *head;
    w->vec = t->arg[1];
    w->buffer.len = t->arg[2];
    w->buffer.name = t->arg[4];
    w->buffer.name_len = t->arg[5];
    w->view = view;
    w->n = n;
    w->first = w->parts_lost = 0;
    w->segs_left = TOC_WIRE_CALL_SEGS;
    w->bits = walk_bits(t, view);
    w->payload = payload_wanted(r, t, view);
    w->payload_left = TOC_WIRE_CALL_PAYLOAD;
    w->ret = -1;
}

static void count_parts_lost(struct toc_ptrace_recorder *r, uint32_t n) {
    if (n)
        toc_ptrace_count(&r->out.shared->counts.parts_lost, n);
}

static void put_long_name(struct toc_ptrace_recorder *r, const struct toc_wire_head *head,
                          const struct toc_ptrace_long *name, uint16_t view) {
    struct toc_wire_extra x = {.head = *head, .view = view, .name_n = name->n};

    if (!name->n)
        return;
    memcpy(x.name, name->bytes, name->n);
    if (!toc_ptrace_emit(&r->out, &x.head, TOC_WIRE_EXTRA, sizeof(x), NULL, 0))
        count_parts_lost(r, 1);
}

static void take_sock(struct toc_ptrace_recorder *r, struct toc_tracee *t,
                      struct toc_wire_enter *rec) {
    struct toc_ptrace_sock sock;

    t->has_sock = false;
    if (rec->args_status != TOC_WIRE_OK)
        return;
    toc_ptrace_sock_fill(t->facts.pidfd, (uint32_t)rec->arg[0], &t->socks, &sock);
    rec->sock = sock.wire;
    /* When the descriptor could not be had, it may well be a socket. */
    t->has_sock = sock.wire.status == TOC_WIRE_OK || sock.wire.status == TOC_WIRE_ABSENT;
    put_long_name(r, &rec->head, &sock.local, TOC_WIRE_VIEW_LOCAL);
    put_long_name(r, &rec->head, &sock.peer, TOC_WIRE_VIEW_PEER);
}

void toc_ptrace_record_enter(struct toc_ptrace_recorder *r, struct toc_tracee *t, uint32_t kind,
                             uint64_t nr, const uint64_t args[6]) {
    struct toc_wire_enter rec = {0};
    struct toc_ptrace_walk w;

    if (toc_ptrace_is_side(kind)) {
        toc_ptrace_side_enter(r, t, kind, nr, args);
        return;
    }
    toc_ptrace_begin(r, t, kind, nr, args, &rec);
    take_sock(r, t, &rec);
    t->cookie = rec.sock.cookie;
    /* The kernel may find a socket there yet, and messages that were copied are not walked in vain.
     */
    t->n_walked = t->has_sock || t->snapshot ? enter_walk_n(r, t) : 0;
    walk_begin(r, t, &rec.head, TOC_WIRE_VIEW_ENTER, t->n_walked, &w);
    toc_ptrace_walk_read(&w);
    read_timeout(t, &rec.timeout);
    toc_ptrace_who(r, t, &rec.head, &rec.proc);
    rec.n_walked = t->n_walked;
    rec.n_entries = (uint16_t)toc_ptrace_walk_part_n(&w);
    if (!TOC_KIND_IS_SEND(kind))
        memcpy(t->shown, w.entries, rec.n_entries * sizeof(w.entries[0]));
    t->enter_lost = !toc_ptrace_emit(&r->out, &rec.head, TOC_WIRE_ENTER, sizeof(rec), w.entries,
                                     rec.n_entries * sizeof(w.entries[0]));
    if (!t->enter_lost)
        toc_ptrace_walk_further(&w);
    t->part_lost = w.parts_lost > 0;
    count_parts_lost(r, w.parts_lost);
}

/* As far as the call came: each message moved, and the one it stopped at; of a batch of receives
 * only if it was changed. */
static uint32_t exit_walk_n(const struct toc_ptrace_recorder *r, const struct toc_tracee *t,
                            int64_t ret) {
    bool is_send = TOC_KIND_IS_SEND(t->kind);
    uint32_t n = ret > 0 ? (uint32_t)ret : 0;

    if (!t->has_sock)
        return 0;
    if (TOC_KIND_SHAPE(t->kind) != TOC_WIRE_SHAPE_BATCH)
        return t->n_walked && (is_send || ret >= 0 || ret == -EFAULT);
    if (is_send)
        return n + 1 < t->n_walked ? n + 1 : t->n_walked;
    if ((n || ret == -EFAULT) && toc_ptrace_stopped_is_other(t, n))
        n++;
    return n < r->max_msgs ? n : r->max_msgs;
}

static void take_args_again(struct toc_ptrace_recorder *r, struct toc_tracee *t,
                            const struct toc_wire_head *head) {
    struct toc_wire_arguments rec = {.head = *head, .status = TOC_WIRE_OK};
    const struct toc_ptrace_memory memory = toc_ptrace_memory_of(t);

    if (!t->args_at)
        return;
    if (!toc_ptrace_read_one(&memory, t->args_at, rec.words, t->n_args * sizeof(rec.words[0])))
        rec = (struct toc_wire_arguments){.head = *head, .status = TOC_WIRE_FAULT};
    if (toc_ptrace_emit(&r->out, &rec.head, TOC_WIRE_ARGUMENTS, sizeof(rec), NULL, 0))
        return;
    t->part_lost = true;
    count_parts_lost(r, 1);
}

/* True unless there was no room. */
static bool finish(struct toc_ptrace_recorder *r, struct toc_tracee *t, int64_t ret) {
    struct toc_wire_exit rec = {.head = toc_ptrace_head(t), .ret = ret, .cookie = t->cookie};
    struct toc_ptrace_walk w;

    walk_begin(r, t, &rec.head, TOC_WIRE_VIEW_EXIT, exit_walk_n(r, t, ret), &w);
    w.ret = ret;
    if (w.n) {
        toc_ptrace_walk_further(&w);
        toc_ptrace_walk_read(&w);
    }
    read_timeout(t, &rec.timeout);
    take_args_again(r, t, &rec.head);
    rec.n_walked = w.n;
    rec.n_entries = (uint16_t)toc_ptrace_walk_part_n(&w);
    rec.bits = t->part_lost || w.parts_lost ? TOC_WIRE_PART_LOST : 0;
    count_parts_lost(r, w.parts_lost);
    return toc_ptrace_emit(&r->out, &rec.head, TOC_WIRE_EXIT, sizeof(rec), w.entries,
                           rec.n_entries * sizeof(w.entries[0]));
}

void toc_ptrace_record_gone(struct toc_ptrace_recorder *r, const struct toc_tracee *t) {
    struct toc_wire_head head = toc_ptrace_head(t);

    if (!t->enter_lost)
        toc_ptrace_emit(&r->out, &head, TOC_WIRE_GONE, sizeof(head), NULL, 0);
}

/* A call that nobody makes, of a thread that makes no other. */
void toc_ptrace_record_heartbeat(struct toc_ptrace_recorder *r, uint64_t number,
                                 uint64_t asked_at) {
    struct toc_wire_enter enter = {
        .head = {.call_seq = r->call_seq++, .time = asked_at, .task = (uint32_t)getpid()},
        .event = TOC_EVENT_sendmmsg,
        .bits = TOC_WIRE_HEARTBEAT,
        .arg = {[4] = number}};
    struct toc_wire_exit exit = {.head = enter.head};

    exit.head.time = toc_boot_now();
    if (toc_ptrace_emit(&r->out, &enter.head, TOC_WIRE_ENTER, sizeof(enter), NULL, 0))
        toc_ptrace_emit(&r->out, &exit.head, TOC_WIRE_EXIT, sizeof(exit), NULL, 0);
}

void toc_ptrace_record_exit(struct toc_ptrace_recorder *r, struct toc_tracee *t, int64_t ret) {
    struct toc_wire_counts *counts = &r->out.shared->counts;

    t->in_call = false;
    toc_ptrace_count(&counts->seen, 1);
    if (t->enter_lost)
        toc_ptrace_count(&counts->ring_full, 1);
    else if (toc_ptrace_is_side(t->kind) ? toc_ptrace_side_exit(r, t, ret) : finish(r, t, ret))
        toc_ptrace_count(&counts->handed, 1);
    else
        toc_ptrace_count(&counts->ring_full, 1);
}
