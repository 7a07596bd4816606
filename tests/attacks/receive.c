// SPDX-License-Identifier: Apache-2.0
// Receives that go wrong on purpose: buffers or the timeout exchanged while nothing has come yet, a
// result that cannot be written, an entry that cannot be read.

#include <errno.h>
#include <pthread.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/time.h>
#include <unistd.h>

#include "attack.h"

#define ENTRIES 2
#define BUFFER 32
/* For how long a receive waits to which nothing comes. */
#define WAIT_US 300000

struct receiving {
    struct batch batch;
    struct sockaddr_in to;
    uint8_t *other; /* where message 1 is to go instead; NULL: it stays */
};

static void *send_later(void *arg) {
    struct receiving *r = arg;
    int sender = udp_socket();
    until_blocked();
    if (r->other)
        batch_set_payload(&r->batch, 1, r->other, BUFFER);
    for (unsigned i = 0; i < ENTRIES; i++)
        must(sendto(sender, "here", 4, 0, (struct sockaddr *)&r->to, sizeof(r->to)) == 4, "sendto");
    close(sender);
    return NULL;
}

/* Gives how many messages the call took. */
static long receive(enum convention convention, struct receiving *r) {
    struct sockaddr_in any = {0};
    pthread_t thread;
    int at = receiver(&r->to, "127.0.0.1");
    long taken;
    batch_init(&r->batch, convention, ENTRIES);
    for (unsigned i = 0; i < ENTRIES; i++) {
        batch_set(&r->batch, i, &any, sizeof(any), "");
        batch_set_payload(&r->batch, i, r->batch.payloads[i], BUFFER);
    }
    must(!pthread_create(&thread, NULL, send_later, r), "pthread_create");
    taken = batch_recv(&r->batch, at, ENTRIES, 0, 0);
    pthread_join(thread, NULL);
    return taken;
}

static void recv_rewrite_cheat(enum convention convention) {
    struct receiving r = {.other = low_pages(PAGE)};
    must(receive(convention, &r) == ENTRIES, "receive");
    must(!memcmp(r.other, "here", 4), "where it arrived");
}

static void recv_rewrite_honest(enum convention convention) {
    struct receiving r = {0};
    must(receive(convention, &r) == ENTRIES, "receive");
    must(!memcmp(r.batch.payloads[1], "here", 4), "where it arrived");
}

const struct attack attack_recv_rewrite = {"recv-rewrite", recv_rewrite_cheat, recv_rewrite_honest};

static void recv_kernel_later_cheat(enum convention convention) {
    struct receiving r = {.other = (void *)(uintptr_t)KERNEL_ADDRESS};
    must(receive(convention, &r) == 1, "receive");
}

const struct attack attack_recv_kernel_later = {"recv-kernel-later", recv_kernel_later_cheat,
                                                recv_rewrite_honest};

static void *write_timeout(void *arg) {
    until_blocked();
    *(uint8_t *)arg = 1;
    return NULL;
}

/* The socket gives up before anything comes: then the kernel leaves the timeout alone. The lowest
 * byte of its seconds, whatever the layout, is the first. */
static void timeout_later(enum convention convention, bool rewrite) {
    struct sockaddr_in to;
    struct batch batch;
    pthread_t thread;
    volatile uint8_t *seconds = low_pages(PAGE);
    struct timeval patience = {.tv_usec = WAIT_US};
    int at = receiver(&to, "127.0.0.1");
    must(!setsockopt(at, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience)), "setsockopt");
    batch_init(&batch, convention, 1);
    batch_set(&batch, 0, NULL, 0, "room");
    /* Until it was rewritten in time. */
    for (bool done = false; !done;) {
        *seconds = 60;
        if (rewrite)
            must(!pthread_create(&thread, NULL, write_timeout, (void *)seconds), "pthread_create");
        must(batch_recv(&batch, at, 1, 0, (uintptr_t)seconds) == -EAGAIN, "receive");
        done = !rewrite || *seconds != 60;
        if (rewrite)
            pthread_join(thread, NULL);
    }
}

static void timeout_later_cheat(enum convention convention) {
    timeout_later(convention, true);
}

static void timeout_later_honest(enum convention convention) {
    timeout_later(convention, false);
}

const struct attack attack_timeout_later = {"timeout-later", timeout_later_cheat,
                                            timeout_later_honest};

/* A batch of two with both datagrams waiting. */
static int waiting(struct batch *batch, enum convention convention) {
    struct sockaddr_in to;
    int at = receiver(&to, "127.0.0.1"), sender = udp_socket();
    for (unsigned i = 0; i < ENTRIES; i++)
        must(sendto(sender, "here", 4, 0, (struct sockaddr *)&to, sizeof(to)) == 4, "sendto");
    batch_init(batch, convention, ENTRIES);
    for (unsigned i = 0; i < ENTRIES; i++)
        batch_set(batch, i, NULL, 0, "room");
    return at;
}

static void receive_both(enum convention convention) {
    struct batch batch;
    int at = waiting(&batch, convention);
    must(batch_recv(&batch, at, ENTRIES, 0, 0) == ENTRIES, "receive");
}

/* The first message is taken, and the call says EFAULT. */
static void readonly_recv_cheat(enum convention convention) {
    struct batch batch;
    int at = waiting(&batch, convention);
    must(!mprotect(batch.headers, batch.headers_size, PROT_READ), "mprotect");
    must(batch_recv(&batch, at, ENTRIES, 0, 0) == -EFAULT, "receive");
    must(delivers(at, 1), "left in the queue");
}

const struct attack attack_readonly_recv = {"readonly-recv", readonly_recv_cheat, receive_both};

static void recv_fault_cheat(enum convention convention) {
    struct batch batch;
    int at = waiting(&batch, convention);
    uint8_t *gone = low_pages(PAGE);
    must(!mprotect(gone, PAGE, PROT_NONE), "mprotect");
    batch_set_iov(&batch, 1, (uintptr_t)gone);
    must(batch_recv(&batch, at, ENTRIES, 0, 0) == 1, "receive");
}

const struct attack attack_recv_fault = {"recv-fault", recv_fault_cheat, receive_both};
