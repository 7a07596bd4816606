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
static struct toc_event *event_of(struct toc_ptrace_gate *gate, const struct toc_buf *held,
                                  const struct toc_wire_enter *enter) {
    struct toc_call call = {
        .entered = true,
        .pending = true,
        .time = enter->head.time,
        .bytes = (uint8_t *)held->p,
        .n = held->n,
        .identity = toc_identity_get(gate->identities, &enter->proc),
    };
    const struct toc_event *event = NULL;

    if (toc_compose_call(&gate->composer, &call, 0, &event) < 0)
        event = NULL;
    toc_identity_put(&call.identity);
    return (struct toc_event *)event; /* its own until the next one */
}

static bool is_fault(const struct toc_wire_entry *e) {
    return e->status == TOC_WIRE_FAULT || e->name_status == TOC_WIRE_FAULT ||
           e->iov_status == TOC_WIRE_FAULT || e->control_status == TOC_WIRE_FAULT;
}

/* Whether something that the call leads to is in no record. frozen: what could not be read, the
 * kernel will not be able to either. */
static bool is_hidden(const struct toc_ptrace_gate *gate, const struct toc_event *event,
                      bool frozen) {
    const struct toc_batch *batch = TOC_GET(event, batch, event->batch);
    const struct toc_gathered *g = gate->composer.gathered;

    if (!batch || g->enter->args_status != TOC_WIRE_OK ||
        g->enter->timeout.status == TOC_WIRE_FAULT)
        return true;
    for (uint32_t i = 0; i < g->n_msgs && !frozen; i++)
        if (g->msgs[i].view[0] && is_fault(g->msgs[i].view[0]))
            return true;
    return TOC_HAS(batch, batch, truncated) && batch->truncated;
}

/* Of one whose payload rules look at: there is more of it. A stream sends what is before a fault.
 */
static bool is_cut(const struct toc_gathered_msg *m) {
    const struct toc_wire_payload *p = m->payload[0];

    return p && (p->status == TOC_WIRE_FAULT ? p->n > 0 : p->is_cut);
}

/* Of a frozen one: the kernel cannot read it, and sends neither it nor what comes behind it. */
static bool is_unsent(const struct toc_gathered_msg *m) {
    const struct toc_wire_payload *p = m->payload[0];

    return (m->view[0] && is_fault(m->view[0])) || (p && p->status == TOC_WIRE_FAULT && p->n == 0);
}

/* Whether a rule cannot tell for want of payload. Of frozen messages those count that are sent. */
static bool is_payload_hidden(const struct toc_ptrace_gate *gate, struct toc_event *event,
                              bool frozen) {
    const struct toc_gathered *g = gate->composer.gathered;
    struct toc_asked asked[TOC_MAX_ACTIONS];
    bool cut = false, unsure = false;
    uint32_t n = 0;

    for (; n < g->n_msgs && !(frozen && is_unsent(&g->msgs[n])); n++)
        cut |= is_cut(&g->msgs[n]);
    if (!cut)
        return false;
    event->msgs.n = n;
    for (size_t i = gate->gate->decide(gate->gate->ctx, event, asked); i-- > 0;)
        unsure |= asked[i].unsure;
    return unsure;
}

static const struct toc_wire_enter *enter_of(const struct toc_buf *held) {
    for (size_t at = 0; at < held->n;) {
        const struct toc_wire_head *head = (const void *)(held->p + at);

        if (head->kind == TOC_WIRE_ENTER)
            return (const void *)head;
        at += head->size;
    }
    return NULL;
}

/* Into the ring, numbered by their order there. What is done about a call must be told: then it
 * waits for room. */
static void commit(struct toc_ptrace_recorder *r, struct toc_tracee *t, const struct toc_buf *held,
                   bool acted) {
    const struct timespec moment = {.tv_nsec = ROOM_NS};
    int tries = acted ? ROOM_TRIES : 0;

    t->enter_lost = !enter_of(held);
    for (size_t at = 0; at < held->n && !t->enter_lost;) {
        struct toc_wire_head *head = (void *)(held->p + at);

        head->seq = r->out.seq;
        if (toc_ptrace_ring_put(r->out.shared, head, head->size, NULL, 0)) {
            at += head->size;
            r->out.seq++;
        } else if (tries-- > 0) {
            nanosleep(&moment, NULL);
        } else {
            t->enter_lost = head->kind == TOC_WIRE_ENTER;
            t->part_lost = true;
            toc_ptrace_count(&r->out.shared->counts.parts_lost, !t->enter_lost);
            at += head->size;
            r->out.seq++;
        }
    }
}

void toc_ptrace_gate_tell(struct toc_ptrace_recorder *r, struct toc_tracee *t,
                          struct toc_held *held) {
    const struct toc_wire_enter *enter = enter_of(&held->records);
    const struct toc_decision *d = &held->decision;

    r->out.held = &held->records;
    for (size_t i = 0; i < d->n && enter; i++)
        toc_ptrace_emit_done(&r->out, &enter_of(&held->records)->head, d, &held->asked[i]);
    r->out.held = NULL;
    commit(r, t, &held->records, d->n > 0);
}

/* Passing on what cannot be held back is worse than ending it. */
static void put_back(const struct toc_tracee *t, const toc_regs *regs) {
    if (!toc_regs_set(t->tid, regs))
        syscall(SYS_tgkill, t->facts.pid, t->tid, SIGKILL);
}

/* Does it to the thread, which stands before the call. */
static void apply(struct toc_tracee *t, const struct toc_held *held) {
    const struct toc_decision *d = &held->decision;
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
        for (unsigned i = 0; i < 6; i++)
            toc_regs_arg(&regs, abi, i, d->set >> i & 1 ? d->value[i] : held->args[i]);
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

static void decide(struct toc_ptrace_gate *gate, struct toc_held *held, uint32_t kind,
                   bool frozen) {
    const struct toc_wire_enter *enter = enter_of(&held->records);
    struct toc_event *event = enter ? event_of(gate, &held->records, enter) : NULL;
    struct toc_decision *d = &held->decision;

    *d = (struct toc_decision){.monitor = gate->gate->monitor, .kind = kind};
    memset(held->args, 0, sizeof(held->args));
    if (!event) {
        d->deny = gate->gate->monitor ? 0 : ENOMEM;
        return;
    }
    d->n = gate->gate->decide(gate->gate->ctx, event, held->asked);
    d->hidden = is_hidden(gate, event, frozen) || is_payload_hidden(gate, event, frozen);
    memcpy(held->args, enter->arg, sizeof(held->args));
    toc_decide(d, held->asked, held->args);
}

void toc_ptrace_gate_judge(struct toc_ptrace_gate *gate, struct toc_ptrace_recorder *r,
                           struct toc_tracee *t, uint32_t kind, uint64_t nr, const uint64_t args[6],
                           struct toc_held *held) {
    r->out.held = &held->records;
    toc_ptrace_record_enter(r, t, kind, nr, args);
    r->out.held = NULL;
    decide(gate, held, kind, t->snapshot);
}

void toc_ptrace_gate_enter(struct toc_ptrace_gate *gate, struct toc_ptrace_recorder *r,
                           struct toc_tracee *t, uint32_t kind, uint64_t nr,
                           const uint64_t args[6]) {
    struct toc_held *held = &gate->held;

    toc_buf_reset(&held->records);
    toc_ptrace_gate_judge(gate, r, t, kind, nr, args, held);
    if (must_change(gate, t, &held->decision))
        apply(t, held);
    toc_ptrace_gate_tell(r, t, held);
}
