// SPDX-License-Identifier: Apache-2.0
// How the record of any call begins.
#include "source/ptrace_begin.h"

#include <string.h>

#include "source/stream.h"

struct toc_ptrace_memory toc_ptrace_memory_of(const struct toc_tracee *t) {
    return (struct toc_ptrace_memory){
        .tid = t->tid, .pagemap = t->facts.pagemap, .snapshot = t->snapshot};
}

struct toc_wire_head toc_ptrace_head(const struct toc_tracee *t) {
    return (struct toc_wire_head){.call_seq = t->call_seq,
                                  .time = toc_boot_now(),
                                  .task = (uint64_t)t->facts.pid << 32 | (uint32_t)t->tid};
}

/* Where arguments are that are in user memory themselves: those of socketcall and of i386's first
 * select. */
static void find_args(struct toc_tracee *t, const uint64_t args[6], struct toc_wire_enter *rec) {
    t->args_at = t->n_args = 0;
    if (TOC_KIND_SHAPE(t->kind) == TOC_WIRE_SHAPE_ARRAY) {
        t->args_at = (uint32_t)args[0];
        t->n_args = 5;
    } else if (TOC_KIND_VIA(t->kind) == TOC_WIRE_SOCKETCALL) {
        rec->subcall = (uint16_t)args[0];
        t->args_at = (uint32_t)args[1];
        t->n_args = args[0] < TOC_WIRE_SUBCALLS ? TOC_WIRE_SUBCALL_ARGS(args[0]) : 0;
    }
    rec->args_at = t->args_at;
}

static void take_args(struct toc_tracee *t, const uint64_t args[6], struct toc_wire_enter *rec) {
    const struct toc_ptrace_memory memory = toc_ptrace_memory_of(t);
    uint32_t words[TOC_WIRE_ARGS] = {0};

    rec->args_status = TOC_WIRE_OK;
    find_args(t, args, rec);
    if (!t->n_args) {
        memcpy(rec->arg, args, sizeof(rec->arg));
        return;
    }
    if (!toc_ptrace_read_one(&memory, t->args_at, words, t->n_args * sizeof(words[0]))) {
        rec->args_status = TOC_WIRE_FAULT;
        memset(words, 0, sizeof(words));
    }
    for (int i = 0; i < TOC_WIRE_ARGS; i++)
        rec->arg[i] = words[i];
}

void toc_ptrace_begin(struct toc_ptrace_recorder *r, struct toc_tracee *t, uint32_t kind,
                      uint64_t nr, const uint64_t args[6], struct toc_wire_enter *rec) {
    bool narrow = TOC_KIND_ABI(kind) == TOC_WIRE_I386;

    if (!t->facts.tid)
        toc_ptrace_facts_open(&t->facts, t->tid);
    t->in_call = true;
    t->kind = kind;
    t->call_seq = r->call_seq++;
    rec->head = toc_ptrace_head(t);
    rec->event = TOC_KIND_EVENT(kind);
    rec->abi = TOC_KIND_ABI(kind);
    rec->via = TOC_KIND_VIA(kind);
    rec->nr = (uint32_t)nr & ~TOC_WIRE_X32_BIT;
    take_args(t, args, rec);
    t->args_ok = rec->args_status == TOC_WIRE_OK;
    for (int i = 0; i < TOC_WIRE_ARGS; i++)
        t->arg[i] = narrow ? (uint32_t)rec->arg[i] : rec->arg[i];
}

void toc_ptrace_who(const struct toc_ptrace_recorder *r, struct toc_tracee *t,
                    const struct toc_wire_head *head, struct toc_wire_proc *ret) {
    toc_ptrace_proc_fill(&t->facts, r->cgroup_root, head->time, ret);
}
