// SPDX-License-Identifier: Apache-2.0
// Where single hooks are blind: later messages to the same destination, connected sockets, more
// messages than anyone keeps, pages whose faults the program serves.

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "attack.h"

#define ENTRIES 4
#define MANY 1500

struct run {
    struct batch batch;
    struct sockaddr_in to;
    int at, sender;
};

static void run_init(struct run *run, enum convention convention, bool connected) {
    run->at = receiver(&run->to, "127.0.0.1");
    run->sender = udp_socket();
    if (connected)
        must(!connect(run->sender, (struct sockaddr *)&run->to, sizeof(run->to)), "connect");
    batch_init(&run->batch, convention, ENTRIES);
    for (unsigned i = 0; i < ENTRIES; i++)
        batch_set(&run->batch, i, connected ? NULL : &run->to, connected ? 0 : sizeof(run->to),
                  "shown");
}

/* Message 2 takes a buffer of another length while message 0 is held up. */
static void exchange(void *arg, unsigned page) {
    struct run *run = arg;
    if (page == 0)
        batch_set_payload(&run->batch, 2, run->batch.payloads[0], 3);
}

static void leave(void *arg, unsigned page) {
    (void)arg;
    (void)page;
}

static void send_run(enum convention convention, bool connected,
                     void (*then)(void *arg, unsigned page)) {
    struct run run;
    run_init(&run, convention, connected);
    batch_set_payload(&run.batch, 0, served_pages(1, then, &run), 16);
    must(batch_send(&run.batch, run.sender, ENTRIES, 0) == ENTRIES, "send");
    served_pages_join();
    must(delivers(run.at, ENTRIES), "delivered");
}

static void same_destination_cheat(enum convention convention) {
    send_run(convention, false, exchange);
}

static void same_destination_honest(enum convention convention) {
    send_run(convention, false, leave);
}

static void connected_iov_cheat(enum convention convention) {
    send_run(convention, true, exchange);
}

static void connected_iov_honest(enum convention convention) {
    send_run(convention, true, leave);
}

static void plain_pages(enum convention convention) {
    struct run run;
    run_init(&run, convention, false);
    must(batch_send(&run.batch, run.sender, ENTRIES, 0) == ENTRIES, "send");
    must(delivers(run.at, ENTRIES), "delivered");
}

const struct attack attack_same_destination = {"same-destination", same_destination_cheat,
                                               same_destination_honest};
const struct attack attack_connected_iov = {"connected-iov", connected_iov_cheat,
                                            connected_iov_honest};
const struct attack attack_served_page = {"served-page", same_destination_honest, plain_pages};

static void receive_many(enum convention convention, unsigned n) {
    struct sockaddr_in to;
    struct batch out, room;
    int size = 8 << 20, at = receiver(&to, "127.0.0.1"), sender = udp_socket();
    need(!setsockopt(at, SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof(size)), "SO_RCVBUFFORCE");
    batch_init(&out, convention, 100);
    batch_init(&room, convention, n);
    for (unsigned i = 0; i < 100; i++)
        batch_set(&out, i, &to, sizeof(to), "one of many");
    for (unsigned i = 0; i < n; i++)
        batch_set(&room, i, NULL, 0, "room for it");
    for (unsigned i = 0; i < n; i += 100)
        must(batch_send(&out, sender, 100, 0) == 100, "send");
    must(batch_recv(&room, at, n, 0, 0) == (long)n, "receive");
}

static void beyond_capture_cheat(enum convention convention) {
    receive_many(convention, MANY);
}

static void beyond_capture_honest(enum convention convention) {
    receive_many(convention, 100);
}

const struct attack attack_beyond_capture = {"receive-1500", beyond_capture_cheat,
                                             beyond_capture_honest};
