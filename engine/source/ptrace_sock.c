// SPDX-License-Identifier: Apache-2.0
// The socket behind a traced thread's descriptor.
#include "source/ptrace_sock.h"

#include <errno.h>
#include <linux/netlink.h>
#include <linux/sockios.h>
#include <netinet/in.h>
#include <netinet/udp.h>
#include <stddef.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>

#include "base/cleanup.h"

union address {
    struct sockaddr any;
    struct sockaddr_in inet;
    struct sockaddr_in6 inet6;
    struct sockaddr_nl netlink;
    struct sockaddr_un un;
    uint8_t bytes[TOC_WIRE_LONG_NAME];
};

static uint32_t option(int fd, int level, int name) {
    uint32_t value = 0;
    socklen_t size = sizeof(value);

    return getsockopt(fd, level, name, &value, &size) < 0 ? 0 : value;
}

/* 0: it takes a privilege over that network to be told. */
static uint32_t netns_of(int fd) {
    _cleanup_close_ int ns = ioctl(fd, SIOCGSKNS);
    struct stat st;

    return ns >= 0 && fstat(ns, &st) == 0 ? (uint32_t)st.st_ino : 0;
}

/* The bytes of an address that tell something, as other hooks leave them; 0: it says "none". */
static socklen_t plain(union address *a, socklen_t n, bool is_peer) {
    switch (a->any.sa_family) {
    case AF_INET: return is_peer && !a->inet.sin_port ? 0 : 8;
    case AF_INET6:
        a->inet6.sin6_flowinfo = 0;
        a->inet6.sin6_scope_id = 0;
        return is_peer && !a->inet6.sin6_port ? 0 : 28;
    case AF_NETLINK:
        if (!is_peer)
            a->netlink.nl_groups = 0;
        return is_peer && !a->netlink.nl_pid && !a->netlink.nl_groups ? 0 : 12;
    case AF_UNIX: return n > offsetof(struct sockaddr_un, sun_path) ? n : 0;
    }
    return n;
}

static void address(int fd, bool is_peer, struct toc_wire_addr *ret,
                    struct toc_ptrace_long *ret_long) {
    union address a = {0};
    socklen_t n = sizeof(a);

    ret_long->n = 0;
    *ret = (struct toc_wire_addr){.status = TOC_WIRE_NULL};
    if ((is_peer ? getpeername(fd, &a.any, &n) : getsockname(fd, &a.any, &n)) < 0)
        return;
    n = plain(&a, n < sizeof(a) ? n : sizeof(a), is_peer);
    if (n == 0)
        return;
    ret->status = TOC_WIRE_OK;
    ret->n = n < sizeof(ret->bytes) ? (uint8_t)n : sizeof(ret->bytes);
    memcpy(ret->bytes, a.bytes, ret->n);
    if (n > sizeof(ret->bytes)) {
        ret_long->n = (uint8_t)n;
        memcpy(ret_long->bytes, a.bytes, n);
    }
}

static bool has_addresses(uint16_t family) {
    return family == AF_INET || family == AF_INET6 || family == AF_NETLINK || family == AF_UNIX;
}

static void look_at(int fd, uint64_t cookie, struct toc_ptrace_sock_seen *ret) {
    *ret = (struct toc_ptrace_sock_seen){
        .cookie = cookie,
        .netns = netns_of(fd),
        .family = (uint16_t)option(fd, SOL_SOCKET, SO_DOMAIN),
        .type = (uint16_t)option(fd, SOL_SOCKET, SO_TYPE),
        .protocol = (uint16_t)option(fd, SOL_SOCKET, SO_PROTOCOL),
    };
}

/* True when it is a socket. */
static bool find(int pidfd, int fd, struct toc_wire_sock *sock) {
    socklen_t size = sizeof(sock->cookie);

    *sock = (struct toc_wire_sock){.status = TOC_WIRE_ABSENT};
    if (fd < 0) {
        if (errno == EBADF && pidfd >= 0)
            sock->status = TOC_WIRE_NULL;
        return false;
    }
    sock->status = TOC_WIRE_OK;
    if (getsockopt(fd, SOL_SOCKET, SO_COOKIE, &sock->cookie, &size) < 0 && errno == ENOTSOCK)
        sock->status = TOC_WIRE_NULL;
    return sock->status == TOC_WIRE_OK;
}

void toc_ptrace_sock_fill(int pidfd, uint32_t number, struct toc_ptrace_socks *socks,
                          struct toc_ptrace_sock *ret) {
    struct toc_ptrace_sock_seen *seen = &socks->seen[number % TOC_PTRACE_SOCKS];
    _cleanup_close_ int fd = (int)syscall(SYS_pidfd_getfd, pidfd, number, 0);
    struct toc_wire_sock *sock = &ret->wire;

    ret->local.n = ret->peer.n = 0;
    if (!find(pidfd, fd, sock))
        return;
    if (!sock->cookie || sock->cookie != seen->cookie)
        look_at(fd, sock->cookie, seen);
    sock->family = seen->family;
    sock->type = seen->type;
    sock->protocol = seen->protocol;
    sock->netns = seen->netns;
    if (sock->protocol == IPPROTO_UDP)
        sock->gso_size = (uint16_t)option(fd, SOL_UDP, UDP_SEGMENT);
    if (!has_addresses(sock->family))
        return;
    address(fd, false, &sock->local, &ret->local);
    address(fd, true, &sock->peer, &ret->peer);
}
