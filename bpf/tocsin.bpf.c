// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
// The programs: what happens on entry, while the kernel works, and on return.
/* Arguments that an interface asks for and nothing here needs. */
#pragma clang diagnostic ignored "-Wunused-parameter"

#include "maps.h"

#include "abi.h"
#include "batch_hooks.h"
#include "call.h"
#include "call_exit.h"
#include "copy_hooks.h"
#include "deny.h"
#include "file_sends.h"
#include "overdue.h"
#include "scope.h"
#include "sent.h"
#include "unix_witness.h"
#include "uring_failed.h"
#include "uring_overdue.h"
#include "witness.h"

char LICENSE[] SEC("license") = "Dual BSD/GPL";

SEC("tp_btf/sys_enter")
int BPF_PROG(toc_sys_enter, struct pt_regs *regs, long id) {
    u32 abis = toc_call_abis(toc_enters, id), kind = 0;
    const struct toc_filter_table *table;
    struct task_struct *task = 0;

    if (abis) {
        task = toc_task();
        kind = toc_call_kind(abis, task, regs, id);
    }
    if (!kind) {
        if (toc_is_unknown(id) && !toc_is_self() && toc_in_scope())
            count(unknown, 1);
        return 0;
    }
    if (toc_is_own(task)) {
        if (side_is(kind) || !toc_is_heartbeat(regs))
            return 0;
        kind |= CALL_HEARTBEAT;
    } else if (!toc_is_wanted(kind)) {
        return 0;
    }
    table = side_is(kind) ? 0 : filter_of(kind);
    if (call_reject(table, task, regs, kind) || (!toc_is_own(task) && !toc_is_task_in_scope(task)))
        return 0;
    if (side_is(kind))
        call_enter_side(task, regs, id, kind);
    else
        call_enter(table, task, regs, id, kind);
    return 0;
}

SEC("tp_btf/sys_exit")
int BPF_PROG(toc_sys_exit, struct pt_regs *regs, long ret) {
    u32 nr = machine_nr(regs), abis = toc_call_abis(toc_exits, nr), kind = 0;
    struct task_struct *task;

    if (!abis && toc_has_length)
        return 0;
    task = toc_task();
    if (abis)
        kind = toc_call_kind(abis, task, regs, nr);
    if (kind && toc_is_own(task))
        call_exit_own(toc_thread(task), ret);
    else if (kind)
        call_exit(task, regs, nr, kind, ret);
    else if (!toc_has_length)
        file_sends_call(task, regs, nr, ret);
    return 0;
}

SEC("tp_btf/sock_send_length")
int BPF_PROG(toc_send_length, struct sock *sk, int ret) {
    if (!witness_length(sk, ret, TOC_WIRE_HOOK_SEND_LENGTH))
        sends_look(sk, ret, true);
    return 0;
}

SEC("tp_btf/sock_recv_length")
int BPF_PROG(toc_recv_length, struct sock *sk, int ret) {
    if (!witness_length(sk, ret, TOC_WIRE_HOOK_RECV_LENGTH))
        sends_look(sk, ret, false);
    return 0;
}

SEC("tp_btf/io_uring_submit_req")
int BPF_PROG(toc_uring_submit, struct io_kiocb *req) {
    uring_submit(req);
    return 0;
}

/* The same before Linux 6.5. */
SEC("tp_btf/io_uring_submit_sqe")
int BPF_PROG(toc_uring_submit_old, struct io_kiocb *req) {
    uring_submit(req);
    return 0;
}

SEC("tp_btf/io_uring_req_failed")
int BPF_PROG(toc_uring_failed, const struct io_uring_sqe *sqe, struct io_kiocb *req, int error) {
    uring_failed(sqe, req, error);
    return 0;
}

SEC("tp_btf/io_uring_complete")
int toc_uring_complete(u64 *ctx) {
    uring_complete(ctx);
    return 0;
}

/* Programs on cgroup hooks: 1 lets the message pass. Of a send the witness comes last: until then
 * it is the next message. */
SEC("cgroup/sendmsg4")
int toc_sendmsg4(struct bpf_sock_addr *ctx) {
    u8 name[IPV4_BYTES] __attribute__((aligned(8)));
    bool denied = false;

    if (!witness_shown4(ctx, TOC_WIRE_HOOK_SENDMSG4, name))
        return 1;
    if (toc_n_deny)
        denied = deny_message(ctx, name, false);
    witness_keep(ctx, TOC_WIRE_HOOK_SENDMSG4, name, sizeof(name));
    return !denied;
}

SEC("cgroup/sendmsg6")
int toc_sendmsg6(struct bpf_sock_addr *ctx) {
    u8 name[IPV6_BYTES] __attribute__((aligned(8)));
    bool denied = false;

    if (!witness_shown6(ctx, TOC_WIRE_HOOK_SENDMSG6, name))
        return 1;
    if (toc_n_deny)
        denied = deny_message(ctx, name, true);
    witness_keep(ctx, TOC_WIRE_HOOK_SENDMSG6, name, sizeof(name));
    return !denied;
}

SEC("cgroup/recvmsg4")
int toc_recvmsg4(struct bpf_sock_addr *ctx) {
    u8 name[IPV4_BYTES] __attribute__((aligned(8)));

    if (witness_shown4(ctx, TOC_WIRE_HOOK_RECVMSG4, name))
        witness_keep(ctx, TOC_WIRE_HOOK_RECVMSG4, name, sizeof(name));
    return 1;
}

SEC("cgroup/recvmsg6")
int toc_recvmsg6(struct bpf_sock_addr *ctx) {
    u8 name[IPV6_BYTES] __attribute__((aligned(8)));

    if (witness_shown6(ctx, TOC_WIRE_HOOK_RECVMSG6, name))
        witness_keep(ctx, TOC_WIRE_HOOK_RECVMSG6, name, sizeof(name));
    return 1;
}

/* The same of unix sockets, since Linux 6.7. Their own attach types are set where they are loaded,
 * as libbpf may have no name for them. */
SEC("cgroup/sendmsg4")
int toc_sendmsg_unix(struct bpf_sock_addr *ctx) {
    unix_witness(ctx, TOC_WIRE_HOOK_SENDMSG_UNIX);
    return 1;
}

SEC("cgroup/recvmsg4")
int toc_recvmsg_unix(struct bpf_sock_addr *ctx) {
    unix_witness(ctx, TOC_WIRE_HOOK_RECVMSG_UNIX);
    return 1;
}

/* Where a connect goes; 1 lets it. */
SEC("cgroup/connect4")
int toc_connect4(struct bpf_sock_addr *ctx) {
    connect_name4(ctx);
    return 1;
}

SEC("cgroup/connect6")
int toc_connect6(struct bpf_sock_addr *ctx) {
    connect_name6(ctx);
    return 1;
}

SEC("cgroup/connect4")
int toc_connect_unix(struct bpf_sock_addr *ctx) {
    unix_connect(ctx);
    return 1;
}

/* Run by the reader. */
SEC("syscall")
int toc_overdue(const struct toc_wire_overdue *than) {
    overdue_look_all(than->entered_before);
    uring_overdue_look_all(than->entered_before);
    sends_look_all(than->told_before);
    return 0;
}

SEC("tp_btf/sched_process_fork")
int BPF_PROG(toc_fork, struct task_struct *parent, struct task_struct *child) {
    toc_scope_fork(parent, child);
    return 0;
}

SEC("tp_btf/sched_process_exit")
int BPF_PROG(toc_exit, struct task_struct *task) {
    toc_scope_exit(task);
    call_thread_exit(toc_thread(task));
    return 0;
}
