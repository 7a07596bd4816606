// SPDX-License-Identifier: Apache-2.0
// The socket behind a traced thread's descriptor: a copy of the descriptor is asked about it.
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "event/wire.h"

/* An address too long for the record of the call; n 0: it is not. */
struct toc_ptrace_long {
    uint8_t n, bytes[TOC_WIRE_LONG_NAME];
};

struct toc_ptrace_sock {
    struct toc_wire_sock
        wire; /* status absent: the descriptor could not be had, and nothing is known */
    struct toc_ptrace_long local, peer;
};

/* A thread's sockets asked about last, by descriptor: what of them never changes. */
#define TOC_PTRACE_SOCKS 8u
struct toc_ptrace_socks {
    struct toc_ptrace_sock_seen {
        uint64_t cookie; /* 0: none */
        uint32_t netns;
        uint16_t family, type, protocol;
    } seen[TOC_PTRACE_SOCKS];
};

/* pidfd: of the thread or its process. */
void toc_ptrace_sock_fill(int pidfd, uint32_t fd, struct toc_ptrace_socks *socks,
                          struct toc_ptrace_sock *ret);
