// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
// From a file descriptor to its socket, and what the kernel knows about that.
#pragma once

#include "cast.h"
#include "maps.h"

/* The struct socket behind fd. NULL with *status null: no socket; fault: could not be read. */
static __always_inline struct socket *toc_fd_socket(struct task_struct *task, u32 fd, u8 *status) {
    struct files_struct *files = task->files;
    struct fdtable *fdt = files ? files->fdt : 0;
    struct hlist_bl_node *place;
    struct file *file;
    struct inode *inode;

    *status = TOC_WIRE_NULL;
    if (!fdt || fd >= fdt->max_fds)
        return 0;
    /* Of all that begins with a pointer, one with a name to cast to. */
    place = kernel_cast(struct hlist_bl_node, fdt->fd + fd);
    file = (struct file *)KERNEL(place, next);
    if (!file)
        return 0;
    file = kernel_cast(struct file, file);
    inode = KERNEL(file, f_inode);
    if ((KERNEL(inode, i_mode) & S_IFMT) != S_IFSOCK)
        return 0;
    *status = TOC_WIRE_OK;
    return KERNEL(file, private_data);
}

/* Addresses have the layout of struct sockaddr_in, sockaddr_in6 and so on. */
static __always_inline void toc_addr_inet(struct toc_wire_addr *addr, u16 port, u32 ip) {
    *(u16 *)&addr->bytes[0] = AF_INET;
    *(u16 *)&addr->bytes[2] = port;
    __builtin_memcpy(&addr->bytes[4], &ip, sizeof(ip));
    addr->n = 8;
    addr->status = TOC_WIRE_OK;
}

static __always_inline void toc_addr_inet6(struct toc_wire_addr *addr, u16 port,
                                           const struct in6_addr *ip) {
    *(u16 *)&addr->bytes[0] = AF_INET6;
    *(u16 *)&addr->bytes[2] = port;
    addr->status = bpf_probe_read_kernel(&addr->bytes[8], 16, ip) ? TOC_WIRE_FAULT : TOC_WIRE_OK;
    addr->n = 28;
}

static __always_inline void toc_sock_inet(struct toc_wire_sock *sock, struct sock *sk) {
    u16 num = KERNEL(sk, __sk_common.skc_num);
    u16 dport = KERNEL(sk, __sk_common.skc_dport);

    if (sock->family == AF_INET) {
        toc_addr_inet(&sock->local, bpf_htons(num), KERNEL(sk, __sk_common.skc_rcv_saddr));
        toc_addr_inet(&sock->peer, dport, KERNEL(sk, __sk_common.skc_daddr));
    } else {
        toc_addr_inet6(&sock->local, bpf_htons(num), &sk->__sk_common.skc_v6_rcv_saddr);
        toc_addr_inet6(&sock->peer, dport, &sk->__sk_common.skc_v6_daddr);
    }
    if (!dport) {
        sock->peer.status = TOC_WIRE_NULL;
        sock->peer.n = 0;
    }
    if (sock->protocol == IPPROTO_UDP && sock->type == SOCK_DGRAM) {
        struct udp_sock *udp = kernel_cast(struct udp_sock, sk);

        sock->gso_size = KERNEL(udp, gso_size);
    }
}

static __always_inline void toc_addr_netlink(struct toc_wire_addr *addr, u32 pid, u32 groups) {
    *(u16 *)&addr->bytes[0] = AF_NETLINK;
    __builtin_memcpy(&addr->bytes[4], &pid, sizeof(pid));
    __builtin_memcpy(&addr->bytes[8], &groups, sizeof(groups));
    addr->n = 12;
    addr->status = TOC_WIRE_OK;
}

static __always_inline void toc_sock_netlink(struct toc_wire_sock *sock, struct sock *sk) {
    struct netlink_sock *nlk = kernel_cast(struct netlink_sock, sk);
    u32 pid = KERNEL(nlk, dst_portid), group = KERNEL(nlk, dst_group);

    toc_addr_netlink(&sock->local, KERNEL(nlk, portid), 0);
    toc_addr_netlink(&sock->peer, pid, group ? 1u << (group - 1 & 31) : 0);
    if (!pid && !group)
        sock->peer.status = TOC_WIRE_NULL;
}

static __always_inline void toc_sock_fill(struct toc_wire_sock *sock, struct sock *sk) {
    struct net *net;

    sock->cookie = KERNEL(sk, __sk_common.skc_cookie.counter);
    net = KERNEL(sk, __sk_common.skc_net.net);
    sock->netns = KERNEL(net, ns.inum);
    sock->family = KERNEL(sk, __sk_common.skc_family);
    sock->type = KERNEL(sk, sk_type);
    sock->protocol = KERNEL(sk, sk_protocol);
    if (sock->family == AF_INET || sock->family == AF_INET6)
        toc_sock_inet(sock, sk);
    else if (sock->family == AF_NETLINK)
        toc_sock_netlink(sock, sk);
}

/* Fills sock, which is zeroed, and gives the socket's struct sock, NULL when there is none. */
static __always_inline struct sock *toc_sock_of_fd(struct toc_wire_sock *sock,
                                                   struct task_struct *task, u32 fd) {
    struct socket *socket;
    struct sock *sk = 0;

    socket = toc_fd_socket(task, fd, &sock->status);
    if (socket) {
        socket = kernel_cast(struct socket, socket);
        sk = KERNEL(socket, sk);
        if (!sk)
            sock->status = TOC_WIRE_FAULT;
    }
    if (sk)
        toc_sock_fill(sock, kernel_cast(struct sock, sk));
    return sk;
}
