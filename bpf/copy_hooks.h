// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
// Programs on the functions that every message with a header passes, after it was copied.
#pragma once

#include "copy.h"

static __always_inline void copy_send(struct socket *sock, struct msghdr *msg, u32 flags,
                                      u32 allowed, bool typed, u8 hook) {
    struct copy c = {copy_begin(sock, typed), msg, .is_send = true, .typed = typed, .hook = hook};

    if (!c.call)
        return;
    c.flags = flags | (FIELD(typed, msg, msg_flags) & allowed);
    copy_keep_name(&c);
    copy_message(&c);
}

static __always_inline void copy_recv(struct socket *sock, struct msghdr *msg, u64 name, u32 flags,
                                      bool typed, u8 hook) {
    struct copy c = {copy_begin(sock, typed), msg, name, flags, false, typed, hook};

    if (c.call)
        copy_message(&c);
}

SEC("?fentry/____sys_sendmsg")
int BPF_PROG(toc_fentry_send, struct socket *sock, struct msghdr *msg, u32 flags, void *used,
             u32 allowed) {
    copy_send(sock, msg, flags, allowed, true, TOC_WIRE_HOOK_FENTRY_SENDMSG);
    return 0;
}

SEC("?fexit/____sys_sendmsg")
int BPF_PROG(toc_fexit_send, struct socket *sock, struct msghdr *msg, u32 flags, void *used,
             u32 allowed, int ret) {
    copy_end(ret, TOC_WIRE_HOOK_FENTRY_SENDMSG);
    return 0;
}

SEC("?fentry/____sys_recvmsg")
int BPF_PROG(toc_fentry_recv, struct socket *sock, struct msghdr *msg, void *user, void *name,
             u32 flags, int nosec) {
    copy_recv(sock, msg, (u64)name, flags, true, TOC_WIRE_HOOK_FENTRY_RECVMSG);
    return 0;
}

SEC("?fexit/____sys_recvmsg")
int BPF_PROG(toc_fexit_recv, struct socket *sock, struct msghdr *msg, void *user, void *name,
             u32 flags, int nosec, int ret) {
    copy_end(ret, TOC_WIRE_HOOK_FENTRY_RECVMSG);
    return 0;
}

/* What was received of each message, whether or not the program can be told: as the tracepoint
 * sock_recv_length shows it where there is one. */
SEC("?fexit/inet_recvmsg")
int BPF_PROG(toc_fexit_inet_recv, struct socket *sock, struct msghdr *msg, u64 size, int flags,
             int ret) {
    witness_length(sock->sk, ret, TOC_WIRE_HOOK_FEXIT_INET_RECVMSG);
    return 0;
}

SEC("?fexit/inet6_recvmsg")
int BPF_PROG(toc_fexit_inet6_recv, struct socket *sock, struct msghdr *msg, u64 size, int flags,
             int ret) {
    witness_length(sock->sk, ret, TOC_WIRE_HOOK_FEXIT_INET_RECVMSG);
    return 0;
}

SEC("?kprobe")
int toc_kprobe_send(struct pt_regs *regs) {
    copy_send((void *)machine_parameter(regs, 0), (void *)machine_parameter(regs, 1),
              machine_parameter(regs, 2), machine_parameter(regs, 4), false,
              TOC_WIRE_HOOK_KPROBE_SENDMSG);
    return 0;
}

SEC("?kretprobe")
int toc_kretprobe_send(struct pt_regs *regs) {
    copy_end(machine_result(regs), TOC_WIRE_HOOK_KPROBE_SENDMSG);
    return 0;
}

SEC("?kprobe")
int toc_kprobe_recv(struct pt_regs *regs) {
    copy_recv((void *)machine_parameter(regs, 0), (void *)machine_parameter(regs, 1),
              machine_parameter(regs, 3), machine_parameter(regs, 4), false,
              TOC_WIRE_HOOK_KPROBE_RECVMSG);
    return 0;
}

SEC("?kretprobe")
int toc_kretprobe_recv(struct pt_regs *regs) {
    copy_end(machine_result(regs), TOC_WIRE_HOOK_KPROBE_RECVMSG);
    return 0;
}

/* As on fexit/inet_recvmsg, whose arguments are gone here. */
SEC("?kretprobe")
int toc_kretprobe_inet_recv(struct pt_regs *regs) {
    copy_moved(machine_result(regs), TOC_WIRE_HOOK_KRETPROBE_INET_RECVMSG);
    return 0;
}

SEC("?kretprobe")
int toc_kretprobe_inet6_recv(struct pt_regs *regs) {
    copy_moved(machine_result(regs), TOC_WIRE_HOOK_KRETPROBE_INET_RECVMSG);
    return 0;
}

/* Skipped for a destination that repeats the one before. The control messages are the kernel's by
 * now, in its own layout: nothing before shows them. */
SEC("?lsm/socket_sendmsg")
int BPF_PROG(toc_lsm_send, struct socket *sock, struct msghdr *msg, int size, int before) {
    struct copy c = {witness_call((u64)sock->sk), msg, .is_send = true, .typed = true,
                     .hook = TOC_WIRE_HOOK_LSM_SENDMSG};

    if (c.call) {
        c.flags = msg->msg_flags;
        if (!toc_has_copy || !CALL_HAS_HEADERS(c.call->kind))
            copy_message(&c);
        copy_items(&c);
    }
    return before;
}

/* Skipped after the first message of a call. */
SEC("?lsm/socket_recvmsg")
int BPF_PROG(toc_lsm_recv, struct socket *sock, struct msghdr *msg, int size, int flags,
             int before) {
    struct copy c = {witness_call((u64)sock->sk), msg, .flags = flags, .typed = true,
                     .hook = TOC_WIRE_HOOK_LSM_RECVMSG};

    if (c.call && (!toc_has_copy || !CALL_HAS_HEADERS(c.call->kind)))
        copy_message(&c);
    return before;
}
