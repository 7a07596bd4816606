// SPDX-License-Identifier: Apache-2.0
// Two places: one is read while the other is filled.
#include "event/recording_ahead.h"

#include <errno.h>
#include <pthread.h>
#include <sanitizer/asan_interface.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <zstd.h>

#include "event/recording_delta.h"
#include "event/recording_table.h"

enum { PLACES = 2 };

struct toc_ahead {
    struct toc_scan scan; /* this and zstd are the thread's while there is one */
    ZSTD_DCtx *zstd;
    uint64_t known; /* digest of a table that is not unpacked */
    struct toc_unpacked places[PLACES];
    uint64_t taken; /* places handed out: all but the last are free again */
    bool threaded;
    pthread_t thread;
    pthread_mutex_t lock; /* of `made`, `stops`, and of `taken` while there is a thread */
    pthread_cond_t ready, room;
    uint64_t made;
    bool stops;
};

static int decompress(ZSTD_DCtx *zstd, struct toc_unpacked *u) {
    const struct toc_section *section = &u->found.section;
    size_t n = section->raw_bytes;

    if (section->kind == TOC_SECTION_TABLE && n > TOC_MAX_TABLE)
        return -EBADMSG;
    if (u->raw_cap < n + TOC_DELTA_BEHIND) {
        free(u->raw);
        u->raw_cap = 0;
        u->raw = malloc(n + TOC_DELTA_BEHIND);
        if (!u->raw)
            return -ENOMEM;
        u->raw_cap = n + TOC_DELTA_BEHIND;
    }
    // What a larger payload left behind this one is none of its.
    ASAN_UNPOISON_MEMORY_REGION(u->raw, u->raw_cap);
    ASAN_POISON_MEMORY_REGION(u->raw + n + TOC_DELTA_BEHIND, u->raw_cap - n - TOC_DELTA_BEHIND);
    memset(u->raw + n, 0, TOC_DELTA_BEHIND);
    if (ZSTD_decompressDCtx(zstd, u->raw, n, u->found.payload, section->stored_bytes) != n)
        return -EBADMSG;
    return 0;
}

static bool is_wanted(const struct toc_ahead *ahead, const struct toc_section *section) {
    return section->kind == TOC_SECTION_EVENTS ||
           (section->kind == TOC_SECTION_TABLE && section->table != ahead->known);
}

static void fill(struct toc_ahead *ahead, struct toc_unpacked *u) {
    u->result = toc_scan_next(&ahead->scan);
    u->found = ahead->scan.found;
    u->error = 0;
    if (u->result == 1 && is_wanted(ahead, &u->found.section))
        u->error = decompress(ahead->zstd, u);
}

/* Waits for a free place. NULL: no more are wanted. */
static struct toc_unpacked *wait_for_room(struct toc_ahead *ahead) {
    struct toc_unpacked *free_place = NULL;

    pthread_mutex_lock(&ahead->lock);
    while (!ahead->stops && ahead->made + 1 >= ahead->taken + PLACES)
        pthread_cond_wait(&ahead->room, &ahead->lock);
    if (!ahead->stops)
        free_place = &ahead->places[ahead->made % PLACES];
    pthread_mutex_unlock(&ahead->lock);
    return free_place;
}

static void *read_on(void *ctx) {
    struct toc_ahead *ahead = ctx;
    struct toc_unpacked *u;
    int result;

    while ((u = wait_for_room(ahead))) {
        fill(ahead, u);
        result = u->result;
        pthread_mutex_lock(&ahead->lock);
        ahead->made++;
        pthread_cond_signal(&ahead->ready);
        pthread_mutex_unlock(&ahead->lock);
        if (result != 1)
            break;
    }
    return NULL;
}

/* Without a thread, for want of anything, it is read in the caller's. */
static void start(struct toc_ahead *ahead) {
    sigset_t all, before;

    if (ahead->scan.input.total < TOC_WORTH_READING_AHEAD)
        return;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all,
                    &before); /* a thread inherits which signals it does not get */
    ahead->threaded = pthread_create(&ahead->thread, NULL, read_on, ahead) == 0;
    pthread_sigmask(SIG_SETMASK, &before, NULL);
}

/* The one freed last, for the next: its memory and zstd's take longer to make than a short file
 * takes to read. */
static struct toc_ahead *_Atomic spare;

static void destroy(struct toc_ahead *ahead) {
    pthread_mutex_destroy(&ahead->lock);
    pthread_cond_destroy(&ahead->ready);
    pthread_cond_destroy(&ahead->room);
    toc_input_close(&ahead->scan.input);
    ZSTD_freeDCtx(ahead->zstd);
    for (size_t i = 0; i < PLACES; i++)
        free(ahead->places[i].raw);
    free(ahead);
}

static struct toc_ahead *make(void) {
    struct toc_ahead *ahead = calloc(1, sizeof(*ahead));

    if (!ahead)
        return NULL;
    pthread_mutex_init(&ahead->lock, NULL);
    pthread_cond_init(&ahead->ready, NULL);
    pthread_cond_init(&ahead->room, NULL);
    ahead->zstd = ZSTD_createDCtx();
    if (!ahead->zstd) {
        destroy(ahead);
        return NULL;
    }
    return ahead;
}

int toc_ahead_new(int fd, const void *head, size_t head_n, uint64_t known, struct toc_ahead **ret) {
    struct toc_ahead *ahead = atomic_exchange(&spare, NULL);
    int err;

    if (!ahead)
        ahead = make();
    if (!ahead)
        return -ENOMEM;
    ahead->known = known;
    ahead->scan = (struct toc_scan){.input = ahead->scan.input};
    err = toc_input_open(&ahead->scan.input, fd, head, head_n);
    if (err)
        toc_ahead_free(&ahead);
    *ret = ahead;
    return err;
}

static void stop(struct toc_ahead *ahead) {
    pthread_mutex_lock(&ahead->lock);
    ahead->stops = true;
    pthread_cond_signal(&ahead->room);
    pthread_mutex_unlock(&ahead->lock);
    pthread_join(ahead->thread, NULL);
    ahead->threaded = ahead->stops = false;
}

void toc_ahead_free(struct toc_ahead **ahead) {
    struct toc_ahead *a = *ahead;

    if (!a)
        return;
    if (a->threaded)
        stop(a);
    a->taken = a->made = 0;
    a = atomic_exchange(&spare, a);
    if (a)
        destroy(a);
    *ahead = NULL;
}

struct toc_input *toc_ahead_input(struct toc_ahead *ahead) {
    return &ahead->scan.input;
}

static void take(struct toc_ahead *ahead) {
    pthread_mutex_lock(&ahead->lock);
    ahead->taken++;
    pthread_cond_signal(&ahead->room);
    while (ahead->made < ahead->taken)
        pthread_cond_wait(&ahead->ready, &ahead->lock);
    pthread_mutex_unlock(&ahead->lock);
}

static struct toc_unpacked *last(struct toc_ahead *ahead) {
    return &ahead->places[(ahead->taken - 1) % PLACES];
}

struct toc_unpacked *toc_ahead_next(struct toc_ahead *ahead) {
    if (ahead->taken && last(ahead)->result != 1)
        return last(ahead);
    if (!ahead->taken)
        start(ahead);
    if (ahead->threaded) {
        take(ahead);
    } else {
        ahead->taken = 1;
        fill(ahead, last(ahead));
    }
    return last(ahead);
}
