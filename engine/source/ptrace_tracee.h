// SPDX-License-Identifier: Apache-2.0
// A traced thread, the call it is in, and the table of all of them.
#pragma once

#include "source/ptrace_call.h"
#include "source/ptrace_proc.h"
#include "source/ptrace_regs.h"
#include "source/ptrace_sock.h"

struct toc_tracee {
    struct toc_tracee *next; /* in its bucket */
    pid_t tid;
    struct toc_ptrace_facts facts;
    struct toc_ptrace_socks socks;
    bool in_call; /* what follows is of that call */
    bool has_sock, enter_lost, part_lost;
    uint32_t kind; /* TOC_WIRE_KIND */
    uint64_t call_seq, cookie;
    uint64_t arg[TOC_WIRE_ARGS]; /* as the kernel takes them */
    uint32_t n_walked;
    struct toc_wire_entry shown[TOC_WIRE_PART_MSGS]; /* of a batch of receives, the first of them */
    uint64_t args_at;                    /* where the arguments are, if in user memory, */
    uint32_t n_args;                     /* how many, */
    bool args_ok;                        /* and whether they could be read */
    bool changed;                        /* its registers are not the program's own: */
    toc_regs saved;                      /* these are */
    uint64_t guarded;                    /* its call may change what is mapped (ptrace_guard.h) */
    struct toc_freeze *freeze;           /* its call is a frozen one; NULL: it is not */
    const struct toc_snapshot *snapshot; /* its memory, when that was looked at; NULL: look now */
};

#define TOC_TRACEE_BUCKETS 1024
struct toc_tracees {
    struct toc_tracee *buckets[TOC_TRACEE_BUCKETS];
    size_t n;
    size_t turn; /* bucket of the one whose turn it was last */
};

/* NULL: none of that number. */
struct toc_tracee *toc_tracees_find(struct toc_tracees *all, pid_t tid);
/* Makes one when there is none. NULL: no memory. */
struct toc_tracee *toc_tracees_get(struct toc_tracees *all, pid_t tid);
void toc_tracees_drop(struct toc_tracees *all, pid_t tid);
/* Each in its turn, over and over. NULL: there is none. */
struct toc_tracee *toc_tracees_next(struct toc_tracees *all);
