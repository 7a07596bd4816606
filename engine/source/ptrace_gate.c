// SPDX-License-Identifier: Apache-2.0
// Decides calls before they are let in, and does what was decided.
#include "source/ptrace_gate.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "event/catalogue.h"
#include "source/ptrace_done.h"

/* For the reader to make room; a call on which nothing is done does not wait. */
#define ROOM_NS 1000000
#define ROOM_TRIES 1000

int toc_ptrace_gate_open(const struct toc_gate *gate, struct toc_ptrace_gate *ret) {
    int r;

    *ret = (struct toc_ptrace_gate){.gate = gate};
    if (!gate)
        return 0;
    r = toc_composer_init(&ret->composer);
    return r < 0 ? r : toc_identities_new(&ret->identities);
}

/* The call as an event; NULL: no memory. */
static const struct toc_event *event_of(struct toc_ptrace_gate *gate,
                                        const struct toc_wire_enter *enter) {
    struct toc_call call = {
        .entered = true,
        .pending = true,
        .time = enter->head.time,
        .bytes = (uint8_t *)gate->held.p,
        .n = gate->held.n,
        .identity = toc_identity_get(gate->identities, &enter->proc),
    };
    const struct toc_event *event = NULL;

    if (toc_compose_call(&gate->composer, &call, 0, &event) < 0)
        event = NULL;
    toc_identity_put(&call.identity);
    return event;
}

static bool is_fault(const struct toc_wire_entry *e) {
    return e->status == TOC_WIRE_FAULT || e->name_status == TOC_WIRE_FAULT ||
           e->iov_status == TOC_WIRE_FAULT || e->control_status == TOC_WIRE_FAULT;
}

/* Whether something that the call leads to is in no record. */
static bool is_hidden(const struct toc_ptrace_gate *gate, const struct toc_event *event) {
    const struct toc_batch *batch = TOC_GET(event, batch, event->batch);
    const struct toc_gathered *g = gate->composer.gathered;

    if (!batch || g->enter->args_status != TOC_WIRE_OK ||
        g->enter->timeout.status == TOC_WIRE_FAULT)
        return true;
    for (uint32_t i = 0; i < g->n_msgs; i++)
        if (g->msgs[i].view[0] && is_fault(g->msgs[i].view[0]))
            return true;
    return TOC_HAS(batch, batch, truncated) && batch->truncated;
}

static const struct toc_wire_enter *enter_of(const struct toc_ptrace_gate *gate) {
    for (size_t at = 0; at < gate->held.n;) {
        const struct toc_wire_head *head = (const void *)(gate->held.p + at);

        if (head->kind == TOC_WIRE_ENTER)
            return (const void *)head;
        at += head->size;
    }
    return NULL;
}

/* Into the ring. What is done about a call must be told: then it waits for room. */
static void commit(struct toc_ptrace_gate *gate, struct toc_ptrace_recorder *r,
                   struct toc_tracee *t, bool acted) {
    const struct timespec moment = {.tv_nsec = ROOM_NS};
    int tries = acted ? ROOM_TRIES : 0;

    t->enter_lost = !enter_of(gate);
    for (size_t at = 0; at < gate->held.n && !t->enter_lost;) {
        const struct toc_wire_head *head = (const void *)(gate->held.p + at);

        if (toc_ptrace_ring_put(r->out.shared, head, head->size, NULL, 0)) {
            at += head->size;
        } else if (tries-- > 0) {
            nanosleep(&moment, NULL);
        } else {
            t->enter_lost = head->kind == TOC_WIRE_ENTER;
            t->part_lost = true;
            toc_ptrace_count(&r->out.shared->counts.parts_lost, !t->enter_lost);
            at += head->size;
        }
    }
}

/* Passing on what cannot be held back is worse than ending it. */
static void put_back(const struct toc_tracee *t, const toc_regs *regs) {
    if (!toc_regs_set(t->tid, regs))
        syscall(SYS_tgkill, t->facts.pid, t->tid, SIGKILL);
}

static void apply(struct toc_tracee *t, const struct toc_decision *d, const uint64_t args[6]) {
    uint32_t abi = TOC_KIND_ABI(t->kind);
    toc_regs regs;

    if (!toc_regs_get(t->tid, &regs))
        return;
    t->saved = regs;
    t->changed = true;
    if (d->deny) {
        toc_regs_skip(&regs, d->deny);
    } else {
        if (TOC_KIND_VIA(t->kind) == TOC_WIRE_SOCKETCALL)
            regs.orig_rax = toc_socketcall_direct(t->kind);
        for (unsigned i = 0; i < 5; i++)
            toc_regs_arg(&regs, abi, i, d->set >> i & 1 ? d->value[i] : args[i]);
    }
    put_back(t, &regs);
}

void toc_ptrace_gate_exit(struct toc_tracee *t) {
    toc_regs regs;

    if (!t->changed)
        return;
    t->changed = false;
    if (!toc_regs_get(t->tid, &regs))
        return;
    t->saved.rax = regs.rax;
    toc_regs_set(t->tid, &t->saved);
}

/* socketcall's words lie where other threads can write: the call goes on with those that were
 * looked at. */
static bool must_change(const struct toc_ptrace_gate *gate, const struct toc_tracee *t,
                        const struct toc_decision *d) {
    return !gate->gate->monitor &&
           (d->deny || d->set || TOC_KIND_VIA(t->kind) == TOC_WIRE_SOCKETCALL);
}

static void decide(struct toc_ptrace_gate *gate, struct toc_ptrace_recorder *r,
                   struct toc_tracee *t) {
    const struct toc_wire_enter *enter = enter_of(gate);
    const struct toc_event *event = enter ? event_of(gate, enter) : NULL;
    struct toc_asked asked[TOC_MAX_ACTIONS];
    struct toc_decision d = {.monitor = gate->gate->monitor};
    uint64_t args[6] = {0};

    if (event) {
        d.n = gate->gate->decide(gate->gate->ctx, event, asked);
        d.hidden = is_hidden(gate, event);
        memcpy(args, enter->arg, sizeof(args));
        toc_decide(&d, asked, args);
    } else {
        d.deny = gate->gate->monitor ? 0 : ENOMEM;
    }
    for (size_t i = 0; i < d.n; i++)
        toc_ptrace_emit_done(&r->out, &enter_of(gate)->head, &d, &asked[i]);
    if (must_change(gate, t, &d))
        apply(t, &d, args);
    commit(gate, r, t, d.n > 0);
}

void toc_ptrace_gate_enter(struct toc_ptrace_gate *gate, struct toc_ptrace_recorder *r,
                           struct toc_tracee *t, uint32_t kind, uint64_t nr,
                           const uint64_t args[6]) {
    toc_buf_reset(&gate->held);
    r->out.held = &gate->held;
    toc_ptrace_record_enter(r, t, kind, nr, args);
    decide(gate, r, t);
    r->out.held = NULL;
}
