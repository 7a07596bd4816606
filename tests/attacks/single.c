// SPDX-License-Identifier: Apache-2.0
// The same tricks with calls that move one message: sendmsg, recvmsg, sendto, recvfrom.

#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "attack.h"
#include "single.h"

#define RACE_TRIES 4000

struct pair {
    enum convention convention;
    struct batch batch; /* of one: its header is the struct msghdr, too */
    struct sockaddr_in shown, other;
    int at_shown, at_other, sender;
};

static void set_up(struct pair *p, enum convention convention) {
    p->convention = convention;
    p->at_shown = receiver(&p->shown, "127.0.0.1");
    p->at_other = receiver(&p->other, "127.0.0.2");
    p->sender = udp_socket();
    batch_init(&p->batch, convention, 1);
    batch_set(&p->batch, 0, &p->shown, sizeof(p->shown), "single");
}

static long send_msg(struct pair *p) {
    const uintptr_t args[6] = {(uintptr_t)p->sender, (uintptr_t)p->batch.headers};

    return call_single(p->convention, &sendmsg_number, args);
}

static long send_to(struct pair *p, const void *buffer, size_t n) {
    const uintptr_t args[6] = {(uintptr_t)p->sender,         (uintptr_t)buffer, n, 0,
                               (uintptr_t)p->batch.names[0], sizeof(p->shown)};

    return call_single(p->convention, &sendto_number, args);
}

static long receive_msg(struct pair *p) {
    const uintptr_t args[6] = {(uintptr_t)p->at_shown, (uintptr_t)p->batch.headers};

    return call_single(p->convention, &recvmsg_number, args);
}

/* With the sender's address, or as recv does. */
static long receive_from(struct pair *p, bool named) {
    uint32_t *room = low_pages(PAGE);
    const uintptr_t args[6] = {(uintptr_t)p->at_shown,      (uintptr_t)(room + 16),           64, 0,
                               named ? (uintptr_t)room : 0, named ? (uintptr_t)(room + 8) : 0};

    room[8] = sizeof(p->shown);
    return call_single(p->convention, named ? &recvfrom_number : &recv_number, args);
}

static void connect_to(struct pair *p, const struct sockaddr_in *to) {
    must(!connect(p->sender, (const struct sockaddr *)to, sizeof(*to)), "connect");
}

/* Each call once, and nothing amiss. */
static void all_calls(enum convention convention) {
    struct pair p;
    uintptr_t args[6] = {0};

    set_up(&p, convention);
    must(send_msg(&p) == 6 && receive_msg(&p) == 6, "sendmsg, recvmsg");
    batch_set(&p.batch, 0, &p.shown, sizeof(p.shown), "single");
    must(send_to(&p, p.batch.payloads[0], 5) == 5 && receive_from(&p, true) == 5,
         "sendto, recvfrom");
    connect_to(&p, &p.shown);
    args[0] = (uintptr_t)p.sender;
    args[1] = (uintptr_t)p.batch.payloads[0];
    args[2] = 4;
    must(call_single(convention, &send_number, args) == 4 && receive_from(&p, false) == 4,
         "send, recv");
}

/* ---- The destination rewritten while the kernel reads it ---- */

static atomic_int racing;

static void *flip(void *arg) {
    struct pair *p = arg;

    while (atomic_load(&racing)) {
        memcpy(p->batch.names[0], &p->other, sizeof(p->other));
        memcpy(p->batch.names[0], &p->shown, sizeof(p->shown));
    }
    return NULL;
}

static void race(enum convention convention, bool cheat) {
    pthread_t thread;
    struct pair p;

    set_up(&p, convention);
    atomic_store(&racing, 1);
    must(!cheat || !pthread_create(&thread, NULL, flip, &p), "pthread_create");
    for (int i = 0; i < RACE_TRIES; i++) {
        must(send_msg(&p) == 6, "sendmsg");
        must(send_to(&p, p.batch.payloads[0], 6) == 6, "sendto");
        if (i % 64 == 0) {
            drain_now(p.at_shown);
            drain_now(p.at_other);
        }
    }
    atomic_store(&racing, 0);
    if (cheat)
        pthread_join(thread, NULL);
}

static void race_cheat(enum convention convention) {
    race(convention, true);
}

static void race_honest(enum convention convention) {
    race(convention, false);
}

const struct attack attack_single_race = {"single-race", race_cheat, race_honest};

/* ---- A header on a page that is not there ---- */

static void cold_cheat(enum convention convention) {
    struct pair p;

    set_up(&p, convention);
    batch_move_headers(&p.batch, file_page(p.batch.headers, p.batch.headers_size));
    must(!madvise(p.batch.headers, PAGE, MADV_DONTNEED), "madvise");
    must(send_msg(&p) == 6, "sendmsg");
}

const struct attack attack_single_cold = {"single-cold", cold_cheat, all_calls};

/* ---- Pointers into the kernel ---- */

static void kernel_pointer_cheat(enum convention convention) {
    const uintptr_t kernel = (uintptr_t)UINT64_C(0xffff888000001000);
    struct pair p;

    set_up(&p, convention);
    must(send_to(&p, (const void *)kernel, 4) < 0, "sendto");
    batch_set_iov(&p.batch, 0, kernel);
    must(send_msg(&p) < 0, "sendmsg");
}

const struct attack attack_single_kernel_pointer = {"single-kernel-pointer", kernel_pointer_cheat,
                                                    all_calls};

/* ---- A message taken, and an error told ---- */

static void readonly_cheat(enum convention convention) {
    struct pair p;

    set_up(&p, convention);
    must(send_msg(&p) == 6, "sendmsg");
    must(!mprotect(p.batch.headers, p.batch.headers_size, PROT_READ), "mprotect");
    must(receive_msg(&p) == -EFAULT, "recvmsg");
    must(drain_now(p.at_shown) == 0, "the message is gone");
}

const struct attack attack_single_readonly = {"single-readonly", readonly_cheat, all_calls};
