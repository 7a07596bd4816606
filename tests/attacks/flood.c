// SPDX-License-Identifier: Apache-2.0
// Much of something within seconds: failing calls, destinations, requests to ports that amplify,
// and answers far larger than what was asked.

#include <arpa/inet.h>
#include <errno.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "attack.h"

#define NTP 123
#define MEMCACHED 11211
#define PER_CALL 128

static struct sockaddr_in address(uint32_t host, uint16_t port) {
    return (struct sockaddr_in){.sin_family = AF_INET,
                                .sin_port = htons(port),
                                .sin_addr.s_addr = htonl(INADDR_LOOPBACK + host)};
}

static void fail_often(enum convention convention, unsigned times) {
    struct sockaddr_in to = address(0, 9);
    struct batch batch;
    uint8_t *gone = low_pages(PAGE);
    int sender = udp_socket();
    must(!mprotect(gone, PAGE, PROT_NONE), "mprotect");
    batch_init(&batch, convention, 1);
    batch_set(&batch, 0, &to, sizeof(to), "x");
    batch_set_iov(&batch, 0, (uintptr_t)gone);
    for (unsigned i = 0; i < times; i++)
        must(batch_send(&batch, sender, 1, 0) == -EFAULT, "send");
}

static void fault_storm_cheat(enum convention convention) {
    fail_often(convention, 25);
}

static void fault_storm_honest(enum convention convention) {
    fail_often(convention, 5);
}

const struct attack attack_fault_storm = {"fault-storm", fault_storm_cheat, fault_storm_honest};

/* To `hosts` addresses in turn. */
static void send_many(enum convention convention, unsigned n, unsigned hosts, uint16_t port) {
    struct batch batch;
    int sender = udp_socket();
    batch_init(&batch, convention, PER_CALL);
    for (unsigned sent = 0; sent < n; sent += PER_CALL) {
        for (unsigned i = 0; i < PER_CALL; i++) {
            struct sockaddr_in to = address((sent + i) % hosts, port);
            batch_set(&batch, i, &to, sizeof(to), "x");
        }
        must(batch_send(&batch, sender, PER_CALL, 0) == PER_CALL, "send");
    }
}

static void fan_out_cheat(enum convention convention) {
    send_many(convention, 3 * PER_CALL, 300, 9);
}

static void fan_out_honest(enum convention convention) {
    send_many(convention, 3 * PER_CALL, 100, 9);
}

const struct attack attack_fan_out = {"fan-out", fan_out_cheat, fan_out_honest};

static void ntp_cheat(enum convention convention) {
    send_many(convention, 4 * PER_CALL, 1, NTP);
}

static void ntp_honest(enum convention convention) {
    send_many(convention, PER_CALL, 1, NTP);
}

const struct attack attack_ntp_burst = {"ntp-burst", ntp_cheat, ntp_honest};

static void memcached_cheat(enum convention convention) {
    send_many(convention, 2 * PER_CALL, 1, MEMCACHED);
}

static void memcached_honest(enum convention convention) {
    send_many(convention, PER_CALL, 1, MEMCACHED);
}

const struct attack attack_memcached_burst = {"memcached-burst", memcached_cheat, memcached_honest};

/* Asked once, answers with so many messages of 32 KiB. */
static void answer(enum convention convention, unsigned messages) {
    struct sockaddr_in own = address(2, MEMCACHED), client;
    struct batch request, batch;
    uint8_t *large = low_pages(8 * PAGE);
    int server = udp_socket(), asking = receiver(&client, "127.0.0.1");
    must(!bind(server, (struct sockaddr *)&own, sizeof(own)), "bind");
    must(sendto(asking, "get a\r\n", 7, 0, (struct sockaddr *)&own, sizeof(own)) == 7, "ask");
    batch_init(&request, convention, 1);
    batch_set(&request, 0, NULL, 0, "room for it");
    must(batch_recv(&request, server, 1, 0, 0) == 1, "receive");
    batch_init(&batch, convention, messages);
    for (unsigned i = 0; i < messages; i++) {
        batch_set(&batch, i, &client, sizeof(client), "x");
        batch_set_payload(&batch, i, large, 8 * PAGE);
    }
    must(batch_send(&batch, server, messages, 0) == (long)messages, "answer");
}

static void reflection_cheat(enum convention convention) {
    answer(convention, 40);
}

static void reflection_honest(enum convention convention) {
    answer(convention, 10);
}

const struct attack attack_reflection = {"reflection", reflection_cheat, reflection_honest};
