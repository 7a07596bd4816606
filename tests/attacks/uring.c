// SPDX-License-Identifier: Apache-2.0
// Sends without send calls: io_uring, by one call for many messages, or by none when a thread of
// the kernel takes them from the queue.

#include "attack.h"
#include "ring.h"

#define MESSAGES 8

static void send_through(unsigned flags) {
    struct sockaddr_in to;
    struct ring ring;
    struct iovec iov = {"unseen", 6};
    struct msghdr message = {
        .msg_name = &to, .msg_namelen = sizeof(to), .msg_iov = &iov, .msg_iovlen = 1};
    int at = receiver(&to, "127.0.0.1"), sender = udp_socket();
    ring_open(&ring, MESSAGES, flags);
    for (unsigned i = 0; i < MESSAGES; i++) {
        struct io_uring_sqe *sqe = ring_sqe(&ring, IORING_OP_SENDMSG, sender, i);
        sqe->addr = (uintptr_t)&message;
        sqe->len = 1;
    }
    ring_submit(&ring);
    for (unsigned i = 0; i < MESSAGES; i++)
        must(ring_wait(&ring).res == (int)sizeof("unseen") - 1, "result");
    must(delivers(at, MESSAGES), "delivered");
    ring_close(&ring);
}

static void uring_cheat(enum convention convention) {
    (void)convention;
    send_through(0);
}

static void sqpoll_cheat(enum convention convention) {
    (void)convention;
    send_through(IORING_SETUP_SQPOLL);
}

static void send_plainly(enum convention convention) {
    struct sockaddr_in to;
    struct batch batch;
    int at = receiver(&to, "127.0.0.1");
    batch_init(&batch, convention, MESSAGES);
    for (unsigned i = 0; i < MESSAGES; i++)
        batch_set(&batch, i, &to, sizeof(to), "seen");
    must(batch_send(&batch, udp_socket(), MESSAGES, 0) == MESSAGES, "send");
    must(delivers(at, MESSAGES), "delivered");
}

const struct attack attack_uring = {"uring", uring_cheat, send_plainly};
const struct attack attack_sqpoll = {"uring-sqpoll", sqpoll_cheat, send_plainly};
