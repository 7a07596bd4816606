// SPDX-License-Identifier: Apache-2.0
// Messages through io_uring on loopback: what the cases share.
#pragma once

#include <sys/uio.h>

#include "attack.h"
#include "ring.h"

#define N 4

extern struct options { bool sqpoll, async, fixed, link; } options;

/* One end of a pair, and N messages between them. */
struct traffic {
    struct ring ring;
    struct sockaddr_in to, from;
    int receiver, sender;
    uint8_t sqe_flags;
    char data[N][16];
    struct iovec iov[N];
    struct sockaddr_in name[N];
    struct msghdr msg[N];
};

void set_up(struct traffic *t);
/* The descriptor to use for fd: its place in the ring's table where it is registered. */
int use_fixed(struct traffic *t, int fd);
/* Sends all messages by calls. */
void post_messages(struct traffic *t);
/* One line of what is known of a completion of message i; of the next n. */
void told(const char *event, const struct traffic *t, struct completion cqe, int i);
void told_all(const char *event, struct traffic *t, int n);

/* uring_odd.c */
void case_vectorized(void);
void case_refused(void);
void case_skip(void);
void case_skip_many(void);
void case_rewrite(void);
void case_served(void);
void case_write(void);
void case_ring_write(void);
