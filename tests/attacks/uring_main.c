// SPDX-License-Identifier: Apache-2.0
// uring CASE [sqpoll] [async] [fixed] [link]: messages through io_uring on loopback. Prints what it
// knows of each completion, as one JSON object a line.

#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#include "uring_cases.h"

#define RECV_MULTISHOT (1u << 1)

struct options options;

int use_fixed(struct traffic *t, int fd) {
    if (!options.fixed)
        return fd;
    must(!syscall(SYS_io_uring_register, t->ring.fd, IORING_REGISTER_FILES, &fd, 1), "register");
    t->sqe_flags |= IOSQE_FIXED_FILE;
    return 0;
}

void set_up(struct traffic *t) {
    *t = (struct traffic){.receiver = -1};
    ring_open(&t->ring, 32, options.sqpoll ? IORING_SETUP_SQPOLL : 0);
    t->receiver = receiver(&t->to, "127.0.0.1");
    t->sender = receiver(&t->from, "127.0.0.1");
    if (options.async)
        t->sqe_flags |= IOSQE_ASYNC;
    for (int i = 0; i < N; i++) {
        snprintf(t->data[i], sizeof(t->data[i]), "message%.*s", i, "....");
        t->iov[i] = (struct iovec){t->data[i], strlen(t->data[i])};
        t->name[i] = t->to;
        t->msg[i] = (struct msghdr){.msg_name = &t->name[i],
                                    .msg_namelen = sizeof(t->name[i]),
                                    .msg_iov = &t->iov[i],
                                    .msg_iovlen = 1};
    }
}

void told(const char *event, const struct traffic *t, struct completion cqe, int i) {
    printf("{\"event\":\"%s\",\"user_data\":%llu,\"ret\":%d,\"msg\":%llu,\"to\":%u,\"from\":%u,"
           "\"pid\":%d}\n",
           event, (unsigned long long)cqe.user_data, cqe.res,
           (unsigned long long)(uintptr_t)&t->msg[i], ntohs(t->to.sin_port),
           ntohs(t->from.sin_port), getpid());
}

void told_all(const char *event, struct traffic *t, int n) {
    for (int i = 0; i < n; i++) {
        struct completion cqe = ring_wait(&t->ring);
        if (cqe.flags & IORING_CQE_F_NOTIF)
            i--; /* of a zero-copy send: its buffer is free */
        else
            told(event, t, cqe, (int)cqe.user_data);
    }
    fflush(stdout);
}

static void send_all(uint8_t opcode, const char *event) {
    bool buffers = opcode == IORING_OP_SEND || opcode == IORING_OP_SEND_ZC;
    struct traffic t;
    set_up(&t);
    must(!buffers || !connect(t.sender, (struct sockaddr *)&t.to, sizeof(t.to)), "connect");
    int fd = use_fixed(&t, t.sender);
    for (int i = 0; i < N; i++) {
        struct io_uring_sqe *sqe = ring_sqe(&t.ring, opcode, fd, (uint64_t)i);
        sqe->flags = t.sqe_flags | (options.link && i < N - 1 ? IOSQE_IO_LINK : 0);
        sqe->addr = buffers ? (uintptr_t)t.data[i] : (uintptr_t)&t.msg[i];
        sqe->len = buffers ? (uint32_t)t.iov[i].iov_len : 1;
    }
    ring_submit(&t.ring);
    told_all(event, &t, N);
    must(delivers(t.receiver, N), "delivered");
    ring_close(&t.ring);
}

#define SEND(name, opcode)                                                                         \
    static void case_##name(void) {                                                                \
        send_all(opcode, "io_uring_" #name);                                                       \
    }
SEND(sendmsg, IORING_OP_SENDMSG)
SEND(sendmsg_zc, IORING_OP_SENDMSG_ZC)
SEND(send, IORING_OP_SEND)
SEND(send_zc, IORING_OP_SEND_ZC)

/* ---- Receives: submitted first, so that each must wait for its message ---- */

void post_messages(struct traffic *t) {
    for (int i = 0; i < N; i++) {
        struct msghdr h = t->msg[i];
        must(sendmsg(t->sender, &h, 0) == (ssize_t)t->iov[i].iov_len, "sendmsg");
    }
}

static void receive(uint8_t opcode, const char *event) {
    static char into[N][64];
    static struct sockaddr_in name[N];
    struct traffic t;
    set_up(&t);
    int fd = use_fixed(&t, t.receiver);
    struct iovec iov[N];
    struct msghdr msg[N];
    for (int i = 0; i < N; i++) {
        iov[i] = (struct iovec){into[i], sizeof(into[i])};
        msg[i] = (struct msghdr){.msg_name = &name[i],
                                 .msg_namelen = sizeof(name[i]),
                                 .msg_iov = &iov[i],
                                 .msg_iovlen = 1};
        struct io_uring_sqe *sqe = ring_sqe(&t.ring, opcode, fd, (uint64_t)i);
        sqe->flags = t.sqe_flags;
        sqe->addr = opcode == IORING_OP_RECVMSG ? (uintptr_t)&msg[i] : (uintptr_t)into[i];
        sqe->len = opcode == IORING_OP_RECVMSG ? 1 : sizeof(into[i]);
    }
    ring_submit(&t.ring);
    post_messages(&t);
    told_all(event, &t, N);
    ring_close(&t.ring);
}

/* One whose message comes after longer than a request is kept back. */
static void case_waiting(void) {
    static char into[64];
    struct traffic t;
    set_up(&t);
    struct io_uring_sqe *sqe = ring_sqe(&t.ring, IORING_OP_RECV, use_fixed(&t, t.receiver), 0);
    sqe->flags = t.sqe_flags;
    sqe->addr = (uintptr_t)into;
    sqe->len = sizeof(into);
    ring_submit(&t.ring);
    usleep(1700000);
    post_messages(&t);
    told_all("io_uring_recv", &t, 1);
    ring_close(&t.ring);
}

static void case_recvmsg(void) {
    receive(IORING_OP_RECVMSG, "io_uring_recvmsg");
}

static void case_recv(void) {
    receive(IORING_OP_RECV, "io_uring_recv");
}

/* One request, N completions, buffers that the kernel picks. */
static void case_multishot(void) {
    static char pool[N * 2][64];
    struct traffic t;
    set_up(&t);
    struct io_uring_sqe *sqe = ring_sqe(&t.ring, IORING_OP_PROVIDE_BUFFERS, N * 2, 99);
    sqe->addr = (uintptr_t)pool;
    sqe->len = sizeof(pool[0]);
    sqe->buf_group = 1;
    ring_submit(&t.ring);
    must(ring_wait(&t.ring).res >= 0, "buffers");
    sqe = ring_sqe(&t.ring, IORING_OP_RECV, t.receiver, 7);
    sqe->flags = IOSQE_BUFFER_SELECT;
    sqe->ioprio = RECV_MULTISHOT;
    sqe->buf_group = 1;
    ring_submit(&t.ring);
    post_messages(&t);
    for (int i = 0; i < N; i++)
        told("io_uring_recv", &t, ring_wait(&t.ring), 0);
    sqe = ring_sqe(&t.ring, IORING_OP_ASYNC_CANCEL, -1, 98);
    sqe->addr = 7;
    ring_submit(&t.ring);
    for (int i = 0; i < 2; i++)
        must(ring_wait(&t.ring).res <= 0, "the end of the request");
    fflush(stdout);
    ring_close(&t.ring);
}

static const struct {
    const char *name;
    void (*run)(void);
} cases[] = {
    {"sendmsg", case_sendmsg},
    {"sendmsg_zc", case_sendmsg_zc},
    {"send", case_send},
    {"send_zc", case_send_zc},
    {"recvmsg", case_recvmsg},
    {"recv", case_recv},
    {"multishot", case_multishot},
    {"skip", case_skip},
    {"rewrite", case_rewrite},
    {"served", case_served},
    {"write", case_write},
    {"ring-write", case_ring_write},
    {"waiting", case_waiting},
    {"refused", case_refused},
    {"vectorized", case_vectorized},
    {"skip-many", case_skip_many},
};

static bool has(int argc, char **argv, const char *word) {
    for (int i = 2; i < argc; i++)
        if (!strcmp(argv[i], word))
            return true;
    return false;
}

int main(int argc, char **argv) {
    options = (struct options){has(argc, argv, "sqpoll"), has(argc, argv, "async"),
                               has(argc, argv, "fixed"), has(argc, argv, "link")};
    for (size_t i = 0; argc > 1 && i < sizeof(cases) / sizeof(cases[0]); i++)
        if (!strcmp(argv[1], cases[i].name)) {
            cases[i].run();
            return 0;
        }
    return 2;
}
