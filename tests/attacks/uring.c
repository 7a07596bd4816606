// SPDX-License-Identifier: Apache-2.0
// Sends without send calls: io_uring, by one call for many messages, or by none when a thread of
// the kernel takes them from the queue.

#include <errno.h>
#include <linux/io_uring.h>
#include <poll.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "attack.h"

#define MESSAGES 8

struct ring {
    int fd;
    struct io_uring_params params;
    uint8_t *queues;
    struct io_uring_sqe *entries;
};

static void *map(const struct ring *ring, size_t size, off_t what) {
    void *p = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_POPULATE, ring->fd, what);
    must(p != MAP_FAILED, "mmap");
    return p;
}

static void ring_init(struct ring *ring, unsigned flags) {
    *ring = (struct ring){.params = {.flags = flags, .sq_thread_idle = 1000}};
    ring->fd = (int)syscall(SYS_io_uring_setup, MESSAGES, &ring->params);
    need(ring->fd >= 0, "io_uring_setup");
    // Both queues share one mapping: every kernel that has BTF does so.
    size_t sq = ring->params.sq_off.array + ring->params.sq_entries * sizeof(uint32_t);
    size_t cq = ring->params.cq_off.cqes + ring->params.cq_entries * sizeof(struct io_uring_cqe);
    ring->queues = map(ring, sq > cq ? sq : cq, IORING_OFF_SQ_RING);
    ring->entries = map(ring, MESSAGES * sizeof(*ring->entries), IORING_OFF_SQES);
}

static _Atomic uint32_t *word(const struct ring *ring, uint32_t offset) {
    return (_Atomic uint32_t *)(void *)(ring->queues + offset);
}

/* Hands over every entry, and waits for the results. */
static void ring_submit(struct ring *ring) {
    uint32_t *array = (void *)(ring->queues + ring->params.sq_off.array);
    for (uint32_t i = 0; i < MESSAGES; i++)
        array[i] = i;
    atomic_store(word(ring, ring->params.sq_off.tail), MESSAGES);
    if (!(ring->params.flags & IORING_SETUP_SQPOLL))
        must(syscall(SYS_io_uring_enter, ring->fd, MESSAGES, MESSAGES, IORING_ENTER_GETEVENTS, NULL,
                     0) == MESSAGES,
             "io_uring_enter");
    for (int tries = 0; tries < 500; tries++) {
        if (atomic_load(word(ring, ring->params.cq_off.tail)) == MESSAGES)
            return;
        if (atomic_load(word(ring, ring->params.sq_off.flags)) & IORING_SQ_NEED_WAKEUP)
            syscall(SYS_io_uring_enter, ring->fd, 0, 0, IORING_ENTER_SQ_WAKEUP, NULL, 0);
        usleep(10000);
    }
    must(false, "results");
}

static void send_through(unsigned flags) {
    struct sockaddr_in to;
    struct ring ring;
    struct iovec iov = {"unseen", 6};
    struct msghdr message = {
        .msg_name = &to, .msg_namelen = sizeof(to), .msg_iov = &iov, .msg_iovlen = 1};
    int at = receiver(&to, "127.0.0.1"), sender = udp_socket();
    ring_init(&ring, flags);
    for (unsigned i = 0; i < MESSAGES; i++)
        ring.entries[i] = (struct io_uring_sqe){.opcode = IORING_OP_SENDMSG,
                                                .fd = sender,
                                                .addr = (uintptr_t)&message,
                                                .len = 1,
                                                .user_data = i};
    ring_submit(&ring);
    must(drain(at) == MESSAGES, "delivered");
    close(ring.fd);
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
    must(drain(at) == MESSAGES, "delivered");
}

const struct attack attack_uring = {"uring", uring_cheat, send_plainly};
const struct attack attack_sqpoll = {"uring-sqpoll", sqpoll_cheat, send_plainly};
