// SPDX-License-Identifier: Apache-2.0
// socketcall takes its arguments from user memory: they are rewritten while the call blocks, or the
// page that holds them is not in memory when a monitor looks.

#include <pthread.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/mman.h>

#include "attack.h"

#define I386_SOCKETCALL 102
#define SOCKETCALL_SENDMMSG 20
#define WORDS 4
#define VLEN 2
#define RACE_TRIES 4000

static long call_with(uint32_t *array) {
    return call_int80(I386_SOCKETCALL, (const uintptr_t[6]){SOCKETCALL_SENDMMSG, (uintptr_t)array});
}

static int prepare(struct batch *batch, uint32_t array[WORDS]) {
    struct sockaddr_in to;
    int at = receiver(&to, "127.0.0.1");

    batch_init(batch, SOCKETCALL, VLEN);
    for (unsigned i = 0; i < VLEN; i++)
        batch_set(batch, i, &to, sizeof(to), "hello");
    array[0] = (uint32_t)udp_socket();
    array[1] = (uint32_t)(uintptr_t)batch->headers;
    array[2] = VLEN;
    array[3] = 0;
    return at;
}

static void write_vlen(void *array, unsigned page) {
    (void)page;
    ((uint32_t *)array)[2] = VLEN - 1;
}

static void write_nothing(void *array, unsigned page) {
    (void)array;
    (void)page;
}

/* The kernel has copied the array by the time it waits for the payload. */
static void send_served(void (*then)(void *arg, unsigned page)) {
    uint32_t *array = low_pages(PAGE);
    struct batch batch;
    int at = prepare(&batch, array);

    batch_set_payload(&batch, 0, served_pages(1, then, array), 16);
    must(call_with(array) == VLEN, "send");
    served_pages_join();
    must(delivers(at, VLEN), "delivered");
}

static void later_cheat(enum convention convention) {
    (void)convention;
    send_served(write_vlen);
}

static void later_honest(enum convention convention) {
    (void)convention;
    send_served(write_nothing);
}

const struct attack attack_array_later = {"array-later", later_cheat, later_honest};

static void send_from_file(bool cold) {
    struct batch batch;
    uint32_t array[WORDS];
    int at = prepare(&batch, array);
    uint32_t *page = file_page(array, sizeof(array));

    if (cold)
        must(!madvise(page, PAGE, MADV_DONTNEED), "madvise");
    else
        must(*(volatile uint32_t *)page == array[0], "the page");
    must(call_with(page) == VLEN, "send");
    must(delivers(at, VLEN), "delivered");
}

static void cold_cheat(enum convention convention) {
    (void)convention;
    send_from_file(true);
}

static void cold_honest(enum convention convention) {
    (void)convention;
    send_from_file(false);
}

const struct attack attack_array_cold = {"array-cold", cold_cheat, cold_honest};

/* ---- Rewritten between the two looks, by luck ---- */

static atomic_bool racing;

static void *flip_vlen(void *array) {
    volatile uint32_t *vlen = (uint32_t *)array + 2;

    while (atomic_load(&racing)) {
        *vlen = VLEN - 1;
        *vlen = VLEN;
    }
    return NULL;
}

static void race(bool flip) {
    uint32_t *array = low_pages(PAGE);
    struct batch batch;
    pthread_t thread;
    int at = prepare(&batch, array);

    atomic_store(&racing, true);
    if (flip)
        must(!pthread_create(&thread, NULL, flip_vlen, array), "pthread_create");
    for (int i = 0; i < RACE_TRIES; i++) {
        must(call_with(array) > 0, "send");
        drain_now(at);
    }
    atomic_store(&racing, false);
    if (flip)
        pthread_join(thread, NULL);
}

static void race_cheat(enum convention convention) {
    (void)convention;
    race(true);
}

static void race_honest(enum convention convention) {
    (void)convention;
    race(false);
}

const struct attack attack_array_race = {"array-race", race_cheat, race_honest};
