// SPDX-License-Identifier: Apache-2.0
// honest-sends CONVENTION [last]: sends of many kinds, and on standard output all that a program
// can notice of them: the same with and without anybody in between.

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/time.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "honest_sends.h"

enum convention convention;

/* One that was sent may arrive a moment later, when the kernel has other work. */
static ssize_t take(int at, char data[PAYLOAD], bool was_sent) {
    struct timeval patience = {.tv_sec = was_sent ? 5 : 0};
    ssize_t got;
    setsockopt(at, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
    do
        got = recv(at, data, PAYLOAD, was_sent ? 0 : MSG_DONTWAIT);
    while (got < 0 && errno == EINTR);
    return got;
}

int honest_arrived(int at, long n) {
    char data[PAYLOAD];
    int arrived = 0;
    while (take(at, data, arrived < n) >= 0)
        arrived++;
    return arrived;
}

void honest_tell(const char *what, struct batch *batch, unsigned n, long ret, int at) {
    char data[PAYLOAD];
    long sent = batch ? ret : ret >= 0;
    printf("%s: %ld, lengths", what, ret);
    for (unsigned i = 0; i < n && i < 8; i++)
        printf(" %u", batch_msg_len(batch, i));
    for (ssize_t got; at >= 0 && (got = take(at, data, sent-- > 0)) >= 0;)
        printf(" [%.*s]", (int)got, data);
    printf("\n");
    fflush(stdout);
}

void honest_fill(struct batch *batch, unsigned n, const struct sockaddr_in *to) {
    char text[16];
    batch_init(batch, convention, n);
    for (unsigned i = 0; i < n; i++) {
        snprintf(text, sizeof(text), "m%u", i);
        batch_set(batch, i, to, to ? sizeof(*to) : 0, text);
    }
}

static void datagrams(void) {
    struct sockaddr_in to;
    struct batch b;
    int at = receiver(&to, "127.0.0.1"), fd = udp_socket(), connected = udp_socket();
    honest_fill(&b, 5, &to);
    honest_tell("five", &b, 5, batch_send(&b, fd, 5, 0), at);
    honest_tell("none", &b, 0, batch_send(&b, fd, 0, 0), at);
    honest_tell("no descriptor", &b, 1, batch_send(&b, -1, 1, 0), at);
    honest_tell("no socket", &b, 1, batch_send(&b, 1, 1, 0), at);
    honest_tell("none, no descriptor", &b, 0, batch_send(&b, -1, 0, 0), at);
    honest_tell("a flag of the kernel's", &b, 5, batch_send(&b, fd, 5, 0x80000000u), at);
    batch_set_iov(&b, 2, 8);
    honest_tell("third buffer not there", &b, 5, batch_send(&b, fd, 5, 0), at);
    honest_fill(&b, 3, &to);
    batch_set_name(&b, 0, 8, 16);
    honest_tell("first name not there", &b, 3, batch_send(&b, fd, 3, 0), at);
    honest_fill(&b, 3, &to);
    batch_set_name(&b, 1, (uintptr_t)b.names, (unsigned)-1);
    honest_tell("negative length", &b, 3, batch_send(&b, fd, 3, 0), at);
    honest_fill(&b, 3, NULL);
    honest_tell("no names", &b, 3, batch_send(&b, fd, 3, 0), at);
    must(!connect(connected, (struct sockaddr *)&to, sizeof(to)), "connect");
    honest_tell("connected", &b, 3, batch_send(&b, connected, 3, MSG_DONTWAIT), at);
    batch_set_payload(&b, 1, (void *)8, 4);
    honest_tell("payload not there", &b, 3, batch_send(&b, connected, 3, 0), at);
    honest_fill(&b, 1024, &to);
    long ret = batch_send(&b, fd, 1024, 0);
    printf("many: %ld %u %d\n", ret, batch_msg_len(&b, 1023), drain(at, 1) > 0);
    honest_fill(&b, 8, &to);
    batch_set_iov_count(&b, 0, 8);
    honest_tell("eight pieces", &b, 1, batch_send(&b, fd, 1, 0), at);
    batch_set_iov_count(&b, 0, 1025);
    honest_tell("too many pieces", &b, 1, batch_send(&b, fd, 1, 0), at);
}

static void memory(void) {
    struct sockaddr_in to;
    struct batch b;
    int at = receiver(&to, "127.0.0.1"), fd = udp_socket();
    honest_fill(&b, 2, &to);
    batch_set_name(&b, 1, (uintptr_t)file_page(&to, sizeof(to)), sizeof(to));
    honest_tell("cold name", &b, 2, batch_send(&b, fd, 2, 0), at);
    honest_fill(&b, 3, &to);
    must(!mprotect(b.headers, b.headers_size, PROT_READ), "mprotect");
    long ret = batch_send(&b, fd, 3, 0);
    printf("headers read-only: %ld, arrived %d\n", ret, honest_arrived(at, 1));
    honest_fill(&b, 2, &to);
    must(!munmap(b.headers, b.headers_size), "munmap");
    honest_tell("headers gone", &b, 0, batch_send(&b, fd, 2, 0), at);
}

static void pieces_of_a_stream(void) {
    struct batch b;
    int s[2], size = 4096;
    static char big[1 << 20];
    must(!socketpair(AF_UNIX, SOCK_STREAM, 0, s), "socketpair");
    setsockopt(s[0], SOL_SOCKET, SO_SNDBUF, &size, sizeof(size));
    honest_fill(&b, 3, NULL);
    char *low = low_pages(sizeof(big));
    batch_set_payload(&b, 1, low, sizeof(big));
    long ret = batch_send(&b, s[0], 3, MSG_DONTWAIT);
    printf("part of a stream: %ld %u %d %u\n", ret, batch_msg_len(&b, 0),
           batch_msg_len(&b, 1) > 0 && batch_msg_len(&b, 1) < sizeof(big), batch_msg_len(&b, 2));
    printf("full: %ld\n", batch_send(&b, s[0], 1, MSG_DONTWAIT));
    close(s[1]);
    signal(SIGPIPE, SIG_IGN);
    printf("closed: %ld\n", batch_send(&b, s[0], 1, 0));
}

volatile sig_atomic_t honest_signals;

static void on_signal(int signal) {
    (void)signal;
    honest_signals++;
}

void honest_alarm(int flags, int ms, int every_ms) {
    struct sigaction action = {.sa_handler = on_signal, .sa_flags = flags};
    struct itimerval timer = {.it_value = {0, ms * 1000}, .it_interval = {0, every_ms * 1000}};
    sigaction(SIGALRM, &action, NULL);
    setitimer(ITIMER_REAL, &timer, NULL);
}

void honest_interrupt(void) {
    honest_signals = 0;
    honest_alarm(0, 100, 100);
}

bool honest_interrupted(void) {
    honest_alarm(0, 0, 0);
    return honest_signals > 0;
}

/* A datagram socket whose peer takes nothing: a send blocks. */
static void blocked(void) {
    struct batch b;
    int s[2];
    char data[PAYLOAD];
    must(!socketpair(AF_UNIX, SOCK_DGRAM, 0, s), "socketpair");
    honest_fill(&b, 1, NULL);
    while (batch_send(&b, s[0], 1, MSG_DONTWAIT) == 1)
        ;
    printf("no room: %ld\n", batch_send(&b, s[0], 1, MSG_DONTWAIT));
    honest_interrupt();
    long ret = batch_send(&b, s[0], 1, 0);
    printf("interrupted: %ld, signals: %d\n", ret, honest_interrupted());
    must(recv(s[1], data, sizeof(data), 0) > 0, "recv");
    honest_fill(&b, 3, NULL);
    honest_interrupt();
    ret = batch_send(&b, s[0], 3, 0);
    printf("interrupted later: %ld, signals: %d\n", ret, honest_interrupted());
    struct timeval patience = {.tv_usec = 50000};
    setsockopt(s[0], SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof(patience));
    while (batch_send(&b, s[0], 1, MSG_DONTWAIT) == 1)
        ;
    printf("patience over: %ld\n", batch_send(&b, s[0], 1, 0));
}

/* The call begins anew after the signal, and returns when somebody reads. */
static void restarted(void) {
    struct batch b;
    int s[2];
    static char big[1 << 16];
    must(!socketpair(AF_UNIX, SOCK_STREAM, 0, s), "socketpair");
    honest_fill(&b, 3, NULL);
    while (send(s[0], big, sizeof(big), MSG_DONTWAIT) > 0)
        ;
    while (batch_send(&b, s[0], 1, MSG_DONTWAIT) == 1)
        ;
    pid_t child = fork();
    if (child == 0) {
        usleep(400000);
        while (recv(s[1], big, sizeof(big), MSG_DONTWAIT) > 0)
            ;
        _exit(0);
    }
    honest_signals = 0;
    honest_alarm(SA_RESTART, 100, 0);
    long ret = batch_send(&b, s[0], 3, 0);
    printf("restarted: %ld, %d signals\n", ret, (int)honest_signals);
    waitpid(child, NULL, 0);
}

static void under_signals(void) {
    struct sockaddr_in to;
    struct batch b;
    int at = receiver(&to, "127.0.0.1"), fd = udp_socket();
    long sent = 0, got = 0;
    honest_fill(&b, 4, &to);
    honest_alarm(0, 1, 1);
    for (int i = 0; i < 500; i++) {
        long ret = batch_send(&b, fd, 4, 0);
        sent += ret;
        got += honest_arrived(at, ret);
    }
    honest_alarm(0, 0, 0);
    printf("under signals: %ld sent, %ld arrived\n", sent, got);
}

static void ancillary(void) {
    struct batch b;
    int s[2], on = 1;
    union {
        struct cmsghdr head;
        char bytes[256];
    } got;
    char data[PAYLOAD];
    struct iovec iov = {data, sizeof(data)};
    struct msghdr msg = {.msg_iov = &iov, .msg_iovlen = 1, .msg_control = &got};
    must(!socketpair(AF_UNIX, SOCK_DGRAM, 0, s), "socketpair");
    setsockopt(s[1], SOL_SOCKET, SO_PASSCRED, &on, sizeof(on));
    honest_fill(&b, 2, NULL);
    /* As the convention lays it out. */
    bool narrow = sizeof(void *) == 4 || convention != NATIVE;
    uint32_t word = narrow ? 4 : 8, len = word + 8 + 2 * 4;
    int32_t rights[2] = {s[0], s[1]}, where[2] = {SOL_SOCKET, SCM_RIGHTS};
    char *control = low_pages(4096);
    memcpy(control, &len, 4);
    memcpy(control + word, where, 8);
    memcpy(control + word + 8, rights, 8);
    batch_set_control(&b, 1, (uintptr_t)control, len);
    honest_tell("descriptors", &b, 2, batch_send(&b, s[0], 2, 0), -1);
    for (int i = 0; i < 2; i++) {
        msg.msg_controllen = sizeof(got);
        must(recvmsg(s[1], &msg, 0) >= 0, "recvmsg");
        for (struct cmsghdr *c = CMSG_FIRSTHDR(&msg); c; c = CMSG_NXTHDR(&msg, c)) {
            struct ucred cred = {0};
            if (c->cmsg_type == SCM_CREDENTIALS)
                memcpy(&cred, CMSG_DATA(c), sizeof(cred));
            printf("  type %d, %zu bytes, mine %d\n", c->cmsg_type,
                   (size_t)c->cmsg_len - CMSG_LEN(0), cred.pid == getpid() && cred.uid == getuid());
        }
    }
    memcpy(control, &(uint32_t){3}, 4);
    honest_tell("control too short", &b, 2, batch_send(&b, s[0], 2, 0), -1);
    batch_set_control(&b, 1, 8, 32);
    honest_tell("control not there", &b, 2, batch_send(&b, s[0], 2, 0), -1);
}

static void child(void) {
    struct sockaddr_in to;
    struct batch b;
    int at = receiver(&to, "127.0.0.1"), fd = udp_socket();
    honest_fill(&b, 2, &to);
    honest_tell("before", &b, 2, batch_send(&b, fd, 2, 0), at);
    pid_t pid = fork();
    if (pid == 0) {
        honest_tell("in the child", &b, 2, batch_send(&b, fd, 2, 0), at);
        _exit(0);
    }
    waitpid(pid, NULL, 0);
    honest_tell("after", &b, 2, batch_send(&b, fd, 2, 0), at);
}

int main(int argc, char **argv) {
    static const char *const names[] = {"native", "int80", "socketcall"};
    for (int i = 0; i < 3; i++)
        if (argc > 1 && !strcmp(argv[1], names[i]))
            convention = (enum convention)i;
    setvbuf(stdout, NULL, _IOLBF, 0);
    if (argc > 2) {
        child();
        return 0;
    }
    datagrams();
    memory();
    pieces_of_a_stream();
    blocked();
    restarted();
    under_signals();
    ancillary();
    child();
    honest_more();
    honest_singles();
    /* Once more, as another program. */
    execl("/proc/self/exe", argv[0], names[convention], "last", NULL);
    must(false, "execl");
    return 0;
}
