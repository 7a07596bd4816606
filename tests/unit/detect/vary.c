// SPDX-License-Identifier: Apache-2.0
// Recordings of events that differ in what may differ.
#include "vary.h"

#include <criterion/criterion.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "event/check.h"

#define VARIATIONS 6
#define MAX_RECORD 32768

/* Values that conditions ask for, and others. */
static uint64_t telling(uint64_t *seed) {
    static const uint64_t values[] = {0,
                                      1,
                                      53,
                                      123,
                                      11211,
                                      1024,
                                      2048,
                                      1u << 31,
                                      UINT32_MAX,
                                      UINT64_C(0xffff888000000000),
                                      UINT64_C(0x7ffffffff000)};

    return rnd(seed) % 3 ? values[rnd(seed) % (sizeof(values) / sizeof(values[0]))] : rnd(seed);
}

/* Changes bytes that the check leaves free. */
static void vary(uint64_t *words, size_t n, const struct toc_mask *mask, uint64_t *seed) {
    for (uint64_t left = 1 + rnd(seed) % 6; left; left--) {
        size_t at = rnd(seed) % n;
        unsigned free_bytes = 0xff & ~(mask->fixed[at] | mask->text[at]);
        uint64_t value = telling(seed);

        // Values of two and four bytes stand anywhere in a word.
        value = rnd(seed) % 2 ? value << 16 * (rnd(seed) % 4) : value;
        for (unsigned k = 0; k < 8; k++)
            if (free_bytes >> k & 1)
                ((char *)&words[at])[k] = ((char *)&value)[k];
    }
}

/* A little later, or after a pause that windows end in. */
static void set_time(uint64_t *words, int64_t *time, uint64_t *seed) {
    static const int64_t steps_ms[] = {0, 0, 1, 7, 99, 100, 101, 12000};
    struct toc_meta *meta = (struct toc_meta *)toc_event_meta((const struct toc_event *)words);

    if (!meta || !TOC_HAS(meta, meta, time))
        return;
    *time += steps_ms[rnd(seed) % 8] * 1000000;
    meta->time = *time;
    // Events count at their return, and time does not go back.
    meta->duration_ns &= 0xffff;
}

/* Some calls have not returned. */
static void set_stage(uint64_t *words, uint64_t *seed) {
    struct toc_meta *meta = (struct toc_meta *)toc_event_meta((const struct toc_event *)words);

    if (meta && TOC_HAS(meta, meta, stage))
        meta->stage = rnd(seed) % 8 ? TOC_stage_call : TOC_stage_pending;
}

static void add(struct toc_recorder *recorder, uint64_t *words, int64_t *time, uint64_t *seed) {
    set_time(words, time, seed);
    cr_assert_eq(toc_recorder_add(recorder, (const struct toc_event *)words), 0);
}

/* Between them comes the event varied before, as it was in the end: what one counts for goes while
 * what the other counts for is still there. */
static void add_variations(struct toc_recorder *recorder, const struct toc_event *event,
                           struct toc_mask *mask, int64_t *time, uint64_t *seed) {
    static _Alignas(8) uint64_t words[MAX_RECORD / 8], other[MAX_RECORD / 8];

    cr_assert_eq(toc_recorder_add(recorder, event), 0);
    if (event->size > sizeof(words) || event->variant == TOC_EVENT_tocsin_start)
        return;
    memcpy(words, event, event->size);
    cr_assert_eq(toc_record_check_mask(words, event->size, mask), 0);
    for (int i = 0; i < VARIATIONS; i++) {
        if (rnd(seed) % 4)
            vary(words, event->size / 8, mask, seed);
        set_stage(words, seed);
        add(recorder, words, time, seed);
        if (((struct toc_event *)other)->size && rnd(seed) % 2)
            add(recorder, other, time, seed);
    }
    memcpy(other, words, event->size);
}

struct toc_recording *vary_open(int fd) {
    struct toc_diags diags = {0};
    struct toc_recording *recording = NULL;

    cr_assert_eq(toc_recording_open(fd, "", &diags, &recording), 0);
    return recording;
}

int vary_recording(const char *path) {
    static const struct toc_recorder_options options = {.block_bytes = 64 << 10};
    _cleanup_close_ int from = open(path, O_RDONLY | O_CLOEXEC);
    struct toc_recording *recording = vary_open(from);
    struct toc_mask *mask = malloc(sizeof(*mask));
    struct toc_diags diags = {0};
    struct toc_recorder *recorder = NULL;
    const struct toc_event *event;
    uint64_t seed = 88172645463325252u;
    int64_t time = 0;
    int to = memfd_create("varied", MFD_CLOEXEC);

    cr_assert_eq(toc_recorder_new(to, &options, &recorder), 0);
    while (toc_recording_next(recording, &diags, &event) == 1) {
        // Nor does it stand still: variations of one event take longer than it is to the next.
        time = toc_event_meta(event)->time > time ? toc_event_meta(event)->time : time;
        add_variations(recorder, event, mask, &time, &seed);
    }
    cr_assert_eq(toc_recorder_finish(recorder), 0);
    toc_recorder_free(&recorder);
    toc_recording_close(&recording);
    free(mask);
    lseek(to, 0, SEEK_SET);
    return to;
}
