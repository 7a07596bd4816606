// SPDX-License-Identifier: Apache-2.0
// Unix datagrams in a batch, one of them to another socket than shown before and after: by a name
// that a monitor keeps whole, and by one that it may keep only the beginning of.

#include <stdio.h>
#include <string.h>
#include <sys/un.h>
#include <unistd.h>

#include "attack.h"

#define ENTRIES 3
#define SHORT 24 /* of sun_path */
#define LONG 90

struct target {
    struct batch batch;
    struct sockaddr_un *names; /* one each message, where every convention can reach it */
    struct sockaddr_un shown, other;
    socklen_t size;
    int at_shown, at_other, sender;
};

/* An abstract name of n bytes, of which the last tells them apart. */
static int named(struct sockaddr_un *ret, char last, unsigned n) {
    int fd = socket(AF_UNIX, SOCK_DGRAM, 0);
    *ret = (struct sockaddr_un){.sun_family = AF_UNIX};
    memset(ret->sun_path + 1, 'n', n - 1);
    snprintf(ret->sun_path + 1, n - 1, "attack-%d-", (int)getpid());
    ret->sun_path[1 + strlen(ret->sun_path + 1)] = 'n';
    ret->sun_path[n - 1] = last;
    must(fd >= 0 && !bind(fd, (struct sockaddr *)ret, sizeof(ret->sun_family) + n), "bind");
    return fd;
}

static void other_then_shown(void *arg, unsigned page) {
    struct target *t = arg;
    memcpy(&t->names[1], page == 0 ? &t->other : &t->shown, sizeof(t->other));
}

static void nothing(void *arg, unsigned page) {
    (void)arg;
    (void)page;
}

/* Page 0 stands before entry 1 is read by the kernel, page 1 after. */
static void send_all(enum convention convention, unsigned n, void (*then)(void *arg, unsigned page),
                     int to_other) {
    struct target t = {.names = low_pages(PAGE), .size = (socklen_t)sizeof(sa_family_t) + n};
    t.at_shown = named(&t.shown, 's', n);
    t.at_other = named(&t.other, 'o', n);
    t.sender = socket(AF_UNIX, SOCK_DGRAM, 0);
    uint8_t *pages = served_pages(2, then, &t);
    batch_init(&t.batch, convention, ENTRIES);
    for (unsigned i = 0; i < ENTRIES; i++) {
        t.names[i] = t.shown;
        batch_set(&t.batch, i, NULL, 0, "hello");
        batch_set_name(&t.batch, i, (uintptr_t)&t.names[i], t.size);
    }
    batch_set_payload(&t.batch, 0, pages, 16);
    batch_set_payload(&t.batch, 2, pages + PAGE, 16);
    must(batch_send(&t.batch, t.sender, ENTRIES, 0) == ENTRIES, "send");
    served_pages_join();
    must(delivers(t.at_other, to_other), "delivered to the other socket");
    must(delivers(t.at_shown, ENTRIES - to_other), "delivered to the socket shown");
}

static void short_cheat(enum convention convention) {
    send_all(convention, SHORT, other_then_shown, 1);
}

static void short_honest(enum convention convention) {
    send_all(convention, SHORT, nothing, 0);
}

static void long_cheat(enum convention convention) {
    send_all(convention, LONG, other_then_shown, 1);
}

static void long_honest(enum convention convention) {
    send_all(convention, LONG, nothing, 0);
}

const struct attack attack_unix_restored = {"unix-restored", short_cheat, short_honest};
const struct attack attack_unix_long = {"unix-long-restored", long_cheat, long_honest};
