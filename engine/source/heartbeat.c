// SPDX-License-Identifier: Apache-2.0
// Calls of our own, made at intervals to see them come back through the kernel and the ring.
#include "source/heartbeat.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/cleanup.h"

/* One that comes late is not missing yet. */
#define PATIENCE 3

struct toc_heartbeat_call {
    int to, from; /* the two ends of a pair of sockets */
    char byte;
    struct iovec iov;
    struct mmsghdr msg;
};

int toc_heartbeat_open(struct toc_heartbeat *heart, uint64_t every_ns) {
    struct toc_heartbeat_call *call = calloc(1, sizeof(*call));
    int pair[2];

    if (!call)
        return -ENOMEM;
    if (socketpair(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, pair) < 0) {
        free(call);
        return -errno;
    }
    call->to = pair[0];
    call->from = pair[1];
    call->iov = (struct iovec){&call->byte, 1};
    call->msg.msg_hdr = (struct msghdr){.msg_iov = &call->iov, .msg_iovlen = 1};
    *heart = (struct toc_heartbeat){.call = call, .every_ns = every_ns};
    return 0;
}

void toc_heartbeat_start(struct toc_heartbeat *heart, uint64_t now) {
    heart->next_at = heart->seen_at = heart->warned_at = now;
}

void toc_heartbeat_close(struct toc_heartbeat *heart) {
    if (!heart->call)
        return;
    close(heart->call->to);
    close(heart->call->from);
    free(TAKE_PTR(heart->call));
}

const void *toc_heartbeat_msgvec(const struct toc_heartbeat *heart) {
    return heart->call ? &heart->call->msg : NULL;
}

bool toc_heartbeat_is_due(const struct toc_heartbeat *heart, uint64_t now) {
    return heart->call && now >= heart->next_at;
}

/* The number goes where the kernel does not look: sendmmsg has four arguments. */
void toc_heartbeat_beat(struct toc_heartbeat *heart, uint64_t now, bool whole) {
    struct toc_heartbeat_call *call = heart->call;
    char byte;

    heart->next_at = now + heart->every_ns;
    heart->made++;
    if (!whole)
        return;
    syscall(SYS_sendmmsg, call->to, &call->msg, 1, MSG_DONTWAIT | MSG_NOSIGNAL, heart->made);
    while (read(call->from, &byte, 1) > 0)
        continue;
}

uint64_t toc_heartbeat_came(struct toc_heartbeat *heart, uint64_t number, uint64_t now) {
    uint64_t missed = number > heart->seen ? number - heart->seen - 1 : 0;

    if (number > heart->seen)
        heart->seen = number;
    heart->seen_at = heart->warned_at = now;
    return missed;
}

bool toc_heartbeat_is_missing(struct toc_heartbeat *heart, uint64_t now) {
    if (!heart->call || now < heart->warned_at ||
        now - heart->warned_at <= PATIENCE * heart->every_ns)
        return false;
    heart->warned_at = now;
    return true;
}
