// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only OR BSD-2-Clause
// Wire records of calls that move no messages: waits, connect, and the side signals.
#pragma once

#include "event/wire.h"

/* Such a call gives one SIDE_ENTER and one SIDE_EXIT record. Behind the fixed part of each stand
 * memory parts: what the arguments point to, and what else was seen, each with a status of its own.
 * A kind of part is there once at most. */

#define TOC_WIRE_SIDE_POLLFDS 64  /* elements of poll's array read */
#define TOC_WIRE_SIDE_SETFDS 1024 /* descriptors of a set of select read */
#define TOC_WIRE_SIDE_EVENTS 64   /* events of epoll read */
#define TOC_WIRE_SIDE_PART 768    /* bytes of one part: 64 events */
#define TOC_WIRE_SIDE_BYTES 2048  /* of all parts of a record, with their heads */

enum toc_wire_part_kind {
    TOC_WIRE_PART_ARGS = 1,  /* __u32[]: arguments in user memory, read again at exit */
    TOC_WIRE_PART_TIMEOUT,   /* __s64[2]: seconds, nanoseconds */
    TOC_WIRE_PART_POLLFDS,   /* struct pollfd[]; of status fault: those before the bad one */
    TOC_WIRE_PART_READFDS,   /* bits, as many as nfds says */
    TOC_WIRE_PART_WRITEFDS,  /* the same */
    TOC_WIRE_PART_EXCEPTFDS, /* the same */
    TOC_WIRE_PART_EVENTS,    /* struct epoll_event[], of 12 bytes each */
    TOC_WIRE_PART_MASK_AT,   /* __u64: where the signal mask is; of pselect6 as its struct says */
    TOC_WIRE_PART_MASK,      /* __u64: the signal mask */
    TOC_WIRE_PART_URING,     /* the first TOC_WIRE_URING_BYTES of struct io_uring_params */
    TOC_WIRE_PART_ADDR,      /* struct sockaddr */
    TOC_WIRE_PART_KERNEL,    /* struct toc_wire_side_kernel */
    TOC_WIRE_PART_SOCK,      /* struct toc_wire_sock */
    TOC_WIRE_PART_KINDS
};

struct toc_wire_part_head {
    __u16 kind;
    __u8 status; /* enum toc_wire_status; bytes of a status that is not ok mean nothing */
    __u8 pad;
    __u32 n; /* bytes behind it, which fill up to a multiple of 8 */
};

/* sq_entries, cq_entries, flags, sq_thread_cpu, sq_thread_idle, features, wq_fd */
#define TOC_WIRE_URING_BYTES 28

/* struct epoll_event, packed on x86 */
#define TOC_WIRE_EVENT_BYTES 12

/* Where the kernel connects to. */
struct toc_wire_side_kernel {
    __u8 hook; /* enum toc_wire_hook */
    __u8 n;    /* bytes of address */
    __u8 address[TOC_WIRE_LONG_NAME];
    __u8 pad[6];
};

/* Begins as struct toc_wire_enter does. */
struct toc_wire_side_enter {
    struct toc_wire_head head;
    __u16 event;
    __u8 abi;
    __u8 via;
    __u16 nr;
    __u16 subcall;
    __u64 arg[TOC_WIRE_ARGS]; /* whole registers; those of socketcall and i386 select as read */
    __u64 args_at;            /* where those are; 0: in registers */
    __u8 args_status;         /* of such arguments in user memory */
    __u8 bits;
    __u16 pad;
    __u32 n; /* bytes of parts */
    struct toc_wire_proc proc;
};

struct toc_wire_side_exit {
    struct toc_wire_head head;
    __s64 ret;
    __u32 n; /* bytes of parts */
    __u32 pad;
};
