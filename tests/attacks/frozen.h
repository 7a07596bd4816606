// SPDX-License-Identifier: Apache-2.0
// What the races against frozen sends share.
#pragma once

#include <pthread.h>
#include <stdatomic.h>

#include "attack.h"

/* A batch of two, the second of which says now what is allowed, now what is forbidden. */
struct race {
    enum convention convention;
    enum { BATCH, SENDMSG, SENDTO } call; /* the two of its second message alone */
    struct batch batch;
    char *payload;                  /* of that one, */
    size_t length;                  /* its bytes, */
    size_t name_n;                  /* and those of its name */
    int sender, allowed, forbidden; /* sockets */
    void (*turn)(struct race *race, bool forbidden);
    atomic_bool over;
    unsigned meddled; /* times that a thread changed what is mapped at the copy */
};

/* Threads that work against it until it is over. */
void *race_turn(void *race);
void *race_meddle(void *race);
void *race_exchange(void *race);

/* Makes that system call of the program's own convention fail from now on. */
void forbid_call(long nr, int error);
