// SPDX-License-Identifier: Apache-2.0
// From wire records to calls in order, and losses at the place where they happened.
#include "source/stream.h"

#include <errno.h>
#include <stdlib.h>
#include <time.h>

#include "base/cleanup.h"
#include "event/catalogue.h"

/* A drain ends here even if there is more, so that events leave while others come. */
#define DRAIN_RECORDS 4096
#define COUNT_EVERY_NS 100000000u
/* So often within the time after which a call is pending. */
#define OVERDUE_SHARE 8
#define NS_PER_S 1000000000u

uint64_t toc_boot_now(void) {
    struct timespec t;

    clock_gettime(CLOCK_BOOTTIME, &t);
    return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

static void check_seq(struct toc_stream *s, const struct toc_wire_head *head) {
    if (head->cpu >= s->n_cpus || head->seq == TOC_WIRE_UNNUMBERED)
        return;
    if (head->seq > s->next_seq[head->cpu] && !s->gap) {
        s->gap = true;
        s->gap_time = head->time;
    }
    s->next_seq[head->cpu] = head->seq + 1;
}

/* As early as can be: the process may be gone soon. */
static void identify(struct toc_stream *s, struct toc_call *call,
                     const struct toc_wire_proc *proc) {
    call->identity = toc_identity_get(s->identities, proc);
    call->foreign_bpf = toc_foreign_bpf(&s->foreign, proc->cgroup_id,
                                        toc_identity_cgroup(call->identity), s->drained_at);
}

static int take(struct toc_stream *s, struct toc_calls *calls,
                const struct toc_wire_record *record) {
    struct toc_call *call = NULL;
    int r;

    if (record->head->kind == TOC_WIRE_EXE) {
        toc_identity_learn(s->identities, record->exe);
        return 0;
    }
    r = toc_calls_add(calls, record, &call);
    if (r == 0 && record->head->kind == TOC_WIRE_ENTER)
        identify(s, call, &record->enter->proc);
    if (r == 0 && record->head->kind == TOC_WIRE_SIDE_ENTER)
        identify(s, call, &record->side_enter->proc);
    if (r == 1 && call->pending)
        s->pending++;
    if (r == 1)
        r = toc_order_put(&s->order, call);
    if (r < 0 && toc_wire_ends(record->head))
        s->pairing++;
    return r == -ENOENT ? 0 : r;
}

int toc_stream_take(void *ctx, void *data, size_t size) {
    struct toc_stream *s = ctx;
    struct toc_wire_record record;
    int r;

    if (toc_wire_check(data, size, &record) < 0) {
        s->malformed++;
        return 0;
    }
    check_seq(s, record.head);
    s->record_time = record.head->time;
    r = take(s, s->calls, &record);
    if (r < 0)
        return r;
    return ++s->taken >= DRAIN_RECORDS && s->horizon != UINT64_MAX ? -EAGAIN : 0;
}

int toc_stream_take_urgent(void *ctx, void *data, size_t size) {
    struct toc_stream *s = ctx;
    struct toc_wire_record record;

    if (toc_wire_check(data, size, &record) < 0) {
        s->malformed++;
        return 0;
    }
    return take(s, s->urgent, &record);
}

int toc_stream_open(const struct toc_stream_feed *feed, void *feed_ctx, uint32_t n_cpus,
                    uint64_t watermark_ns, struct toc_stream *ret) {
    int r;

    ret->feed = feed;
    ret->feed_ctx = feed_ctx;
    ret->watermark_ns = watermark_ns;
    ret->n_cpus = n_cpus;
    ret->next_seq = calloc(ret->n_cpus, sizeof(*ret->next_seq));
    ret->drained_at = ret->counted_at = toc_boot_now();
    if (!ret->next_seq)
        return -ENOMEM;
    r = toc_calls_new(&ret->calls);
    if (r == 0)
        r = toc_calls_new(&ret->urgent);
    if (r == 0)
        r = toc_identities_new(&ret->identities);
    return r;
}

void toc_stream_close(struct toc_stream *s) {
    if (s->calls)
        toc_order_clear(&s->order, s->calls);
    toc_calls_free(&s->calls);
    toc_calls_free(&s->urgent);
    toc_identities_free(&s->identities);
    free(TAKE_PTR(s->next_seq));
}

static int announce(struct toc_stream *s, uint16_t cause, uint64_t now) {
    struct toc_call *loss;

    if (now <= s->announced[cause])
        return 0;
    loss = toc_calls_get(s->calls);
    if (!loss)
        return -ENOMEM;
    loss->is_loss = true;
    loss->cause = cause;
    loss->count = now - s->announced[cause];
    loss->time = s->gap ? s->gap_time : s->drained_at;
    if (loss->time < s->order.last_time)
        loss->time = s->order.last_time;
    s->announced[cause] = now;
    return toc_order_put(&s->order, loss);
}

/* The counters are the truth about how much; a gap shows where. */
static int announce_losses(struct toc_stream *s) {
    struct toc_wire_counts feed;
    int r = s->feed->counts(s->feed_ctx, &feed);
    const uint64_t now[TOC_STREAM_LOSSES] = {
        [TOC_loss_ring_full] = feed.ring_full,  [TOC_loss_state_full] = feed.state_full,
        [TOC_loss_part_lost] = feed.parts_lost, [TOC_loss_malformed] = s->malformed,
        [TOC_loss_pairing] = s->pairing,        [TOC_loss_late] = s->order.late,
    };

    s->counted_at = s->drained_at;
    for (uint16_t cause = 0; r == 0 && cause < TOC_STREAM_LOSSES; cause++)
        r = announce(s, cause, now[cause]);
    s->gap = false;
    return r;
}

static void move_horizon(struct toc_stream *s) {
    uint64_t seen = s->backlog ? s->record_time : s->drained_at;

    if (seen > s->watermark_ns && seen - s->watermark_ns > s->horizon)
        s->horizon = seen - s->watermark_ns;
}

/* Calls that began long before the horizon and have not returned by it. */
static int tell_pending(struct toc_stream *s, uint64_t horizon) {
    struct toc_call *call, *copy;
    int r = 0;

    if (!s->pending_ns || horizon < s->pending_ns)
        return 0;
    while (r == 0 && (call = toc_calls_overdue(s->calls, horizon - s->pending_ns))) {
        if (s->feed->is_open && !s->feed->is_open(s->feed_ctx, call))
            continue;
        copy = toc_calls_copy(s->calls, call);
        if (!copy)
            return -ENOMEM;
        copy->time = call->entered_at + s->pending_ns;
        if (copy->time < s->order.last_time)
            copy->time = s->order.last_time;
        s->pending++;
        r = toc_order_put(&s->order, copy);
    }
    return r;
}

/* Early enough that calls are told as pending on time, and seldom: each call's state is looked at.
 * At the end nothing is left untold. */
static int ask_overdue(struct toc_stream *s) {
    uint64_t every = (s->pending_ns ? s->pending_ns : NS_PER_S) / OVERDUE_SHARE;
    bool last = s->horizon == UINT64_MAX;
    struct toc_wire_overdue than = {0, last ? UINT64_MAX : s->drained_at - NS_PER_S};

    if (!s->feed->overdue || (!last && s->drained_at - s->overdue_at < every))
        return 0;
    s->overdue_at = s->drained_at;
    if (s->pending_ns)
        than.entered_before = s->drained_at - s->pending_ns + 2 * every;
    return s->feed->overdue(s->feed_ctx, &than);
}

int toc_stream_drain(struct toc_stream *s) {
    int r;

    s->drained_at = toc_boot_now();
    s->taken = 0;
    r = ask_overdue(s);
    if (r < 0)
        return r;
    r = s->feed->drain(s->feed_ctx);
    s->backlog = r == -EAGAIN;
    if (r < 0 && !s->backlog)
        return r;
    if (s->taken)
        s->active_at = s->drained_at;
    r = 0;
    if (s->gap || s->drained_at - s->counted_at > COUNT_EVERY_NS)
        r = announce_losses(s);
    move_horizon(s);
    return r < 0 ? r : tell_pending(s, s->horizon);
}

int toc_stream_finish(struct toc_stream *s) {
    int r;

    s->horizon = UINT64_MAX;
    s->drained_at = toc_boot_now();
    r = ask_overdue(s);
    if (r >= 0)
        r = s->feed->drain(s->feed_ctx);
    s->backlog = false;
    if (r >= 0)
        r = announce_losses(s);
    return r < 0 ? r : tell_pending(s, s->drained_at);
}

bool toc_stream_is_told(struct toc_stream *s) {
    return announce_losses(s) < 0 || !s->order.n;
}
