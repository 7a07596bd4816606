// SPDX-License-Identifier: Apache-2.0
// Honest sends, continued: those that somebody who makes them in another way than asked may get
// wrong.

#include "honest_sends.h"

#include <errno.h>
#include <linux/errqueue.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

static bool narrow(void) {
    return sizeof(void *) == 4 || convention != NATIVE;
}

static unsigned headers_a_page(void) {
    return PAGE / (narrow() ? 32 : 64);
}

/* The last header lies on a page of its own, of which something is wrong. */
static void last_header(void) {
    unsigned n = headers_a_page() + 1;
    struct sockaddr_in to;
    struct batch b;
    int at = receiver(&to, "127.0.0.1"), fd = udp_socket();
    honest_fill(&b, n, &to);
    must(!mprotect(b.headers + PAGE, PAGE, PROT_READ), "mprotect");
    long ret = batch_send(&b, fd, n, 0);
    printf("last header read-only: %ld, arrived %d\n", ret, honest_arrived(at, ret + 1));
    must(!munmap(b.headers + PAGE, PAGE), "munmap");
    ret = batch_send(&b, fd, n, 0);
    printf("last header gone: %ld, arrived %d\n", ret, honest_arrived(at, ret));
}

/* sendmmsg heeds one flag of those in a header. */
static void header_flags(void) {
    struct batch b;
    int s[2];
    must(!socketpair(AF_UNIX, SOCK_SEQPACKET, 0, s), "socketpair");
    honest_fill(&b, 2, NULL);
    memset(b.headers + (narrow() ? 24 : 48), 0xff, 4);
    honest_tell("flags in a header", &b, 2, batch_send(&b, s[0], 2, MSG_NOSIGNAL), s[1]);
}

static volatile sig_atomic_t pipes;

static void on_pipe(int signal) {
    (void)signal;
    pipes++;
}

static void broken_pipe(void) {
    struct batch b;
    int s[2];
    must(!socketpair(AF_UNIX, SOCK_STREAM, 0, s), "socketpair");
    honest_fill(&b, 2, NULL);
    close(s[1]);
    signal(SIGPIPE, on_pipe);
    printf("broken pipe: %ld", batch_send(&b, s[0], 2, 0));
    printf(", %d signals; ", (int)pipes);
    printf("%ld", batch_send(&b, s[0], 2, MSG_NOSIGNAL));
    printf(", %d signals\n", (int)pipes);
}

/* Each message is told to have left, by its number. */
static void zero_copy(void) {
    struct sockaddr_in to;
    struct batch b;
    int at = receiver(&to, "127.0.0.1"), fd = udp_socket(), on = 1;
    uint32_t last = 0;
    honest_fill(&b, 3, &to);
    if (setsockopt(fd, SOL_SOCKET, SO_ZEROCOPY, &on, sizeof(on)) < 0)
        return;
    long ret = batch_send(&b, fd, 3, MSG_ZEROCOPY);
    honest_tell("without copying", &b, 3, ret, at);
    while (ret == 3 && last < 2) {
        union {
            struct cmsghdr head;
            char bytes[256];
        } control;
        struct msghdr msg = {.msg_control = &control, .msg_controllen = sizeof(control)};
        struct pollfd ready = {.fd = fd};
        must(poll(&ready, 1, 5000) == 1 && recvmsg(fd, &msg, MSG_ERRQUEUE) >= 0, "MSG_ERRQUEUE");
        last = ((struct sock_extended_err *)CMSG_DATA(&control.head))->ee_data;
    }
    printf("left up to number %u\n", last);
}

/* Control data of n words, as the convention lays it out. */
static void add_control(struct batch *b, unsigned i, int type, const void *data, uint32_t n) {
    uint32_t word = narrow() ? 4 : 8, len = word + 8 + n;
    char *control = low_pages(PAGE);
    memcpy(control, &len, 4);
    memcpy(control + word, (int[]){SOL_SOCKET, type}, 8);
    memcpy(control + word + 8, data, n);
    batch_set_control(b, i, (uintptr_t)control, len);
}

static void credentials(void) {
    struct batch b;
    int s[2], on = 1;
    union {
        struct cmsghdr head;
        char bytes[256];
    } control;
    char data[PAYLOAD];
    struct iovec iov = {data, sizeof(data)};
    struct msghdr msg = {.msg_iov = &iov,
                         .msg_iovlen = 1,
                         .msg_control = &control,
                         .msg_controllen = sizeof(control)};
    struct ucred mine = {getpid(), getuid(), getgid()}, wrong = {1, getuid(), getgid()}, got;
    must(!socketpair(AF_UNIX, SOCK_DGRAM, 0, s), "socketpair");
    setsockopt(s[1], SOL_SOCKET, SO_PASSCRED, &on, sizeof(on));
    honest_fill(&b, 1, NULL);
    add_control(&b, 0, SCM_CREDENTIALS, &mine, sizeof(mine));
    printf("own credentials: %ld", batch_send(&b, s[0], 1, 0));
    must(recvmsg(s[1], &msg, 0) >= 0, "recvmsg");
    memcpy(&got, CMSG_DATA(&control.head), sizeof(got));
    printf(", arrived %d\n", !memcmp(&got, &mine, sizeof(got)));
    add_control(&b, 0, SCM_CREDENTIALS, &wrong, sizeof(wrong));
    printf("another's credentials: %ld\n", batch_send(&b, s[0], 1, 0));
}

/* ---- Many at a time ---- */

#define THREADS 40

struct sender {
    pthread_t thread;
    int fd;
    long ret;
};

static atomic_int finished;

static void *send_two(void *arg) {
    struct sender *sender = arg;
    struct batch b;
    honest_fill(&b, 2, NULL);
    sender->ret = batch_send(&b, sender->fd, 2, 0);
    finished++;
    return NULL;
}

/* None can send before all have tried. */
static void many_threads(void) {
    struct sender senders[THREADS];
    struct batch b;
    struct timeval patience = {.tv_usec = 100000};
    char data[PAYLOAD];
    int s[2], sum = 0;
    must(!socketpair(AF_UNIX, SOCK_DGRAM, 0, s), "socketpair");
    honest_fill(&b, 1, NULL);
    while (batch_send(&b, s[0], 1, MSG_DONTWAIT) == 1)
        ;
    for (int i = 0; i < THREADS; i++) {
        senders[i].fd = s[0];
        must(!pthread_create(&senders[i].thread, NULL, send_two, &senders[i]), "thread");
    }
    usleep(100000);
    shutdown(s[0], SHUT_RD);
    setsockopt(s[1], SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
    while (finished < THREADS)
        recv(s[1], data, sizeof(data), 0);
    for (int i = 0; i < THREADS; i++) {
        pthread_join(senders[i].thread, NULL);
        sum += (int)senders[i].ret;
    }
    printf("many threads: %d sent\n", sum);
}

/* ---- Other processes ---- */

static void borrowed_memory(void) {
    static volatile long ret;
    struct sockaddr_in to;
    struct batch b;
    int at = receiver(&to, "127.0.0.1"), fd = udp_socket();
    honest_fill(&b, 2, &to);
    pid_t child = vfork();
    if (child == 0) {
        ret = batch_send(&b, fd, 2, 0);
        _exit(0);
    }
    waitpid(child, NULL, 0);
    honest_tell("with borrowed memory", &b, 2, ret, at);
}

void honest_more(void) {
    last_header();
    header_flags();
    broken_pipe();
    zero_copy();
    credentials();
    many_threads();
    borrowed_memory();
}
