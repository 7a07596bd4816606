// SPDX-License-Identifier: Apache-2.0
// Requests of io_uring out of the ordinary: refused, without a completion, rewritten while they are
// taken, made for files.

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "uring_cases.h"

#define SEND_VECTORIZED (1u << 5)
#define NO_SUCH_FLAG (1u << 15)
#define MANY 24

/* A list of buffers, which kernels before 6.17 refuse. */
void case_vectorized(void) {
    struct traffic t;
    set_up(&t);
    must(!connect(t.sender, (struct sockaddr *)&t.to, sizeof(t.to)), "connect");
    struct io_uring_sqe *sqe = ring_sqe(&t.ring, IORING_OP_SEND, t.sender, 0);
    sqe->flags = t.sqe_flags;
    sqe->ioprio = SEND_VECTORIZED;
    sqe->addr = (uintptr_t)t.iov;
    sqe->len = N;
    ring_submit(&t.ring);
    told_all("io_uring_send", &t, 1);
    ring_close(&t.ring);
}

/* Of which the kernel takes none: one at a time, as the first one ends what is submitted. */
void case_refused(void) {
    struct traffic t;
    set_up(&t);
    int fd = use_fixed(&t, t.sender);
    for (int i = 0; i < N; i++) {
        struct io_uring_sqe *sqe = ring_sqe(&t.ring, IORING_OP_SENDMSG, fd, (uint64_t)i);
        sqe->flags = t.sqe_flags;
        sqe->ioprio = NO_SUCH_FLAG;
        sqe->addr = (uintptr_t)&t.msg[i];
        sqe->len = 1;
        ring_submit(&t.ring);
        told_all("io_uring_sendmsg", &t, 1);
    }
    must(drain_now(t.receiver) == 0, "delivered");
    ring_close(&t.ring);
}

/* Sent in silence: no completion tells of it. */
static void send_in_silence(int n) {
    struct traffic t;
    set_up(&t);
    for (int i = 0; i < n; i++) {
        struct io_uring_sqe *sqe = ring_sqe(&t.ring, IORING_OP_SENDMSG, t.sender, (uint64_t)i);
        sqe->flags = t.sqe_flags | IOSQE_CQE_SKIP_SUCCESS;
        if (options.link && i < n - 1)
            sqe->flags |= IOSQE_IO_LINK;
        sqe->addr = (uintptr_t)&t.msg[i % N];
        sqe->len = 1;
    }
    ring_submit(&t.ring);
    must(delivers(t.receiver, n), "delivered");
    for (int i = 0; i < n; i++)
        told("io_uring_sendmsg", &t,
             (struct completion){.user_data = (uint64_t)i, .res = (int)t.iov[i % N].iov_len},
             i % N);
    fflush(stdout);
    ring_close(&t.ring);
}

void case_skip(void) {
    send_in_silence(N);
}

/* More on one socket than have a place there. */
void case_skip_many(void) {
    send_in_silence(MANY);
}

/* The header names one place when the request is made, and another before it is issued. */
void case_rewrite(void) {
    struct traffic t;
    struct sockaddr_in other;
    receiver(&other, "127.0.0.1");
    set_up(&t);
    struct __kernel_timespec later = {.tv_nsec = 50000000};
    struct io_uring_sqe *sqe = ring_sqe(&t.ring, IORING_OP_TIMEOUT, -1, 98);
    sqe->flags = IOSQE_IO_HARDLINK; /* a timeout that ends is a failed request */
    sqe->addr = (uintptr_t)&later;
    sqe->len = 1;
    sqe = ring_sqe(&t.ring, IORING_OP_SENDMSG, t.sender, 0);
    sqe->addr = (uintptr_t)&t.msg[0];
    sqe->len = 1;
    ring_submit(&t.ring);
    t.name[0] = other;
    ring_wait(&t.ring);
    told_all("io_uring_sendmsg", &t, 1);
    ring_close(&t.ring);
}

/* The kernel has copied the header when it comes to the iovec, and waits for its page: meanwhile
 * the header is changed to name another place. */
static struct sockaddr_in other;

static void name_other(void *arg, unsigned page) {
    (void)page;
    ((struct msghdr *)arg)->msg_name = &other;
}

void case_served(void) {
    struct traffic t;
    int at = receiver(&other, "127.0.0.1");
    set_up(&t);
    t.msg[0].msg_iov = served_pages(1, name_other, &t.msg[0]);
    struct io_uring_sqe *sqe = ring_sqe(&t.ring, IORING_OP_SENDMSG, t.sender, 0);
    sqe->flags = t.sqe_flags;
    sqe->addr = (uintptr_t)&t.msg[0];
    sqe->len = 1;
    ring_submit(&t.ring);
    told_all("io_uring_sendmsg", &t, 1);
    served_pages_join();
    must(delivers(t.receiver, 1) && delivers(at, 0), "delivered");
    ring_close(&t.ring);
}

/* The same bytes by calls that are made for files. */
void case_write(void) {
    struct traffic t;
    set_up(&t);
    must(!connect(t.sender, (struct sockaddr *)&t.to, sizeof(t.to)), "connect");
    must(write(t.sender, t.data[0], 7) == 7, "write");
    must(writev(t.sender, t.iov, N) > 0, "writev");
    must(pwritev2(t.sender, t.iov, 1, -1, 0) > 0, "pwritev2");
    printf("{\"delivered\":%d,\"pid\":%d}\n", drain(t.receiver, 3), getpid());
    ring_close(&t.ring);
}

/* The same through the ring: a request that is not one of sockets. */
void case_ring_write(void) {
    struct traffic t;
    set_up(&t);
    must(!connect(t.sender, (struct sockaddr *)&t.to, sizeof(t.to)), "connect");
    struct io_uring_sqe *sqe = ring_sqe(&t.ring, IORING_OP_WRITE, t.sender, 5);
    sqe->flags = t.sqe_flags;
    sqe->addr = (uintptr_t)t.data[0];
    sqe->len = 7;
    ring_submit(&t.ring);
    must(ring_wait(&t.ring).res == 7, "write");
    printf("{\"delivered\":%d,\"pid\":%d}\n", drain(t.receiver, 1), getpid());
    ring_close(&t.ring);
}
