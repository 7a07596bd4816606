// SPDX-License-Identifier: Apache-2.0
// An io_uring instance by its system calls alone.
#pragma once

#include <linux/io_uring.h>
#include <stdbool.h>
#include <stdint.h>

struct ring {
    int fd;
    bool sqpoll;
    uint32_t features; /* IORING_FEAT_* */
    uint32_t *sq_head, *sq_tail, *sq_flags, *sq_array, sq_mask;
    uint32_t *cq_head, *cq_tail, cq_mask;
    struct io_uring_sqe *sqes;
    struct io_uring_cqe *cqes;
    uint32_t filled; /* entries not yet shown to the kernel */
};

struct completion {
    uint64_t user_data;
    int32_t res;
    uint32_t flags;
};

/* flags: IORING_SETUP_*. Ends the program with status 77 where the kernel refuses io_uring. */
void ring_open(struct ring *ring, unsigned entries, unsigned flags);
/* A zeroed entry; at most as many as the queue has between two submissions. */
struct io_uring_sqe *ring_sqe(struct ring *ring, uint8_t opcode, int fd, uint64_t user_data);
/* Shows the filled entries to the kernel. */
void ring_submit(struct ring *ring);
/* Waits for a completion and takes it. */
struct completion ring_wait(struct ring *ring);
void ring_close(struct ring *ring);
