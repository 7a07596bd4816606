// SPDX-License-Identifier: Apache-2.0
// Makes each call that waits once, and prints what it passed and what it got back.

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "sidecalls.h"

#define USEC 250000
#define NSEC 250000001

static void set_put(int i, int fd) {
    m->sets[i][fd / 8] |= (uint8_t)(1 << fd % 8);
}

static void set_tell(const char *when, uint8_t (*sets)[128]) {
    static const char *const names[] = {"readfds", "writefds", "exceptfds"};

    for (int i = 0; i < 2; i++) {
        const char *between = "";
        printf(",\"%s_%s\":[", when, names[i]);
        for (int fd = 0; fd < MAX_FD; fd++) {
            if (!(sets[i][fd / 8] >> fd % 8 & 1))
                continue;
            printf("%s%d", between, fd);
            between = ",";
        }
        printf("]");
    }
}

/* fraction: micro- or nanoseconds; is_32: two 32-bit numbers. */
static void time_put(long sec, long fraction, bool is_32) {
    if (is_32) {
        ((int32_t *)m->time)[0] = (int32_t)sec;
        ((int32_t *)m->time)[1] = (int32_t)fraction;
    } else {
        m->time[0] = sec;
        m->time[1] = fraction;
    }
}

static void time_tell(const char *when, bool is_32, bool is_micro) {
    long long sec = is_32 ? ((int32_t *)m->time)[0] : m->time[0];
    long long fraction = is_32 ? ((int32_t *)m->time)[1] : m->time[1];

    printf(",\"%s_timeout\":[%lld,%lld]", when, sec, is_micro ? fraction * 1000 : fraction);
}

static void select_with(int which, bool is_32) {
    bool is_micro = which == SELECT || which == OLD_SELECT;
    long a[6] = {MAX_FD, at(m->sets[0]), at(m->sets[1]), 0, at(m->time), at(m->packed)};
    long ret;

    if (!call_number(which))
        return;
    memset(m->sets, 0, sizeof(m->sets));
    set_put(0, ready[0]);
    set_put(0, quiet[0]);
    set_put(1, ready[1]);
    memcpy(m->before, m->sets, sizeof(m->sets));
    time_put(3, is_micro ? USEC : NSEC, is_32);
    m->mask = MASK;
    if (compat)
        ((uint32_t *)m->packed)[0] = (uint32_t)at(&m->mask), ((uint32_t *)m->packed)[1] = 8;
    else
        m->packed[0] = (uint64_t)at(&m->mask), m->packed[1] = 8;
    for (int i = 0; i < 5; i++)
        m->args[i] = (uint32_t)a[i];
    ret = which == OLD_SELECT ? CALL(which, at(m->args)) : call(which, a);
    tell(which, ret);
    printf(",\"nfds\":%d,\"enter_timeout\":[3,%d]", MAX_FD, is_micro ? USEC * 1000 : NSEC);
    time_tell("exit", is_32, is_micro);
    set_tell("enter", m->before);
    set_tell("exit", m->sets);
    if (!is_micro)
        printf(",\"mask\":\"0x%llx\"", (unsigned long long)MASK);
    told();
}

static void poll_with(int which, bool is_32) {
    long ret;

    if (!call_number(which))
        return;
    m->fds[0] = (struct pollfd){.fd = ready[0], .events = POLLIN};
    m->fds[1] = (struct pollfd){.fd = quiet[0], .events = POLLIN | POLLPRI};
    m->fds[2] = (struct pollfd){.fd = -1, .events = POLLOUT};
    time_put(3, NSEC, is_32);
    m->mask = MASK;
    ret = which == POLL ? CALL(which, at(m->fds), 3, 3000)
                        : CALL(which, at(m->fds), 3, at(m->time), at(&m->mask), 8);
    tell(which, ret);
    printf(",\"fds\":[[%d,1,0,%d],[%d,3,0,%d],[-1,4,0,%d]]", ready[0], m->fds[0].revents, quiet[0],
           m->fds[1].revents, m->fds[2].revents);
    if (which != POLL) {
        printf(",\"enter_timeout\":[3,%d],\"mask\":\"0x%llx\"", NSEC, (unsigned long long)MASK);
        time_tell("exit", is_32, false);
    } else {
        printf(",\"timeout_ms\":3000");
    }
    told();
}

static void epoll_with(int which) {
    struct epoll_event wanted = {.events = EPOLLIN | EPOLLET,
                                 .data.u64 = UINT64_C(0x8877665544332211)};
    int epfd = epoll_create1(0);
    long ret;

    must(epfd >= 0 && !epoll_ctl(epfd, EPOLL_CTL_ADD, ready[0], &wanted), "epoll");
    time_put(3, NSEC, false);
    m->mask = MASK;
    ret = CALL(which, epfd, at(m->events), 4, which == EPOLL_PWAIT2 ? at(m->time) : 3000,
               which == EPOLL_WAIT ? 0 : at(&m->mask), 8);
    tell(which, ret);
    printf(",\"epfd\":%d,\"events\":[[%u,\"0x%llx\"]]", epfd, m->events[0].events,
           (unsigned long long)m->events[0].data.u64);
    if (which == EPOLL_PWAIT2) {
        printf(",\"enter_timeout\":[3,%d]", NSEC);
        time_tell("exit", false, false);
    }
    if (which != EPOLL_WAIT)
        printf(",\"mask\":\"0x%llx\"", (unsigned long long)MASK);
    told();
    close(epfd);
}

void wait_each(void) {
    select_with(SELECT, compat);
    select_with(OLD_SELECT, true);
    select_with(PSELECT6, compat);
    select_with(PSELECT6_64, false);
    poll_with(POLL, false);
    poll_with(PPOLL, compat);
    poll_with(PPOLL_64, false);
    epoll_with(EPOLL_WAIT);
    epoll_with(EPOLL_PWAIT);
    epoll_with(EPOLL_PWAIT2);
}
