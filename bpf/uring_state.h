// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
// What is remembered of io_uring's requests, and of sends that nothing explains.
#pragma once

#include "vmlinux_min.h"

#include <bpf/bpf_helpers.h>

#include "event/wire.h"

/* How much of a request has left. */
enum uring_told {
    URING_UNTOLD,
    URING_TELLING, /* somebody copies it, to tell that it is under way for long (uring_overdue.h) */
    URING_EARLY,   /* its submission, before its end */
    URING_TOLD,    /* a result */
};

/* A request of io_uring between its submission and its completion (uring.h). */
struct uring_state {
    struct toc_wire_enter enter; /* as it is told when the request completes */
    struct toc_wire_entry entry;
    struct toc_wire_kernel_msg kernel;
    u64 sk; /* what its socket was counted under in uring_socks */
    u64 ctx;
    u64 user_data;
    u64 mm;
    u64 asked; /* bytes; 0: not known */
    u64 moved; /* of them, by a silent one that waits for all */
    u32 flags; /* the kernel's, of the request */
    u32 told;  /* enum uring_told; changed by exchanges */
    u8 opcode;
    u8 untold;    /* wanted only as the explanation of a send */
    u8 repeats;   /* completes several times */
    u8 silent;    /* succeeds without a completion */
    u8 sends;     /* moves messages that way */
    u8 is_file;   /* by a request made for files: nothing that anybody would expect to send */
    u8 waits_all; /* goes on until all bytes have moved */
    u8 no_buffer; /* its arguments are none: the kernel picks one */
    u8 is_list;   /* they are a list of them */
    u8 counted;   /* in uring_socks */
};

_Static_assert(__builtin_offsetof(struct uring_state, enter) == 0, "where user space looks for it");

/* One that succeeds without a completion. */
struct uring_silent {
    u64 req; /* 0: free */
    u64 bytes;
    u64 sends;
};

/* Requests under way on a socket: those that send, and those that succeed without a completion. */
#define URING_SILENT 16
struct uring_sock {
    u64 n;
    u64 sends; /* those that send, and complete */
    s64 lent;  /* bytes that were sent here, and that no completion has accounted for yet */
    struct uring_silent silent[URING_SILENT];
};

/* sk as in uring_state; 0: whichever */
struct uring_data {
    u64 ctx;
    u64 user_data;
    u64 sk;
};

/* Sends of a process on a socket, in one way, that nothing observed explains (sends.h). */
struct sends {
    u64 sk;
    u64 told_ns;
    u64 n; /* since then */
    u64 bytes;
    u64 busy;                    /* being told by the reader */
    struct toc_wire_enter enter; /* as it was told last */
};

/* Requests of io_uring under way, by address. Like overflow it never evicts. */
struct {
    __uint(type, BPF_MAP_TYPE_HASH);
    __uint(max_entries, TOC_WIRE_REQUESTS);
    __type(key, u64);
    __type(value, struct uring_state);
} uring_requests SEC(".maps");

/* Those that complete several times: the kernel does not say which request such a completion is of,
 * and the process may have given several the same number. */
struct {
    __uint(type, BPF_MAP_TYPE_HASH);
    __uint(max_entries, 2 * TOC_WIRE_REQUESTS);
    __type(key, struct uring_data);
    __type(value, u64);
} uring_repeats SEC(".maps");

/* By struct sock; by tgid those whose socket was not known when they were submitted. */
struct {
    __uint(type, BPF_MAP_TYPE_HASH);
    __uint(max_entries, TOC_WIRE_REQUESTS);
    __type(key, u64);
    __type(value, struct uring_sock);
} uring_socks SEC(".maps");

struct {
    __uint(type, BPF_MAP_TYPE_ARRAY);
    __uint(max_entries, TOC_WIRE_SENDS);
    __type(key, u32);
    __type(value, struct sends);
} unexplained SEC(".maps");
