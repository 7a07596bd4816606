// SPDX-License-Identifier: Apache-2.0
// What the programs that make each call once share.
#pragma once

#include <poll.h>
#include <sys/epoll.h>

#include "attack.h"

#define MAX_FD 70
#define MASK UINT64_C(0x4002)

enum {
    SELECT,
    OLD_SELECT,
    PSELECT6,
    PSELECT6_64,
    POLL,
    PPOLL,
    PPOLL_64,
    EPOLL_WAIT,
    EPOLL_PWAIT,
    EPOLL_PWAIT2,
    CONNECT,
    CLOSE,
    DUP2,
    DUP3,
    USERFAULTFD,
    PRCTL,
    URING,
    BPF
};

/* What pointers point to; all of it below 4 GiB. */
extern struct memory {
    uint8_t sets[3][128], before[3][128];
    int64_t time[2];
    uint64_t mask;
    uint64_t packed[2];
    uint32_t args[6];
    struct pollfd fds[3];
    struct epoll_event events[4];
    struct sockaddr_storage address;
    uint32_t uring[30];
    uint64_t attr[16];
} * m;

extern enum convention convention;
extern bool compat;            /* a call of i386 */
extern int ready[2], quiet[2]; /* pipes: the first has a byte in it */

/* The number of a call here, 0: there is none. */
int call_number(int which);
/* Makes it; the kernel's value, the count or -errno. */
#define CALL(which, ...) call(which, (long[6]){__VA_ARGS__})
long call(int which, const long *a);

/* Begin and end the line of a call. */
void tell(int which, long ret);
void told(void);

static inline long at(const void *p) {
    return (long)(uintptr_t)p;
}

/* The race of that name, in sidecalls_race.c. False: there is none. */
bool race(const char *name, bool is_honest);

/* Every wait, in sidecalls_wait.c. */
void wait_each(void);
