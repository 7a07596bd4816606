// SPDX-License-Identifier: Apache-2.0
// Redirects the second message of a receive to another buffer while the first has not come yet.

#include <pthread.h>
#include <string.h>
#include <unistd.h>

#include "attack.h"

#define ENTRIES 2
#define BUFFER 32
/* Long enough for the receive to be waiting. */
#define WAIT_US 100000

struct receiving {
    struct batch batch;
    struct sockaddr_in to;
    uint8_t *other;
    bool redirect;
};

static void *send_later(void *arg) {
    struct receiving *r = arg;
    int sender = udp_socket();
    usleep(WAIT_US);
    if (r->redirect)
        batch_set_payload(&r->batch, 1, r->other, BUFFER);
    for (unsigned i = 0; i < ENTRIES; i++)
        must(sendto(sender, "here", 4, 0, (struct sockaddr *)&r->to, sizeof(r->to)) == 4, "sendto");
    close(sender);
    return NULL;
}

static void receive(enum convention convention, bool redirect) {
    struct receiving r = {.other = low_pages(PAGE), .redirect = redirect};
    struct sockaddr_in any = {0};
    pthread_t thread;
    int at = receiver(&r.to, "127.0.0.1");
    batch_init(&r.batch, convention, ENTRIES);
    for (unsigned i = 0; i < ENTRIES; i++) {
        batch_set(&r.batch, i, &any, sizeof(any), "");
        batch_set_payload(&r.batch, i, r.batch.payloads[i], BUFFER);
    }
    must(!pthread_create(&thread, NULL, send_later, &r), "pthread_create");
    must(batch_recv(&r.batch, at, ENTRIES, 0, 0) == ENTRIES, "receive");
    pthread_join(thread, NULL);
    must(!memcmp(redirect ? r.other : r.batch.payloads[1], "here", 4), "where it arrived");
}

static void recv_rewrite_cheat(enum convention convention) {
    receive(convention, true);
}

static void recv_rewrite_honest(enum convention convention) {
    receive(convention, false);
}

const struct attack attack_recv_rewrite = {"recv-rewrite", recv_rewrite_cheat, recv_rewrite_honest};
