// SPDX-License-Identifier: Apache-2.0
// sidecalls poll-race|connect-race|connect6-race|connect-unix-race [honest]: another thread
// rewrites what a call was given.

#include <arpa/inet.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include "sidecalls.h"

static bool honest;

static void *rewrite_later(void *arg) {
    struct pollfd *fds = arg;

    until_blocked();
    if (!honest)
        fds[0].fd = 60;
    return NULL;
}

static void poll_race(void) {
    pthread_t thread;

    m->fds[0] = (struct pollfd){.fd = quiet[0], .events = POLLIN};
    must(!pthread_create(&thread, NULL, rewrite_later, m->fds), "thread");
    must(CALL(POLL, at(m->fds), 1, 200) == 0, "poll");
    pthread_join(thread, NULL);
}

/* ---- Where a connect goes, by luck: the kernel copies the address after a monitor looked ---- */

#define CONNECTS_SECONDS 1

static atomic_bool connecting;

/* 16 bits of an address, and what they are in turn. */
struct flip {
    volatile uint16_t *at;
    uint16_t shown, other;
};

static void *flip_address(void *arg) {
    const struct flip *flip = arg;

    while (atomic_load(&connecting) && !honest) {
        *flip->at = flip->other;
        *flip->at = flip->shown;
    }
    return NULL;
}

static void connect_while(int fd, size_t size, struct flip flip) {
    time_t end = time(NULL) + CONNECTS_SECONDS;
    pthread_t thread;

    atomic_store(&connecting, true);
    must(!pthread_create(&thread, NULL, flip_address, &flip), "thread");
    while (time(NULL) <= end)
        must(CALL(CONNECT, fd, at(&m->address), (long)size) == 0, "connect");
    atomic_store(&connecting, false);
    pthread_join(thread, NULL);
}

/* To 127.0.0.1 or 127.0.0.2. */
static void connect_race(void) {
    struct sockaddr_in *to = (struct sockaddr_in *)&m->address;

    *to = (struct sockaddr_in){.sin_family = AF_INET, .sin_port = htons(9)};
    to->sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    connect_while(udp_socket(), sizeof(*to),
                  (struct flip){(uint16_t *)&to->sin_addr + 1, htons(1), htons(2)});
}

/* To one port or another. */
static void connect6_race(void) {
    struct sockaddr_in6 *to = (struct sockaddr_in6 *)&m->address;
    int fd = socket(AF_INET6, SOCK_DGRAM, 0);

    need(fd >= 0, "IPv6");
    *to = (struct sockaddr_in6){.sin6_family = AF_INET6, .sin6_port = htons(9)};
    to->sin6_addr = in6addr_loopback;
    connect_while(fd, sizeof(*to), (struct flip){&to->sin6_port, htons(9), htons(7)});
}

/* An abstract name, which ends with two digits. */
static socklen_t unix_name(struct sockaddr_un *ret, const char *digits) {
    *ret = (struct sockaddr_un){.sun_family = AF_UNIX};
    return (socklen_t)(offsetof(struct sockaddr_un, sun_path) + 1) +
           (socklen_t)snprintf(ret->sun_path + 1, sizeof(ret->sun_path) - 1, "%070d-%s",
                               (int)getpid(), digits);
}

static uint16_t unix_bound(int type, const char *digits) {
    struct sockaddr_un name;
    socklen_t n = unix_name(&name, digits);
    int fd = socket(AF_UNIX, type, 0);
    uint16_t last;

    must(fd >= 0 && !bind(fd, (struct sockaddr *)&name, n), "bind");
    memcpy(&last, digits, sizeof(last));
    return last;
}

/* To one socket or another, by a name that is too long for the place of an IP address. */
static void connect_unix_race(void) {
    struct sockaddr_un *to = (struct sockaddr_un *)&m->address;
    uint16_t shown = unix_bound(SOCK_DGRAM, "00"), other = unix_bound(SOCK_DGRAM, "11");
    socklen_t n = unix_name(to, "00");

    connect_while(socket(AF_UNIX, SOCK_DGRAM, 0), n,
                  (struct flip){(uint16_t *)((char *)to + n - sizeof(shown)), shown, other});
}

bool race(const char *name, bool is_honest) {
    honest = is_honest;
    if (!strcmp(name, "poll-race"))
        poll_race();
    else if (!strcmp(name, "connect-race"))
        connect_race();
    else if (!strcmp(name, "connect6-race"))
        connect6_race();
    else if (!strcmp(name, "connect-unix-race"))
        connect_unix_race();
    else
        return false;
    return true;
}
