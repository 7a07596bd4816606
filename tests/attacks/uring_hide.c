// SPDX-License-Identifier: Apache-2.0
// uring-hide CASE: sends through io_uring beside other requests that could pass for their
// explanation, or in ways that leave no completion. Prints how many messages arrived.

#include <linux/time_types.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "attack.h"
#include "ring.h"

#define SENDS 8

static struct ring ring;
static struct sockaddr_in to, from;
static int at, sender;
static char bytes[64] = "bytes that are sent";
static struct iovec iov = {bytes, 7};
static struct msghdr message = {
    .msg_name = &to, .msg_namelen = sizeof(to), .msg_iov = &iov, .msg_iovlen = 1};

static void set_up(void) {
    ring_open(&ring, 32, 0);
    at = receiver(&to, "127.0.0.1");
    sender = receiver(&from, "127.0.0.1");
    must(!connect(sender, (struct sockaddr *)&to, sizeof(to)), "connect");
}

static struct io_uring_sqe *request(uint8_t opcode, int fd, const void *what, unsigned n) {
    struct io_uring_sqe *sqe = ring_sqe(&ring, opcode, fd, 0);
    sqe->addr = (uintptr_t)what;
    sqe->len = n;
    return sqe;
}

static int done(void) {
    return ring_wait(&ring).res;
}

/* Keeps what follows in the queue for a while. */
static void later(void) {
    static struct __kernel_timespec soon = {.tv_nsec = 300000000};
    request(IORING_OP_TIMEOUT, -1, &soon, 1)->flags = IOSQE_IO_HARDLINK;
}

static void writes(int n) {
    for (int i = 0; i < n; i++) {
        request(IORING_OP_WRITE, sender, bytes, 5);
        ring_submit(&ring);
        must(done() == 5, "write");
    }
}

static void arrived(int n) {
    printf("{\"arrived\":%d}\n", drain(at, n));
}

/* Written while a receive waits on the socket. */
static void case_receive_waits(void) {
    static char into[64];
    request(IORING_OP_RECV, sender, into, sizeof(into));
    ring_submit(&ring);
    writes(1);
}

/* Written while a send waits for its turn on the socket. */
static void case_send_waits(void) {
    later();
    request(IORING_OP_SENDMSG, sender, &message, 1);
    ring_submit(&ring);
    writes(3);
    must(done() < 0, "the wait");
    must(done() == 7, "the send");
}

/* The same of a send on what is no socket. */
static void case_other_waits(void) {
    later();
    request(IORING_OP_SENDMSG, 1000, &message, 1);
    ring_submit(&ring);
    writes(1);
    must(done() < 0, "the wait");
    must(done() < 0, "the send");
}

/* Written, and sent, in one batch: their completions come after both. */
static void case_one_batch(void) {
    request(IORING_OP_WRITE, sender, bytes, 7);
    request(IORING_OP_SEND, sender, bytes, 7);
    request(IORING_OP_WRITE, sender, bytes, 7);
    ring_submit(&ring);
    for (int i = 0; i < 3; i++)
        must(done() == 7, "send");
}

/* Written without a completion while a send waits. */
static void case_silent_write(void) {
    later();
    request(IORING_OP_SENDMSG, sender, &message, 1);
    ring_submit(&ring);
    request(IORING_OP_WRITE, sender, bytes, 5)->flags = IOSQE_CQE_SKIP_SUCCESS;
    ring_submit(&ring);
    must(done() < 0, "the wait");
    must(done() == 7, "the send");
}

/* On a socket that does not exist yet when the send is asked for, without a completion. */
static void case_silent_socket(void) {
    int none = -1;
    must(!syscall(SYS_io_uring_register, ring.fd, IORING_REGISTER_FILES, &none, 1), "register");
    struct io_uring_sqe *sqe = ring_sqe(&ring, IORING_OP_SOCKET, AF_INET, 0);
    sqe->off = SOCK_DGRAM;
    sqe->file_index = 1;
    sqe->flags = IOSQE_IO_LINK;
    request(IORING_OP_SENDMSG, 0, &message, 1)->flags = IOSQE_FIXED_FILE | IOSQE_CQE_SKIP_SUCCESS;
    ring_submit(&ring);
    must(done() == 0, "socket");
}

/* A row of them, each of another length. */
static void case_silent_row(void) {
    for (unsigned i = 0; i < SENDS; i++)
        request(IORING_OP_SEND, sender, bytes, 1 + i)->flags =
            IOSQE_CQE_SKIP_SUCCESS | (i < SENDS - 1 ? IOSQE_IO_LINK : 0);
    ring_submit(&ring);
}

static const struct {
    const char *name;
    void (*run)(void);
    int sent;
} cases[] = {
    {"receive-waits", case_receive_waits, 1}, {"send-waits", case_send_waits, 4},
    {"other-waits", case_other_waits, 1},     {"one-batch", case_one_batch, 3},
    {"silent-write", case_silent_write, 2},   {"silent-socket", case_silent_socket, 1},
    {"silent-row", case_silent_row, SENDS},
};

int main(int argc, char **argv) {
    for (size_t i = 0; argc > 1 && i < sizeof(cases) / sizeof(cases[0]); i++)
        if (!strcmp(argv[1], cases[i].name)) {
            set_up();
            cases[i].run();
            arrived(cases[i].sent);
            ring_close(&ring);
            return 0;
        }
    return 2;
}
