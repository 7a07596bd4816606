// SPDX-License-Identifier: Apache-2.0
// An io_uring instance by its system calls alone.
#include "ring.h"

#include <errno.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "attack.h"

static void *map(int fd, size_t size, off_t at) {
    void *p = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_POPULATE, fd, at);
    must(p != MAP_FAILED, "mmap of the ring");
    return p;
}

void ring_open(struct ring *ring, unsigned entries, unsigned flags) {
    struct io_uring_params p = {.flags = flags, .sq_thread_idle = 1000};
    int fd = (int)syscall(SYS_io_uring_setup, entries, &p);
    need(fd >= 0, "io_uring_setup");
    must(p.features & IORING_FEAT_SINGLE_MMAP, "one mapping for both rings");
    size_t sq = p.sq_off.array + p.sq_entries * sizeof(uint32_t);
    size_t cq = p.cq_off.cqes + p.cq_entries * sizeof(struct io_uring_cqe);
    uint8_t *rings = map(fd, sq > cq ? sq : cq, IORING_OFF_SQ_RING);
    *ring = (struct ring){
        .fd = fd,
        .sqpoll = flags & IORING_SETUP_SQPOLL,
        .features = p.features,
        .sq_head = (uint32_t *)(rings + p.sq_off.head),
        .sq_tail = (uint32_t *)(rings + p.sq_off.tail),
        .sq_flags = (uint32_t *)(rings + p.sq_off.flags),
        .sq_array = (uint32_t *)(rings + p.sq_off.array),
        .sq_mask = *(uint32_t *)(rings + p.sq_off.ring_mask),
        .cq_head = (uint32_t *)(rings + p.cq_off.head),
        .cq_tail = (uint32_t *)(rings + p.cq_off.tail),
        .cq_mask = *(uint32_t *)(rings + p.cq_off.ring_mask),
        .cqes = (struct io_uring_cqe *)(rings + p.cq_off.cqes),
        .sqes = map(fd, p.sq_entries * sizeof(struct io_uring_sqe), IORING_OFF_SQES),
    };
}

struct io_uring_sqe *ring_sqe(struct ring *ring, uint8_t opcode, int fd, uint64_t user_data) {
    uint32_t at = (*ring->sq_tail + ring->filled++) & ring->sq_mask;
    struct io_uring_sqe *sqe = &ring->sqes[at];
    ring->sq_array[at] = at;
    memset(sqe, 0, sizeof(*sqe));
    sqe->opcode = opcode;
    sqe->fd = fd;
    sqe->user_data = user_data;
    return sqe;
}

static long enter(struct ring *ring, unsigned submit, unsigned wait) {
    unsigned flags = wait ? IORING_ENTER_GETEVENTS : 0;
    if (ring->sqpoll && __atomic_load_n(ring->sq_flags, __ATOMIC_SEQ_CST) & IORING_SQ_NEED_WAKEUP)
        flags |= IORING_ENTER_SQ_WAKEUP;
    long n;
    do
        n = syscall(SYS_io_uring_enter, ring->fd, submit, wait, flags, NULL, 0);
    while (n < 0 && errno == EINTR);
    return n;
}

/* With SQPOLL the kernel's thread takes the entries; this waits until it has, without a call where
 * that thread is awake. */
void ring_submit(struct ring *ring) {
    uint32_t n = ring->filled;
    __atomic_store_n(ring->sq_tail, *ring->sq_tail + n, __ATOMIC_SEQ_CST);
    ring->filled = 0;
    if (!ring->sqpoll) {
        must(enter(ring, n, 0) == (long)n, "io_uring_enter");
        return;
    }
    if (__atomic_load_n(ring->sq_flags, __ATOMIC_SEQ_CST) & IORING_SQ_NEED_WAKEUP)
        must(enter(ring, n, 0) >= 0, "io_uring_enter");
    while (__atomic_load_n(ring->sq_head, __ATOMIC_ACQUIRE) != *ring->sq_tail)
        usleep(100);
}

struct completion ring_wait(struct ring *ring) {
    uint32_t head = *ring->cq_head;
    while (__atomic_load_n(ring->cq_tail, __ATOMIC_ACQUIRE) == head)
        if (ring->sqpoll)
            usleep(100);
        else
            must(enter(ring, 0, 1) >= 0, "io_uring_enter");
    const struct io_uring_cqe *at = &ring->cqes[head & ring->cq_mask];
    struct completion cqe = {at->user_data, at->res, at->flags};
    __atomic_store_n(ring->cq_head, head + 1, __ATOMIC_RELEASE);
    return cqe;
}

void ring_close(struct ring *ring) {
    close(ring->fd);
}
