// SPDX-License-Identifier: Apache-2.0
// Calls of a shape that honest programs do not make: odd sizes, odd conventions, odd sockets.

#include <errno.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "attack.h"

#define TINY 32
#define HIGH_HALF (UINT64_C(1) << 40)
#define X32_SENDMMSG 0x4000021a

static int set_up(struct batch *batch, enum convention convention, unsigned n, int *ret_sender) {
    struct sockaddr_in to;
    int at = receiver(&to, "127.0.0.1");
    *ret_sender = udp_socket();
    batch_init(batch, convention, n);
    for (unsigned i = 0; i < n; i++)
        batch_set(batch, i, &to, sizeof(to), "x");
    return at;
}

static void send_buffers(enum convention convention, size_t n) {
    struct batch batch;
    int sender;
    int at = set_up(&batch, convention, TINY, &sender);
    batch_set_iov_count(&batch, 0, n);
    must(batch_send(&batch, sender, 1, 0) == 1, "send");
    must(batch_msg_len(&batch, 0) == n, "sent whole");
    must(delivers(at, 1), "delivered");
}

static void tiny_buffers_cheat(enum convention convention) {
    send_buffers(convention, TINY);
}

static void one_buffer(enum convention convention) {
    send_buffers(convention, 1);
}

const struct attack attack_tiny_buffers = {"tiny-buffers", tiny_buffers_cheat, one_buffer};

static void huge_size_cheat(enum convention convention) {
    struct batch batch;
    int sender;
    set_up(&batch, convention, 1, &sender);
    batch_set_payload(&batch, 0, batch.payloads, SIZE_MAX);
    must(batch_send(&batch, sender, 1, 0) == -EINVAL, "send");
}

const struct attack attack_huge_size = {"huge-size", huge_size_cheat, one_buffer};

/* The kernel takes the low half of the register only. */
static void above_4g_cheat(enum convention convention) {
    struct batch batch;
    int sender;
    int at = set_up(&batch, convention, 1, &sender);
    batch.headers = (void *)(uintptr_t)((uint64_t)(uintptr_t)batch.headers | HIGH_HALF);
    must(batch_send(&batch, sender, 1, 0) == 1, "send");
    must(delivers(at, 1), "delivered");
}

const struct attack attack_above_4g = {"above-4g", above_4g_cheat, one_buffer};

/* Most kernels do not know the convention. */
static void x32_cheat(enum convention convention) {
    struct batch batch;
    int sender;
    set_up(&batch, convention, 1, &sender);
    syscall(X32_SENDMMSG, sender, batch.headers, 1, 0);
}

const struct attack attack_x32 = {"x32", x32_cheat, one_buffer};

static void receive_unix(enum convention convention, unsigned flags) {
    int pair[2];
    struct batch batch;
    must(!socketpair(AF_UNIX, SOCK_STREAM, 0, pair), "socketpair");
    need(send(pair[0], "xyz", 3, (int)flags) == 3, "send");
    batch_init(&batch, convention, 1);
    batch_set(&batch, 0, NULL, 0, "y");
    must(batch_recv(&batch, pair[1], 1, flags, 0) == 1, "receive");
}

static void unix_oob_cheat(enum convention convention) {
    receive_unix(convention, MSG_OOB);
}

static void unix_honest(enum convention convention) {
    receive_unix(convention, 0);
}

const struct attack attack_unix_oob = {"unix-oob", unix_oob_cheat, unix_honest};
