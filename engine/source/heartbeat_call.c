// SPDX-License-Identifier: Apache-2.0
// A call of our own, made to see it come back through the kernel and the ring.
#include "source/heartbeat_call.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/cleanup.h"

struct toc_heartbeat_call {
    int to, from; /* the two ends of a pair of sockets */
    char byte;
    struct iovec iov;
    struct mmsghdr msg;
};

int toc_heartbeat_call_open(struct toc_heartbeat_call **ret) {
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
    *ret = call;
    return 0;
}

void toc_heartbeat_call_close(struct toc_heartbeat_call **call) {
    if (!*call)
        return;
    close((*call)->to);
    close((*call)->from);
    free(TAKE_PTR(*call));
}

const void *toc_heartbeat_call_msgvec(const struct toc_heartbeat_call *call) {
    return &call->msg;
}

/* The number goes where the kernel does not look: sendmmsg has four arguments. */
void toc_heartbeat_call_make(struct toc_heartbeat_call *call, uint64_t number) {
    char byte;

    syscall(SYS_sendmmsg, call->to, &call->msg, 1, MSG_DONTWAIT | MSG_NOSIGNAL, number);
    while (read(call->from, &byte, 1) > 0)
        continue;
}
