// SPDX-License-Identifier: Apache-2.0
// Descriptors that change under a running call, and calls that run for long.

#include <errno.h>
#include <pthread.h>
#include <string.h>
#include <unistd.h>

#include "attack.h"

#define WAIT_US 100000
/* Longer than a second, after which a call counts as pending. */
#define LONG_US 1500000
#define BUFFER 32

struct waiting {
    struct batch batch;
    struct sockaddr_in to;
    int at;
    bool meddle;
    useconds_t wait;
    uint8_t *other;
};

static void send_one(const struct waiting *w) {
    int sender = udp_socket();
    must(sendto(sender, "here", 4, 0, (const struct sockaddr *)&w->to, sizeof(w->to)) == 4,
         "sendto");
    close(sender);
}

static void waiting_init(struct waiting *w, enum convention convention) {
    w->at = receiver(&w->to, "127.0.0.1");
    batch_init(&w->batch, convention, 2);
    for (unsigned i = 0; i < 2; i++) {
        batch_set(&w->batch, i, NULL, 0, "");
        batch_set_payload(&w->batch, i, w->batch.payloads[i], BUFFER);
    }
}

/* The descriptor goes while the receive waits; the call goes on, and ends short when one message
 * comes. */
static void *close_and_send(void *arg) {
    struct waiting *w = arg;
    int again = dup(w->at);
    until_blocked();
    if (w->meddle)
        close(w->at);
    send_one(w);
    usleep(w->wait);
    if (!w->meddle)
        send_one(w);
    close(again);
    return NULL;
}

static void close_race(enum convention convention, bool meddle) {
    struct waiting w = {.meddle = meddle, .wait = WAIT_US};
    pthread_t thread;
    waiting_init(&w, convention);
    must(!pthread_create(&thread, NULL, close_and_send, &w), "pthread_create");
    must(batch_recv(&w.batch, w.at, 2, meddle ? MSG_WAITFORONE : 0, 0) == (meddle ? 1 : 2),
         "receive");
    pthread_join(thread, NULL);
}

static void close_race_cheat(enum convention convention) {
    close_race(convention, true);
}

static void close_race_honest(enum convention convention) {
    close_race(convention, false);
}

const struct attack attack_close_race = {"close-race", close_race_cheat, close_race_honest};

/* The second message's buffer is exchanged after the call was already pending for long. */
static void *redirect_and_send(void *arg) {
    struct waiting *w = arg;
    until_blocked();
    usleep(w->wait);
    if (w->meddle)
        batch_set_payload(&w->batch, 1, w->other, BUFFER);
    send_one(w);
    send_one(w);
    return NULL;
}

static void wait_long(enum convention convention, bool meddle) {
    struct waiting w = {.meddle = meddle, .wait = LONG_US, .other = low_pages(PAGE)};
    pthread_t thread;
    waiting_init(&w, convention);
    must(!pthread_create(&thread, NULL, redirect_and_send, &w), "pthread_create");
    must(batch_recv(&w.batch, w.at, 2, 0, 0) == 2, "receive");
    pthread_join(thread, NULL);
    must(!memcmp(meddle ? w.other : w.batch.payloads[1], "here", 4), "where it arrived");
}

static void long_cheat(enum convention convention) {
    wait_long(convention, true);
}

static void long_honest(enum convention convention) {
    wait_long(convention, false);
}

const struct attack attack_long = {"long-wait", long_cheat, long_honest};
