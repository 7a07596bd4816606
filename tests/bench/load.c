// SPDX-License-Identifier: Apache-2.0
// load NAME: times one kind of call on loopback and prints nanoseconds a call (the median of
// rounds), or what else that load has to tell.

#include <arpa/inet.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "figure.h"

#define BATCH 8
#define ROOM 1024
#define ROUNDS 15

static struct mmsghdr out[BATCH], in[ROOM];
static struct iovec out_iov[BATCH], in_iov[ROOM];
static char payload[64], room[2048];
static struct sockaddr_in to;
static int sender, at;

static void must(int ok, const char *what) {
    if (ok)
        return;
    perror(what);
    exit(EXIT_FAILURE);
}

static void set_up(void) {
    socklen_t len = sizeof(to);

    sender = socket(AF_INET, SOCK_DGRAM, 0);
    at = socket(AF_INET, SOCK_DGRAM, 0);
    to = (struct sockaddr_in){.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    must(!bind(at, (struct sockaddr *)&to, len), "bind");
    must(!getsockname(at, (struct sockaddr *)&to, &len), "getsockname");
    for (int i = 0; i < BATCH; i++) {
        out_iov[i] = (struct iovec){payload, sizeof(payload)};
        out[i].msg_hdr = (struct msghdr){
            .msg_name = &to, .msg_namelen = sizeof(to), .msg_iov = &out_iov[i], .msg_iovlen = 1};
    }
    for (int i = 0; i < ROOM; i++) {
        in_iov[i] = (struct iovec){room, sizeof(room)};
        in[i].msg_hdr = (struct msghdr){.msg_iov = &in_iov[i], .msg_iovlen = 1};
    }
}

static void drain(void) {
    while (recvmmsg(at, in, BATCH, MSG_DONTWAIT, NULL) > 0)
        ;
}

/* Each does n calls and returns the time they took; what has to be done besides is not counted. */
static double sends(int n) {
    double spent = 0;

    for (int i = 0; i < n; i++) {
        double begin = toc_bench_now_ns();

        must(sendmmsg(sender, out, BATCH, 0) == BATCH, "sendmmsg");
        spent += toc_bench_now_ns() - begin;
        drain();
    }
    return spent;
}

static double receives(int n) {
    double spent = 0;

    for (int i = 0; i < n; i++) {
        must(sendmmsg(sender, out, BATCH, 0) == BATCH, "sendmmsg");
        double begin = toc_bench_now_ns();

        must(recvmmsg(at, in, BATCH, MSG_DONTWAIT, NULL) == BATCH, "recvmmsg");
        spent += toc_bench_now_ns() - begin;
    }
    return spent;
}

static double emptiest(int n) {
    double begin = toc_bench_now_ns();

    for (int i = 0; i < n; i++)
        sendmmsg(sender, out, 0, 0);
    return toc_bench_now_ns() - begin;
}

static double idle_room(int n) {
    double begin = toc_bench_now_ns();

    for (int i = 0; i < n; i++)
        recvmmsg(at, in, ROOM, MSG_DONTWAIT, NULL);
    return toc_bench_now_ns() - begin;
}

static double unrelated(int n) {
    double begin = toc_bench_now_ns();

    for (int i = 0; i < n; i++)
        syscall(SYS_getppid);
    return toc_bench_now_ns() - begin;
}

static void wait_until(double at_ns) {
    while (toc_bench_now_ns() < at_ns)
        ;
}

/* 0.7 million messages a second, each call at its time or as soon after it as can be: how many
 * there were a second. */
static double paced(int n) {
    double begin = toc_bench_now_ns();

    for (int i = 0; i < n; i++) {
        wait_until(begin + i * (BATCH * 1e9 / 7e5));
        must(sendmmsg(sender, out, BATCH, 0) == BATCH, "sendmmsg");
        drain();
    }
    return n * BATCH / (toc_bench_now_ns() - begin) * 1e9;
}

/* Calls of one message at random distances of 1 to 6 ms; how many. */
static double seldom(int n) {
    for (int i = 0; i < n; i++) {
        struct timespec pause = {.tv_nsec = 1000000 + random() % 5000000};

        nanosleep(&pause, NULL);
        must(sendmmsg(sender, out, 1, 0) == 1, "sendmmsg");
        drain();
    }
    return n;
}

static const struct load {
    const char *name;
    double (*run)(int n);
    int n;
    bool once; /* the figure is what it returns, not a time */
} loads[] = {
    {"send8", sends, 4000, false},           {"recv8", receives, 4000, false},
    {"emptiest", emptiest, 40000, false},    {"idle1024", idle_room, 20000, false},
    {"unrelated", unrelated, 100000, false}, {"paced8", paced, 175000, true},
    {"seldom", seldom, 400, true},
};

int main(int argc, char **argv) {
    double rounds[ROUNDS];

    set_up();
    for (size_t i = 0; argc > 1 && i < sizeof(loads) / sizeof(loads[0]); i++) {
        if (strcmp(loads[i].name, argv[1]))
            continue;
        int n = toc_bench_smoke() ? loads[i].n / 100 : loads[i].n;

        if (loads[i].once) {
            fprintf(stderr, "%.1f\n", loads[i].run(n));
            return 0;
        }
        loads[i].run(n / 10);
        for (int r = 0; r < ROUNDS; r++)
            rounds[r] = loads[i].run(n) / n;
        fprintf(stderr, "%.1f\n", toc_median(rounds, ROUNDS));
        return 0;
    }
    fprintf(stderr, "usage: load NAME\n");
    return 2;
}
