// SPDX-License-Identifier: Apache-2.0
// Programs that look odd and are honest: nothing may be raised on them.

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "attack.h"

/* An IPv6 socket that sends to IPv4: the kernel itself turns the mapped address into IPv4. */
static void dual_stack(enum convention convention) {
    struct sockaddr_in to;
    int at = receiver(&to, "127.0.0.1");
    int sender = socket(AF_INET6, SOCK_DGRAM, 0);
    must(sender >= 0, "socket");
    struct sockaddr_in6 mapped = {.sin6_family = AF_INET6, .sin6_port = to.sin_port};
    mapped.sin6_addr.s6_addr[10] = mapped.sin6_addr.s6_addr[11] = 0xff;
    memcpy(&mapped.sin6_addr.s6_addr[12], &to.sin_addr, 4);
    struct batch batch;
    batch_init(&batch, convention, 2);
    for (unsigned i = 0; i < 2; i++)
        batch_set(&batch, i, &mapped, sizeof(mapped), "mapped");
    must(batch_send(&batch, sender, 2, 0) == 2, "send");
    must(delivers(at, 2), "delivered");
}

const struct attack attack_dual_stack = {"dual-stack", NULL, dual_stack};

/* As a resolver does: connect, send two queries without names, receive two answers. */
static void connected(enum convention convention) {
    struct sockaddr_in server, client;
    int at_server = receiver(&server, "127.0.0.1");
    int at_client = receiver(&client, "127.0.0.1");
    must(!connect(at_client, (struct sockaddr *)&server, sizeof(server)), "connect");
    must(!connect(at_server, (struct sockaddr *)&client, sizeof(client)), "connect");
    struct batch batch;
    batch_init(&batch, convention, 2);
    for (unsigned i = 0; i < 2; i++)
        batch_set(&batch, i, NULL, 0, "query");
    must(batch_send(&batch, at_client, 2, MSG_NOSIGNAL) == 2, "send");
    must(batch_recv(&batch, at_server, 2, 0, 0) == 2, "receive");
    must(batch_send(&batch, at_server, 2, MSG_NOSIGNAL) == 2, "answer");
    must(batch_recv(&batch, at_client, 2, 0, 0) == 2, "receive the answers");
}

const struct attack attack_connected = {"connected", NULL, connected};

/* Two queries without names on a connected socket, each with control data when there is any. */
static void send_connected(enum convention convention, int at, int sender, const void *peer,
                           socklen_t peer_len, const void *control, size_t control_len) {
    struct batch batch;
    must(sender >= 0 && !connect(sender, peer, peer_len), "connect");
    batch_init(&batch, convention, 2);
    for (unsigned i = 0; i < 2; i++) {
        batch_set(&batch, i, NULL, 0, "query");
        if (control)
            batch_set_control(&batch, i, (uintptr_t)control, control_len);
    }
    must(batch_send(&batch, sender, 2, 0) == 2, "send");
    must(delivers(at, 2), "delivered");
}

/* As QUIC does to set ECN: the kernel then runs the hooks of named sends, without a name. */
static void connected_control(enum convention convention) {
    struct sockaddr_in to;
    int at = receiver(&to, "127.0.0.1"), tos = 2;
    bool wide = convention == NATIVE && sizeof(long) == 8;
    uint32_t head[3] = {wide ? 20 : 16, IPPROTO_IP, IP_TOS};
    char *control = low_pages(PAGE);

    // The length is a long in the layout of the call.
    memcpy(control, &head[0], sizeof(head[0]));
    memcpy(control + (wide ? 8 : 4), &head[1], 2 * sizeof(head[0]));
    memcpy(control + (wide ? 16 : 12), &tos, sizeof(tos));
    send_connected(convention, at, udp_socket(), &to, sizeof(to), control, wide ? 24 : 16);
}

const struct attack attack_connected_control = {"connected-control", NULL, connected_control};

/* As getaddrinfo with AI_V4MAPPED leads to: the kernel fills in the name. */
static void connected_mapped(enum convention convention) {
    struct sockaddr_in to;
    int at = receiver(&to, "127.0.0.1");
    struct sockaddr_in6 mapped = {.sin6_family = AF_INET6, .sin6_port = to.sin_port};
    mapped.sin6_addr.s6_addr[10] = mapped.sin6_addr.s6_addr[11] = 0xff;
    memcpy(&mapped.sin6_addr.s6_addr[12], &to.sin_addr, 4);
    send_connected(convention, at, socket(AF_INET6, SOCK_DGRAM, 0), &mapped, sizeof(mapped), NULL,
                   0);
}

const struct attack attack_connected_mapped = {"connected-mapped", NULL, connected_mapped};

/* Room for a thousand messages where none wait, and where three do. */
static void overdeclared(enum convention convention) {
    struct sockaddr_in to;
    int at = receiver(&to, "127.0.0.1");
    int sender = udp_socket();
    struct batch batch, room;
    batch_init(&batch, convention, 3);
    batch_init(&room, convention, 1024);
    struct sockaddr_in any = {0};
    for (unsigned i = 0; i < 3; i++)
        batch_set(&batch, i, &to, sizeof(to), "three");
    for (unsigned i = 0; i < 1024; i++)
        batch_set(&room, i, &any, sizeof(any), "room for it");
    must(batch_recv(&room, at, 1024, MSG_DONTWAIT, 0) == -EAGAIN, "receive nothing");
    must(batch_send(&batch, sender, 3, 0) == 3, "send");
    for (long taken = 0; taken < 3;) {
        long n = batch_recv(&room, at, 1024, MSG_WAITFORONE, 0);
        must(n > 0, "receive three");
        taken += n;
    }
}

const struct attack attack_overdeclared = {"overdeclared", NULL, overdeclared};

#define I386_RECVMMSG_TIME64 417

/* As 32-bit C libraries receive today: by int 0x80 from a 64-bit program, through the vdso from a
 * 32-bit one. */
static void time64(enum convention convention) {
    struct sockaddr_in to;
    int at = receiver(&to, "127.0.0.1");
    struct batch batch;
    int64_t *timeout = low_pages(PAGE);
    timeout[0] = 5;
    timeout[1] = 999999999;
    batch_init(&batch, convention, 1);
    batch_set(&batch, 0, NULL, 0, "room");
    must(sendto(udp_socket(), "here", 4, 0, (struct sockaddr *)&to, sizeof(to)) == 4, "sendto");
    must(call_int80(I386_RECVMMSG_TIME64,
                    (const uintptr_t[6]){(uintptr_t)at, (uintptr_t)batch.headers, 1, 0,
                                         (uintptr_t)timeout}) == 1,
         "receive");
}

const struct attack attack_time64 = {"time64", NULL, time64};
