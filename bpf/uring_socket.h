// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
// The sockets of io_uring's requests: found when submitted and when done, and how many are under
// way on each.
#pragma once

#include "maps.h"
#include "sock.h"
#include "vmlinux_uring.h"

/* NULL: no socket. */
static __always_inline struct sock *uring_socket(struct file *file) {
    struct socket *socket;

    if (!file || (BPF_CORE_READ(file, f_inode, i_mode) & S_IFMT) != S_IFSOCK)
        return 0;
    socket = BPF_CORE_READ(file, private_data);
    return socket ? BPF_CORE_READ(socket, sk) : 0;
}

#define FIXED_FILE_BITS 7ul /* of file_ptr, that are none of the address */

/* A file registered with the ring. */
static __always_inline struct file *uring_fixed_file(struct io_ring_ctx *ctx, u32 index) {
    struct io_fixed_file *files;
    struct io_rsrc_node **nodes, *node = 0;
    unsigned long at = 0;

    if (bpf_core_field_exists(ctx->file_table.data)) {
        if (index >= BPF_CORE_READ(ctx, file_table.data.nr))
            return 0;
        nodes = BPF_CORE_READ(ctx, file_table.data.nodes);
        bpf_probe_read_kernel(&node, sizeof(node), nodes + index);
        at = node ? BPF_CORE_READ(node, file_ptr) : 0;
    } else if (bpf_core_field_exists(ctx->file_table.files) &&
               bpf_core_field_exists(ctx->nr_user_files)) {
        if (index >= BPF_CORE_READ(ctx, nr_user_files))
            return 0;
        files = BPF_CORE_READ(ctx, file_table.files);
        bpf_probe_read_kernel(&at, sizeof(at), files + index);
    }
    return (struct file *)(at & ~FIXED_FILE_BITS);
}

/* Fills the record's socket, as far as the descriptor leads to one by now. Returns what the request
 * is counted under: the socket, else the process. */
static __always_inline u64 uring_socket_at_submit(struct toc_wire_enter *rec, struct io_kiocb *req,
                                                  struct task_struct *task) {
    struct sock *sk;

    if (rec->bits & TOC_WIRE_FIXED_FILE) {
        sk = uring_socket(uring_fixed_file(BPF_CORE_READ(req, ctx), rec->arg[0]));
        rec->sock.status = sk ? TOC_WIRE_OK : TOC_WIRE_NULL;
        if (sk)
            toc_sock_fill(&rec->sock, kernel_cast(struct sock, sk));
    } else {
        sk = toc_sock_of_fd(&rec->sock, task, rec->arg[0]);
    }
    return sk ? (u64)sk : (u32)task->tgid;
}

static __always_inline struct uring_sock *uring_sock_find(u64 sk) {
    return bpf_map_lookup_elem(&uring_socks, &sk);
}

static __always_inline bool uring_silent_add(struct uring_sock *on, const struct uring_state *st,
                                             u64 req) {
    for (int i = 0; i < URING_SILENT; i++)
        if (!__sync_val_compare_and_swap(&on->silent[i].req, 0, req)) {
            on->silent[i].bytes = st->asked;
            on->silent[i].sends = st->sends;
            return true;
        }
    return false;
}

static const struct uring_sock uring_sock_fresh; /* too large for the stack */

/* False: there is no room to remember the request. */
static __always_inline bool uring_sock_begin(struct uring_state *st, u64 req) {
    struct uring_sock *on;
    u64 sk = st->sk;

    if (!st->silent && !st->sends)
        return true;
    bpf_map_update_elem(&uring_socks, &sk, &uring_sock_fresh, BPF_NOEXIST);
    on = uring_sock_find(sk);
    if (!on)
        return false;
    __sync_fetch_and_add(&on->n, 1);
    st->counted = 1;
    if (st->silent)
        return uring_silent_add(on, st, req);
    __sync_fetch_and_add(&on->sends, 1);
    return true;
}

/* Gives the bytes sent there that no request has accounted for, when it was the last. */
static __always_inline s64 uring_sock_end(struct uring_state *st, u64 req) {
    struct uring_sock *on = st->counted ? uring_sock_find(st->sk) : 0;
    u64 sk = st->sk;
    s64 lent;

    if (!on)
        return 0;
    for (int i = 0; st->silent && i < URING_SILENT; i++)
        __sync_val_compare_and_swap(&on->silent[i].req, req, 0);
    if (!st->silent)
        __sync_fetch_and_add(&on->sends, -1);
    if (__sync_fetch_and_add(&on->n, -1) > 1)
        return 0;
    lent = on->lent;
    bpf_map_delete_elem(&uring_socks, &sk);
    return lent;
}

static __always_inline bool uring_sock_take(u64 sk, s64 bytes) {
    struct uring_sock *on = uring_sock_find(sk);

    if (!on || on->lent < bytes)
        return false;
    __sync_fetch_and_add(&on->lent, -bytes);
    return true;
}

/* A completion accounts for bytes sent on its socket; its request may have been counted under
 * `other`. False: they were not lent. */
static __always_inline bool uring_account(struct io_kiocb *req, u64 other, s64 bytes) {
    u64 sk = (u64)uring_socket(BPF_CORE_READ(req, file));

    return bytes > 0 && ((sk && uring_sock_take(sk, bytes)) || uring_sock_take(other, bytes));
}

/* The request that this thread, one of the kernel's workers, is at; 0: not told. */
static __always_inline u64 uring_at_work(struct task_struct *task) {
    struct io_worker *worker = task->worker_private;
    u64 work;

    if (!(task->flags & PF_IO_WORKER) || !worker)
        return 0;
    work = (u64)BPF_CORE_READ(worker, cur_work);
    return work ? work - bpf_core_field_offset(struct io_kiocb, work) : 0;
}
