// SPDX-License-Identifier: Apache-2.0
// Requests of io_uring that hide: without a completion, rewritten while they are taken, made for
// files.

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "attack.h"
#include "ring.h"

struct letter {
    int at, from;
    struct sockaddr_in to;
    struct iovec iov;
    struct msghdr msg;
};

static void write_letter(struct letter *l) {
    *l = (struct letter){.from = udp_socket(), .iov = {"hidden", 6}};
    l->at = receiver(&l->to, "127.0.0.1");
    l->msg = (struct msghdr){
        .msg_name = &l->to, .msg_namelen = sizeof(l->to), .msg_iov = &l->iov, .msg_iovlen = 1};
}

static void by_ring(struct letter *l, unsigned flags, uint8_t sqe_flags) {
    struct ring ring;
    ring_open(&ring, 4, flags);
    need(!(sqe_flags & IOSQE_CQE_SKIP_SUCCESS) || ring.features & IORING_FEAT_CQE_SKIP,
         "requests without a completion");
    struct io_uring_sqe *sqe = ring_sqe(&ring, IORING_OP_SENDMSG, l->from, 1);
    sqe->addr = (uintptr_t)&l->msg;
    sqe->len = 1;
    sqe->flags = sqe_flags;
    ring_submit(&ring);
    if (!(sqe_flags & IOSQE_CQE_SKIP_SUCCESS))
        must(ring_wait(&ring).res >= 0, "the request");
    must(delivers(l->at, 1), "delivered");
    ring_close(&ring);
}

static void ring_silent_cheat(enum convention convention) {
    struct letter l;
    (void)convention;
    write_letter(&l);
    by_ring(&l, 0, IOSQE_CQE_SKIP_SUCCESS);
}

static void letter_honest(enum convention convention) {
    struct letter l;
    (void)convention;
    write_letter(&l);
    must(sendmsg(l.from, &l.msg, 0) == 6, "sendmsg");
    must(delivers(l.at, 1), "delivered");
}

const struct attack attack_ring_silent = {"ring-silent", ring_silent_cheat, letter_honest};

/* The kernel has copied the header when it comes to the iovec, whose page it must wait for:
 * meanwhile the header is made to name another place. */
static struct sockaddr_in elsewhere;

static void name_elsewhere(void *arg, unsigned page) {
    (void)page;
    ((struct msghdr *)arg)->msg_name = &elsewhere;
}

static void ring_rewrite_cheat(enum convention convention) {
    struct letter l;
    (void)convention;
    write_letter(&l);
    receiver(&elsewhere, "127.0.0.1");
    l.msg.msg_iov = served_pages(1, name_elsewhere, &l.msg);
    by_ring(&l, 0, 0);
    served_pages_join();
}

static void ring_rewrite_honest(enum convention convention) {
    struct letter l;
    (void)convention;
    write_letter(&l);
    by_ring(&l, 0, 0);
}

const struct attack attack_ring_rewrite = {"ring-rewrite", ring_rewrite_cheat, ring_rewrite_honest};

/* One that the kernel refuses, as it cannot read the header. */
static void ring_kernel_pointer_cheat(enum convention convention) {
    struct ring ring;
    (void)convention;
    ring_open(&ring, 4, 0);
    struct io_uring_sqe *sqe = ring_sqe(&ring, IORING_OP_SENDMSG, udp_socket(), 1);
    sqe->addr = KERNEL_ADDRESS;
    sqe->len = 1;
    ring_submit(&ring);
    must(ring_wait(&ring).res == -EFAULT, "the request");
    ring_close(&ring);
}

const struct attack attack_ring_kernel_pointer = {"ring-kernel-pointer", ring_kernel_pointer_cheat,
                                                  ring_rewrite_honest};

/* A request made for files, on a socket. */
static void ring_write_cheat(enum convention convention) {
    struct letter l;
    struct ring ring;
    (void)convention;
    write_letter(&l);
    must(!connect(l.from, (struct sockaddr *)&l.to, sizeof(l.to)), "connect");
    ring_open(&ring, 4, 0);
    struct io_uring_sqe *sqe = ring_sqe(&ring, IORING_OP_WRITE, l.from, 1);
    sqe->addr = (uintptr_t) "hidden";
    sqe->len = 6;
    ring_submit(&ring);
    must(ring_wait(&ring).res == 6, "the request");
    must(delivers(l.at, 1), "delivered");
    ring_close(&ring);
}

const struct attack attack_ring_write = {"ring-write", ring_write_cheat, letter_honest};
