// SPDX-License-Identifier: Apache-2.0
// Takes a frozen call from stop to stop: look at it, judge it, have memory for the copy, make it.
#include "source/ptrace_freeze.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "source/ptrace_frozen.h"
#include "source/ptrace_guard.h"

/* What a call that cannot be frozen fails with. */
#define UNFROZEN EPERM

struct context {
    struct toc_freezer *freezer;
    struct toc_tracee *tracee;
    struct toc_freeze *freeze;
    struct toc_ptrace_memory memory;
    int64_t result; /* of what the thread was made to do last */
};

enum { FETCH, JUDGE, OPEN, TELL, SEND, SENT, LENGTH };

static enum toc_move fetch(struct context *c) {
    enum toc_move move = toc_frozen_fetch(c->freeze, &c->memory, c->result);

    if (move == TOC_MOVE_ON)
        c->freeze->stage = JUDGE;
    return move;
}

/* The call goes on as it is, but for what is set. */
static enum toc_move pass(struct context *c) {
    struct toc_freeze *f = c->freeze;
    struct toc_tracee *t = c->tracee;
    const struct toc_decision *d = &f->held.decision;
    bool many = TOC_KIND_VIA(f->kind) == TOC_WIRE_SOCKETCALL && !c->freezer->quiet;
    uint64_t args[6];

    for (unsigned i = 0; i < 6; i++)
        args[i] = d->set >> i & 1 ? d->value[i] : many ? f->held.args[i] : f->args[i];
    t->saved = f->injector.own;
    t->changed = true;
    toc_inject_own(&f->injector, many ? toc_socketcall_direct(f->kind) : f->nr, args);
    toc_inject_open_to_signals(&f->injector);
    toc_freeze_drop(t);
    return TOC_MOVE_END;
}

static enum toc_move end(struct context *c, int64_t result) {
    c->freeze->result = result;
    return TOC_MOVE_END;
}

static enum toc_move judge(struct context *c) {
    struct toc_freeze *f = c->freeze;
    struct toc_tracee *t = c->tracee;
    struct toc_decision *d = &f->held.decision;

    if (c->freezer->quiet)
        return pass(c);
    t->snapshot = &f->snapshot;
    toc_ptrace_gate_judge(c->freezer->gate, c->freezer->recorder, t, f->kind, f->nr, f->args,
                          &f->held);
    t->snapshot = NULL;
    if (d->freeze && !d->deny && !f->unread && f->vlen > 0) {
        f->stage = OPEN;
        return TOC_MOVE_ON;
    }
    toc_ptrace_gate_tell(c->freezer->recorder, t, &f->held);
    if (f->unread)
        return end(c, -EFAULT);
    return d->deny ? end(c, -d->deny) : pass(c);
}

/* As soon as it is known where the range is, calls that would change it are looked at. */
static void note_range(struct context *c, pid_t pid) {
    struct toc_freeze *f = c->freeze;

    if (f->range || !f->opening.at)
        return;
    f->range = toc_ranges_add(&c->freezer->ranges, pid, f->opening.at);
    f->guard_seq = c->freezer->guard_seq;
    if (!f->range)
        f->failed = "out of memory";
}

static int open_step(struct context *c, pid_t pid) {
    struct toc_freezer *z = c->freezer;
    struct toc_freeze *f = c->freeze;
    const struct toc_opening_terms terms = {
        .memory = &c->memory,
        .pidfd = c->tracee->facts.pidfd,
        .narrow = f->narrow,
        .guarded = z->guarded,
        .unsettled = f->range && toc_guard_unsettled(z->tracees, f->guard_seq)};
    int r = toc_opening_step(&f->opening, &terms, c->result, &f->call);

    note_range(c, pid);
    return r;
}

static enum toc_move open_range(struct context *c) {
    struct toc_freeze *f = c->freeze;
    struct toc_ranges *ranges = &c->freezer->ranges;
    pid_t pid = (pid_t)c->tracee->facts.pid;
    int r;

    f->stage = TELL;
    if (f->failed || (f->opening.step == 0 && toc_slot_take(ranges, pid, f->narrow, &f->slot)))
        return TOC_MOVE_ON;
    if (f->opening.step == 0 && toc_ranges_of(ranges, pid) >= TOC_MAX_RANGES) {
        f->failed = "too many calls are under way";
        return TOC_MOVE_ON;
    }
    r = open_step(c, pid);
    if (r == 1) {
        f->stage = OPEN;
        return TOC_MOVE_CALL;
    }
    if (r < 0) {
        toc_ranges_remove(ranges, f->range);
        f->failed = f->opening.failed;
        return TOC_MOVE_ON;
    }
    if (f->range)
        f->range->bytes = TAKE_PTR(f->opening.bytes);
    if (!f->failed && !toc_slot_take(ranges, pid, f->narrow, &f->slot))
        f->failed = "no room for the copy";
    toc_opening_clear(&f->opening);
    return TOC_MOVE_ON;
}

static enum toc_move tell(struct context *c) {
    struct toc_freeze *f = c->freeze;
    struct toc_decision *d = &f->held.decision;

    if (!f->failed)
        toc_frozen_set(f);
    if (f->failed)
        toc_decide_failed(d, UNFROZEN, f->failed);
    if (!c->freezer->quiet)
        toc_ptrace_gate_tell(c->freezer->recorder, c->tracee, &f->held);
    f->stage = SEND;
    if (d->deny || f->vlen == 0)
        return end(c, -d->deny);
    return TOC_MOVE_ON;
}

static enum toc_move send_one(struct context *c) {
    c->freeze->stage = SENT;
    return toc_frozen_send(c->freeze);
}

static enum toc_move sent_one(struct context *c) {
    c->freeze->stage = LENGTH;
    return toc_frozen_sent(c->freeze, c->result);
}

static enum toc_move tell_length(struct context *c) {
    enum toc_move move = toc_frozen_tell(c->freeze, &c->memory, c->result);

    if (move == TOC_MOVE_ON)
        c->freeze->stage = SEND;
    return move;
}

static enum toc_move (*const stages[])(struct context *c) = {
    [FETCH] = fetch,   [JUDGE] = judge,   [OPEN] = open_range,    [TELL] = tell,
    [SEND] = send_one, [SENT] = sent_one, [LENGTH] = tell_length,
};

/* It has come to its result. Before any call was made for it, there is one to pass over. */
static void finish(struct context *c) {
    struct toc_freeze *f = c->freeze;
    struct toc_tracee *t = c->tracee;

    if (f->injector.behind) {
        toc_inject_end(&f->injector, f->result);
        if (!c->freezer->quiet)
            toc_ptrace_record_exit(c->freezer->recorder, t, f->result);
    } else {
        toc_inject_skip(&f->injector, f->result);
        t->saved = f->injector.own;
        t->changed = true;
    }
    toc_freeze_drop(t);
}

static void run(struct toc_freezer *freezer, struct toc_tracee *t, int64_t result) {
    struct context c = {
        freezer, t, t->freeze, {.tid = t->tid, .pagemap = t->facts.pagemap}, result};
    enum toc_move move;

    do {
        move = stages[c.freeze->stage](&c);
        c.result = 0;
    } while (move == TOC_MOVE_ON);
    if (!t->freeze)
        return; /* it passed */
    if (move == TOC_MOVE_END)
        finish(&c);
    else
        toc_inject(&c.freeze->injector, &c.freeze->call, c.freeze->stage == SENT);
}

void toc_freeze_enter(struct toc_freezer *freezer, struct toc_tracee *t, uint32_t kind, uint64_t nr,
                      const uint64_t args[6]) {
    struct toc_freeze *f = calloc(1, sizeof(*f));

    if (!t->facts.tid)
        toc_ptrace_facts_open(&t->facts, t->tid);
    if (!f || !toc_inject_begin(&f->injector, t->tid, TOC_KIND_ABI(kind))) {
        /* Out of memory, or of a thread. */
        syscall(SYS_tgkill, t->facts.pid, t->tid, SIGKILL);
        free(f);
        return;
    }
    f->kind = kind;
    f->nr = nr;
    f->narrow = TOC_KIND_ABI(kind) != TOC_WIRE_X86_64;
    memcpy(f->args, args, sizeof(f->args));
    f->snapshot.budget = &freezer->pages;
    if (freezer->gate->gate->payloads >> TOC_KIND_EVENT(kind) & 1)
        f->snapshot.payload = freezer->recorder->payload_bytes;
    toc_opening_begin(&f->opening);
    t->freeze = f;
    run(freezer, t, 0);
}

void toc_freeze_stop(struct toc_freezer *freezer, struct toc_tracee *t, bool behind,
                     int64_t result) {
    struct toc_freeze *f = t->freeze;

    if (!behind) {
        if (f->stage == SENT)
            toc_inject_open_to_signals(&f->injector);
        return;
    }
    f->injector.behind = true;
    run(freezer, t, result);
}

void toc_freeze_drop(struct toc_tracee *t) {
    struct toc_freeze *f = t->freeze;

    if (!f)
        return;
    toc_slot_give(&f->slot);
    toc_snapshot_clear(&f->snapshot);
    toc_opening_clear(&f->opening);
    toc_buf_free(&f->held.records);
    free(f);
    t->freeze = NULL;
}
