// SPDX-License-Identifier: Apache-2.0
// Which events have which fields, and which address families have which: the bit masks that
// fields.def names.
#pragma once

#include "event/catalogue.h"

#define EV(name) (UINT64_C(1) << TOC_EVENT_##name)
#define FAMILY(name) (UINT64_C(1) << TOC_family_##name)

#define ALL TOC_ALL_VARIANTS

#define FAMILY_INET6 FAMILY(inet6)
#define FAMILY_IP (FAMILY(inet) | FAMILY(inet6))
#define FAMILY_UNIX FAMILY(unix)
#define FAMILY_NETLINK FAMILY(netlink)
#define FAMILY_PACKET FAMILY(packet)
#define FAMILY_OTHER (~(FAMILY_IP | FAMILY_UNIX | FAMILY_NETLINK | FAMILY_PACKET))

#define EVENT_BATCHES (EV(sendmmsg) | EV(recvmmsg) | EV(recvmmsg_time32))
#define EVENT_SINGLES (EV(sendmsg) | EV(recvmsg) | EV(sendto) | EV(recvfrom))
#define EVENT_URING                                                                                \
    (EV(io_uring_sendmsg) | EV(io_uring_recvmsg) | EV(io_uring_send) | EV(io_uring_recv) |         \
     EV(io_uring_send_zc) | EV(io_uring_sendmsg_zc))
#define EVENT_PAYLOAD (EVENT_BATCHES | EVENT_SINGLES)
#define EVENT_MESSAGES (EVENT_BATCHES | EVENT_SINGLES | EVENT_URING | EV(tocsin_unexplained_send))
#define EVENT_CONNECT EV(connect)
#define EVENT_SOCKET (EVENT_MESSAGES | EVENT_CONNECT)
#define EVENT_WAITS                                                                                \
    (EV(select) | EV(pselect6) | EV(poll) | EV(ppoll) | EV(epoll_wait) | EV(epoll_pwait) |         \
     EV(epoll_pwait2))
#define EVENT_SIDE                                                                                 \
    (EV(connect) | EV(close) | EV(dup2) | EV(dup3) | EV(userfaultfd) | EV(prctl) |                 \
     EV(io_uring_setup) | EV(bpf) | EV(ptrace))
/* What tocsin tells of itself. */
#define EVENT_TOLD                                                                                 \
    (EV(tocsin_start) | EV(tocsin_loss) | EV(tocsin_heartbeat) | EV(tocsin_tick) |                 \
     EV(tocsin_reload))

#define EVENT_CALLS (EVENT_MESSAGES | EVENT_WAITS | EVENT_SIDE)
#define EVENT_ARG_ARRAY (EVENT_BATCHES | EVENT_SINGLES | EVENT_CONNECT | EV(select))
#define EVENT_START EV(tocsin_start)
#define EVENT_TIMEOUT                                                                              \
    (EV(recvmmsg) | EV(recvmmsg_time32) | EV(select) | EV(pselect6) | EV(ppoll) | EV(epoll_pwait2))

#define ARG_sockfd                                                                                 \
    (EV(sendmmsg) | EV(recvmmsg) | EV(sendmsg) | EV(recvmsg) | EV(sendto) | EV(recvfrom) |         \
     EV(connect) | EVENT_URING)
#define ARG_fd (EV(recvmmsg_time32) | EV(close))
#define ARG_msgvec (EV(sendmmsg) | EV(recvmmsg))
#define ARG_mmsg EV(recvmmsg_time32)
#define ARG_msg                                                                                    \
    (EV(sendmsg) | EV(recvmsg) | EV(io_uring_sendmsg) | EV(io_uring_recvmsg) |                     \
     EV(io_uring_sendmsg_zc))
#define ARG_buf                                                                                    \
    (EV(sendto) | EV(recvfrom) | EV(io_uring_send) | EV(io_uring_recv) | EV(io_uring_send_zc))
#define ARG_len ARG_buf
#define ARG_vlen EVENT_BATCHES
#define ARG_flags                                                                                  \
    (EVENT_BATCHES | EV(sendmsg) | EV(recvmsg) | EV(sendto) | EV(recvfrom) | EVENT_URING |         \
     EV(dup3) | EV(userfaultfd))
#define ARG_dest_addr EV(sendto)
#define ARG_src_addr EV(recvfrom)
#define ARG_addrlen (EV(sendto) | EV(connect))
#define ARG_addrlen_ptr EV(recvfrom)
#define ARG_addr EV(connect)
#define ARG_timeout_ptr EVENT_TIMEOUT
#define ARG_timeout_ms (EV(poll) | EV(epoll_wait) | EV(epoll_pwait))
#define ARG_nfds (EV(select) | EV(pselect6) | EV(poll) | EV(ppoll))
#define ARG_sets (EV(select) | EV(pselect6))
#define ARG_fds (EV(poll) | EV(ppoll))
#define ARG_epoll (EV(epoll_wait) | EV(epoll_pwait) | EV(epoll_pwait2))
#define ARG_sigmask (EV(pselect6) | EV(ppoll) | EV(epoll_pwait) | EV(epoll_pwait2))
#define ARG_dup (EV(dup2) | EV(dup3))
#define ARG_prctl EV(prctl)
#define ARG_uring_setup EV(io_uring_setup)
#define ARG_bpf EV(bpf)
#define ARG_ptrace EV(ptrace)
#define ARG_cause EV(tocsin_loss)
#define ARG_count EV(tocsin_loss)
#define ARG_age_ns EV(tocsin_heartbeat)
#define ARG_missed EV(tocsin_heartbeat)
#define ARG_missing EV(tocsin_heartbeat)
#define ARG_digest EV(tocsin_reload)
