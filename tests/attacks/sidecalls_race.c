// SPDX-License-Identifier: Apache-2.0
// sidecalls poll-race|connect-race [honest]: another thread rewrites what a call was given.

#include <arpa/inet.h>
#include <pthread.h>
#include <stdatomic.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "sidecalls.h"

static bool honest;

static void *rewrite_later(void *arg) {
    struct pollfd *fds = arg;

    usleep(50000);
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

static void *flip_address(void *arg) {
    volatile uint32_t *ip = &((struct sockaddr_in *)arg)->sin_addr.s_addr;

    while (atomic_load(&connecting) && !honest) {
        *ip = htonl(INADDR_LOOPBACK + 1);
        *ip = htonl(INADDR_LOOPBACK);
    }
    return NULL;
}

static void connect_race(void) {
    struct sockaddr_in *to = (struct sockaddr_in *)&m->address;
    time_t end = time(NULL) + CONNECTS_SECONDS;
    int fd = udp_socket();
    pthread_t thread;

    *to = (struct sockaddr_in){.sin_family = AF_INET, .sin_port = htons(9)};
    to->sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    atomic_store(&connecting, true);
    must(!pthread_create(&thread, NULL, flip_address, to), "thread");
    while (time(NULL) <= end)
        must(CALL(CONNECT, fd, at(to), sizeof(*to)) == 0, "connect");
    atomic_store(&connecting, false);
    pthread_join(thread, NULL);
}

bool race(const char *name, bool is_honest) {
    honest = is_honest;
    if (!strcmp(name, "poll-race"))
        poll_race();
    else if (!strcmp(name, "connect-race"))
        connect_race();
    else
        return false;
    return true;
}
