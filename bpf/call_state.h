// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
// What is remembered of a call between its entry and its return.
#pragma once

#include "vmlinux_min.h"

#include "event/wire_side.h"

/* Of a call that moves no message (side.h). */
struct side_state {
    u64 arg[TOC_WIRE_ARGS]; /* as the kernel takes them */
    u64 sk;                 /* of connect */
    struct toc_wire_side_kernel kernel;
    u32 args_ok;
};

/* Of a call whose one message is made of its arguments. */
struct buffer_args {
    u64 len;
    u64 name;
    u64 name_len; /* of a receive: where it is */
};

/* The record of the entry, as it leaves: with the first part of the entries. */
struct kept_enter {
    struct toc_wire_enter rec;
    struct toc_wire_entry entries[TOC_WIRE_PART_MSGS];
};

/* Whether the record of the entry waits here for the return. */
enum kept_state {
    KEPT_NOT, /* it has left, or found no room */
    KEPT,
    KEPT_TELLING, /* somebody copies it, to tell that the call does not return (overdue.h) */
};

/* What is remembered of a call between its entry and its return. */
struct call_state {
    u64 task; /* pid_tgid of the thread in the call; 0: free */
    u64 call_seq;
    u32 call_cpu;
    u32 kind; /* TOC_WIRE_KIND */
    u64 sk;
    u64 vec;
    u64 timeout;
    struct buffer_args buffer;
    u64 cookie;
    u64 bytes;
    u32 n_walked;
    u32 kernel_seen;
    u32 n_kernel;  /* complete ones in kernel[] */
    u32 is_kept;   /* enum kept_state; taken by an exchange */
    u64 args_at;   /* where the arguments are, if in user memory */
    u32 n_args;    /* as many there */
    s32 inner_ret; /* what the kernel's own function returned, */
    u8 inner_hook; /* as seen by this hook */
    u8 in_overflow;
    u8 enter_lost;
    u8 part_lost;
    u8 name_pending; /* kernel[n_kernel] holds a name and no result yet */
    u8 in_flight;    /* a message began and has no result yet */
    u8 miscounted;   /* the result of one went by unseen */
    u8 args_changed; /* at return they are others */
    u8 denied;       /* as in toc_wire_exit */
    u8 unjudged;
    u16 denied_at;
    u32 n_more; /* names kept in place `more` of more_names; 0 of them: none */
    u32 more;
    u8 has_left;    /* some of what belongs to it is in the ring */
    u8 is_filtered; /* nobody needs it; of the rest only `task` and `kind` mean anything */
    u32 born;       /* toc_generation when it began */
    union {
        struct toc_wire_kernel_msg kernel[TOC_WIRE_PART_MSGS];
        struct side_state side;
    };
    u64 iovs_low, iovs_high; /* where its iovecs were at entry, and its names (window.h) */
    u64 names_low, names_high;
    struct kept_enter kept; /* also of a record that has left */
};
_Static_assert(__builtin_offsetof(struct call_state, task) == TOC_WIRE_STATE_TASK &&
                   __builtin_offsetof(struct call_state, call_seq) == TOC_WIRE_STATE_SEQ &&
                   __builtin_offsetof(struct call_state, call_cpu) == TOC_WIRE_STATE_CPU,
               "where user space looks for them");
