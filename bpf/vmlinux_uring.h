// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
// The kernel's types of io_uring as far as the programs read them; all but the numbers are private
// to the kernel and change with its versions.
#pragma once

#include "vmlinux_min.h"

/* An entry of the queue: the kernel's interface, in memory of the process. */
struct io_uring_sqe {
    u8 opcode;
    u8 flags;
    u16 ioprio;
    s32 fd;
    u64 off;
    u64 addr;
    u32 len;
    u32 msg_flags;
    u64 user_data;
};

#pragma clang attribute push(__attribute__((preserve_access_index)), apply_to = record)

/* A request of io_uring. Its first bytes are what its opcode keeps there: struct io_sr_msg. */
struct io_cqe {
    u64 user_data;
    s32 res;
    int fd; /* before the request is issued */
};

struct io_uring_cqe {
    u64 user_data;
    s32 res;
    u32 flags;
};

struct io_rsrc_node {
    unsigned long file_ptr;
};

struct io_rsrc_data {
    unsigned int nr;
    struct io_rsrc_node **nodes;
};

struct io_fixed_file {
    unsigned long file_ptr;
};

struct io_file_table {
    struct io_rsrc_data data;
    struct io_fixed_file *files; /* before 6.13 */
};

struct io_ring_ctx {
    unsigned int nr_user_files; /* before 6.13 */
    unsigned int compat : 1;
    struct io_file_table file_table;
};

struct io_wq_work {
    int cancel_seq;
};

/* A thread of the kernel inside a process that does what would block the others. */
struct io_worker {
    struct io_wq_work *cur_work;
};

struct io_kiocb {
    struct file *file;
    u8 opcode;
    u32 flags; /* its low half */
    struct io_cqe cqe;
    struct io_ring_ctx *ctx;
    void *async_data;
    struct io_wq_work work;
};

struct io_sr_msg {
    void *buf;
    int len;
    unsigned int msg_flags;
    u16 flags;
};

struct io_async_msghdr {
    struct msghdr msg;
};

#pragma clang attribute pop

#define REQ_F_FIXED_FILE 0x1
#define REQ_F_BUFFER_SELECT 0x20
#define REQ_F_CQE_SKIP 0x40
#define IORING_RECV_MULTISHOT 0x2
#define IORING_RECVSEND_BUNDLE 0x10
#define IORING_SEND_VECTORIZED 0x20
#define MSG_WAITALL 0x100
#define MSG_CMSG_COMPAT 0x80000000ull
