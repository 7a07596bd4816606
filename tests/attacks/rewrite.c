// SPDX-License-Identifier: Apache-2.0
// Rewrites the second entry's address while the kernel waits for the first entry's payload: left so
// (rewrite), put back before the call returns (restore), or by plain threads and luck (race).

#include <pthread.h>
#include <stdatomic.h>
#include <string.h>

#include "attack.h"

#define ENTRIES 3
#define RACE_ENTRIES 128
#define RACE_TRIES 200

struct target {
    struct batch batch;
    struct sockaddr_in shown, other;
    int at_shown, at_other, sender;
};

static void set_up_with(struct target *t, enum convention convention, unsigned n, int sender) {
    t->at_shown = receiver(&t->shown, "127.0.0.1");
    t->at_other = receiver(&t->other, "127.0.0.2");
    t->sender = sender;
    batch_init(&t->batch, convention, n);
    for (unsigned i = 0; i < n; i++)
        batch_set(&t->batch, i, &t->shown, sizeof(t->shown), "hello");
}

static void set_up(struct target *t, enum convention convention, unsigned n) {
    set_up_with(t, convention, n, udp_socket());
}

/* Entries 0 and 2 have their payload on served pages: page 0 stands before entry 1 is read by the
 * kernel, page 1 after. */
static void send_served_with(enum convention convention, int sender,
                             void (*then)(void *arg, unsigned page), int to_other) {
    struct target t;
    set_up_with(&t, convention, ENTRIES, sender);
    uint8_t *pages = served_pages(2, then, &t);
    batch_set_payload(&t.batch, 0, pages, 16);
    batch_set_payload(&t.batch, 2, pages + PAGE, 16);
    must(batch_send(&t.batch, t.sender, ENTRIES, 0) == ENTRIES, "send");
    served_pages_join();
    must(delivers(t.at_other, to_other), "delivered to the other address");
    must(delivers(t.at_shown, ENTRIES - to_other), "delivered to the shown address");
}

static void send_served(enum convention convention, void (*then)(void *arg, unsigned page),
                        int to_other) {
    send_served_with(convention, udp_socket(), then, to_other);
}

static void write_other(void *arg, unsigned page) {
    struct target *t = arg;
    if (page == 0)
        memcpy(t->batch.names[1], &t->other, sizeof(t->other));
}

static void write_other_then_shown(void *arg, unsigned page) {
    struct target *t = arg;
    memcpy(t->batch.names[1], page == 0 ? &t->other : &t->shown, sizeof(t->other));
}

/* The kernel takes AF_UNSPEC for AF_INET: the address can change with its family. */
static void write_family_and_other(void *arg, unsigned page) {
    struct target *t = arg;
    if (page != 0)
        return;
    struct sockaddr_in other = t->other;
    other.sin_family = AF_UNSPEC;
    memcpy(t->batch.names[1], &other, sizeof(other));
}

static void write_nothing(void *arg, unsigned page) {
    (void)arg;
    (void)page;
}

void send_rewritten(enum convention convention, int sender) {
    send_served_with(convention, sender, write_other, 1);
}

void send_unchanged(enum convention convention, int sender) {
    send_served_with(convention, sender, write_nothing, 0);
}

static void rewrite_cheat(enum convention convention) {
    send_served(convention, write_other, 1);
}

static void restore_cheat(enum convention convention) {
    send_served(convention, write_other_then_shown, 1);
}

static void leave_alone(enum convention convention) {
    send_served(convention, write_nothing, 0);
}

const struct attack attack_rewrite = {"rewrite", rewrite_cheat, leave_alone};
const struct attack attack_restore = {"restore", restore_cheat, leave_alone};

static void family_later_cheat(enum convention convention) {
    send_served(convention, write_family_and_other, 1);
}

const struct attack attack_family_later = {"family-later", family_later_cheat, leave_alone};

/* Entry 1 takes entry 0's buffer. */
static void write_iov(void *arg, unsigned page) {
    struct target *t = arg;
    if (page == 0)
        batch_set_iov(&t->batch, 1, (uintptr_t)t->batch.iovs);
}

static void iov_later_cheat(enum convention convention) {
    send_served(convention, write_iov, 0);
}

const struct attack attack_iov_later = {"iov-later", iov_later_cheat, leave_alone};

/* And gives it back before the call returns. */
static void write_iov_then_own(void *arg, unsigned page) {
    struct target *t = arg;
    size_t each = batch_iov_size(&t->batch);
    batch_set_iov(&t->batch, 1, (uintptr_t)t->batch.iovs + (page == 0 ? 0 : each));
}

static void iov_restored_cheat(enum convention convention) {
    send_served(convention, write_iov_then_own, 0);
}

const struct attack attack_iov_restored = {"iov-restored", iov_restored_cheat, leave_alone};

static void write_control(void *arg, unsigned page) {
    struct target *t = arg;
    if (page == 0)
        batch_set_control(&t->batch, 1, (uintptr_t)t->batch.payloads, 0);
}

static void control_later_cheat(enum convention convention) {
    send_served(convention, write_control, 0);
}

const struct attack attack_control_later = {"control-later", control_later_cheat, leave_alone};

/* Of two entries, whose second the kernel may refuse. pages: that must wait, the first of them the
 * payload of entry 0; of two the second holds entry 1's array of buffers, one of no bytes. */
static void send_two(enum convention convention, void (*then)(void *arg, unsigned page),
                     unsigned n_pages, int sent) {
    struct target t;
    set_up(&t, convention, 2);
    uint8_t *pages = served_pages(n_pages, then, &t);
    batch_set_payload(&t.batch, 0, pages, 16);
    if (n_pages > 1)
        batch_set_iov(&t.batch, 1, (uintptr_t)pages + PAGE);
    must(batch_send(&t.batch, t.sender, 2, 0) == sent, "send");
    served_pages_join();
    must(delivers(t.at_shown, sent), "delivered");
}

static void write_kernel_iov(void *arg, unsigned page) {
    struct target *t = arg;
    (void)page;
    batch_set_iov(&t->batch, 1, KERNEL_ADDRESS);
}

static void kernel_later_cheat(enum convention convention) {
    send_two(convention, write_kernel_iov, 1, 1);
}

static void kernel_later_honest(enum convention convention) {
    send_two(convention, write_nothing, 1, 2);
}

const struct attack attack_kernel_later = {"kernel-later", kernel_later_cheat, kernel_later_honest};

/* The kernel has taken the header when it waits for the second page. */
static void write_kernel_control_then_none(void *arg, unsigned page) {
    struct target *t = arg;
    batch_set_control(&t->batch, 1, page == 0 ? KERNEL_ADDRESS : 0, page == 0 ? 32 : 0);
}

static void kernel_restored_cheat(enum convention convention) {
    send_two(convention, write_kernel_control_then_none, 2, 1);
}

static void kernel_restored_honest(enum convention convention) {
    send_two(convention, write_nothing, 2, 2);
}

const struct attack attack_kernel_restored = {"kernel-restored", kernel_restored_cheat,
                                              kernel_restored_honest};

static atomic_int racing;

static void *flip(void *arg) {
    struct target *t = arg;
    while (atomic_load(&racing)) {
        memcpy(t->batch.names[RACE_ENTRIES - 1], &t->other, sizeof(t->other));
        memcpy(t->batch.names[RACE_ENTRIES - 1], &t->shown, sizeof(t->shown));
    }
    return NULL;
}

static void race_cheat(enum convention convention) {
    struct target t;
    pthread_t thread;
    set_up(&t, convention, RACE_ENTRIES);
    atomic_store(&racing, 1);
    must(!pthread_create(&thread, NULL, flip, &t), "pthread_create");
    for (int i = 0; i < RACE_TRIES; i++) {
        must(batch_send(&t.batch, t.sender, RACE_ENTRIES, 0) == RACE_ENTRIES, "send");
        drain_now(t.at_shown);
        drain_now(t.at_other);
    }
    atomic_store(&racing, 0);
    pthread_join(thread, NULL);
}

static void race_honest(enum convention convention) {
    struct target t;
    set_up(&t, convention, RACE_ENTRIES);
    for (int i = 0; i < RACE_TRIES; i++)
        must(batch_send(&t.batch, t.sender, RACE_ENTRIES, 0) == RACE_ENTRIES, "send");
}

const struct attack attack_race = {"race", race_cheat, race_honest};
