// SPDX-License-Identifier: Apache-2.0
// The check of foreign records: what it lets pass can be read, whatever was done to it.
#include "event/record.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "event/check.h"
#include "event/json.h"
#include "event/same.h"
#include "random_event.h"
#include "record_walk.h"

#define EVENTS 300
#define MUTATIONS 200

static void mutate(char *bytes, size_t n, uint64_t *state) {
    static const uint32_t telling[] = {0, 1, 7, 8, 0x7fffffff, 0x80000000, UINT32_MAX};
    size_t at = random_next(state) % n;
    uint32_t word;

    switch (random_next(state) % 4) {
    case 0: bytes[at] ^= (char)(1u << random_next(state) % 8); return;
    case 1: word = telling[random_next(state) % 7]; break;
    case 2: word = (uint32_t)(random_next(state) % (n + 64)); break;
    default: word = (uint32_t)(random_next(state) % (n + 64)) & ~7u; break;
    }
    if (n >= 4)
        memcpy(bytes + (at & ~(size_t)3) % (n - 3), &word, 4);
}

static void read_all(const struct toc_event *event) {
    _cleanup_toc_buf_ struct toc_buf buf = {0};

    toc_json_write(event, &buf);
    cr_assert(buf.n > 0);
    cr_assert(toc_same_event(event, event));
    toc_event_stream_time(event);
}

Test(record, a_mutation_that_passes_can_be_read) {
    _cleanup_toc_builder_ struct toc_builder *builder = NULL;
    uint64_t state = 2463534242;
    unsigned passed = 0, refused = 0;

    cr_assert_eq(toc_builder_new(&builder), 0);
    for (int i = 0; i < EVENTS; i++) {
        const struct toc_event *event = random_event(builder, &state);
        // Of its exact size, so that a read beyond it is seen.
        _cleanup_free_ char *copy = malloc(event->size);

        cr_assert(copy);
        for (int j = 0; j < MUTATIONS; j++) {
            memcpy(copy, event, event->size);
            for (uint64_t edits = 1 + random_next(&state) % 3; edits; edits--)
                mutate(copy, event->size, &state);
            cr_assert_eq(toc_record_check(copy, event->size), record_walk(copy, event->size));
            if (toc_record_check(copy, event->size)) {
                refused++;
                continue;
            }
            read_all((struct toc_event *)copy);
            passed++;
        }
    }
    cr_expect(passed > 1000 && refused > 1000, "%u passed, %u refused", passed, refused);
}

/* Changes what the mask leaves free: any byte, or text. */
static void change_free(char *copy, size_t n, const struct toc_mask *mask, uint64_t *state) {
    for (size_t i = 0; i < n; i++) {
        if (mask->fixed[i / 8] >> i % 8 & 1 || random_next(state) % 4)
            continue;
        copy[i] = (char)random_next(state);
        if (mask->text[i / 8] >> i % 8 & 1)
            copy[i] = (char)('a' + random_next(state) % 26);
    }
}

Test(record, what_the_mask_leaves_free_may_be_anything) {
    _cleanup_toc_builder_ struct toc_builder *builder = NULL;
    _cleanup_free_ struct toc_mask *mask = malloc(sizeof(*mask));
    uint64_t state = 362436069, changed = 0;

    cr_assert(mask && !toc_builder_new(&builder));
    for (int i = 0; i < EVENTS; i++) {
        const struct toc_event *event = random_event(builder, &state);
        _cleanup_free_ char *copy = malloc(event->size);

        cr_assert(copy);
        if (event->size > 8 * TOC_MASK_WORDS)
            continue;
        memcpy(copy, event, event->size);
        for (int j = 0; j < MUTATIONS; j++) {
            // Also of records whose parts lie on top of each other.
            mutate(copy, event->size, &state);
            if (toc_record_check_mask(copy, event->size, mask)) {
                memcpy(copy, event, event->size);
                continue;
            }
            change_free(copy, event->size, mask, &state);
            cr_assert_eq(toc_record_check(copy, event->size), 0);
            changed++;
        }
    }
    cr_expect_gt(changed, 1000);
}

Test(record, cut_anywhere_it_is_refused) {
    _cleanup_toc_builder_ struct toc_builder *builder = NULL;
    uint64_t state = 99;
    const struct toc_event *event;

    cr_assert_eq(toc_builder_new(&builder), 0);
    event = random_event(builder, &state);
    for (uint32_t n = 0; n < event->size; n++) {
        _cleanup_free_ char *copy = malloc(n + 1);

        cr_assert(copy);
        memcpy(copy, event, n);
        cr_assert_eq(toc_record_check(copy, n), -EBADMSG, "%u of %u", n, event->size);
    }
    cr_assert_eq(toc_record_check(event, event->size), 0);
}

/* A thousand messages that all refer to the same thousand segments: small, and a million to walk.
 */
Test(record, heavy_sharing_is_refused) {
    _cleanup_toc_builder_ struct toc_builder *builder = NULL;
    const struct toc_event *event;
    struct toc_event *root;
    struct toc_msg *msgs;
    struct toc_view *view;
    struct toc_iov *iov;
    struct toc_ref list;
    uint32_t off;

    cr_assert_eq(toc_builder_new(&builder), 0);
    root = toc_builder_begin(builder, TOC_EVENT_sendmmsg);
    view = TOC_NEW(builder, view, &off);
    msgs = TOC_NEW_LIST(builder, msg, TOC_MAX_MSGS, &list.off);
    list.n = TOC_MAX_MSGS;
    TOC_SET(event, root, msgs, list);
    for (uint32_t i = 0; i < TOC_MAX_MSGS; i++)
        TOC_SET(msg, &msgs[i], enter, off);
    iov = TOC_NEW(builder, iov, &off);
    TOC_SET(view, view, iov, off);
    list.n = TOC_MAX_SEGS;
    TOC_NEW_LIST(builder, seg, TOC_MAX_SEGS, &list.off);
    TOC_SET(iov, iov, segs, list);
    cr_assert_eq(toc_builder_end(builder, &event), 0);
    cr_assert_eq(toc_record_check(event, event->size), 0);
    for (uint32_t i = 0; i < TOC_MAX_MSGS; i++)
        TOC_SET(msg, &msgs[i], exit, msgs[i].enter);
    cr_assert_eq(toc_record_check(event, event->size), -EBADMSG);
}

Test(record, a_full_builder_says_so) {
    _cleanup_toc_builder_ struct toc_builder *builder = NULL;
    const struct toc_event *event;
    char bytes[TOC_MAX_PAYLOAD];
    uint32_t off;

    cr_assert_eq(toc_builder_new(&builder), 0);
    memset(bytes, 0xff, sizeof(bytes));
    toc_builder_begin(builder, TOC_EVENT_sendmmsg);
    cr_expect_null(TOC_NEW_LIST(builder, msg, TOC_MAX_MSGS + 1, &off));
    cr_expect_eq(toc_builder_end(builder, &event), -E2BIG);
    toc_builder_begin(builder, TOC_EVENT_sendmmsg);
    toc_builder_escape(builder, bytes, TOC_MAX_STRING);
    cr_expect_eq(toc_builder_end(builder, &event), -E2BIG);
    toc_builder_begin(builder, TOC_EVENT_sendmmsg);
    for (int i = 0; i < 200; i++)
        toc_builder_bytes(builder, bytes, sizeof(bytes));
    cr_expect_eq(toc_builder_end(builder, &event), -E2BIG);
    toc_builder_begin(builder, TOC_EVENT_sendmmsg);
    cr_assert_eq(toc_builder_end(builder, &event), 0);
    cr_assert_eq(toc_record_check(event, event->size), 0);
}
