// SPDX-License-Identifier: Apache-2.0
// sidecalls poll-race [honest]: another thread rewrites what a call was
// given.

#include <pthread.h>
#include <string.h>
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

bool race(const char *name, bool is_honest) {
    honest = is_honest;
    if (strcmp(name, "poll-race"))
        return false;
    poll_race();
    return true;
}
