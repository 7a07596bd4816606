// SPDX-License-Identifier: Apache-2.0
// Composes the call that wire records make, one after the other.
#pragma once

#include <criterion/criterion.h>

#include "source/compose.h"
#include "wire_make.h"

static union wire_room room;
static struct toc_composer composer;
static struct toc_calls *calls;
static struct toc_call *call;

static void open_composer(void) {
    cr_assert_eq(toc_calls_new(&calls), 0);
    cr_assert_eq(toc_composer_init(&composer), 0);
    composer.boot_offset_ns = 1000000;
}

static void close_composer(void) {
    toc_composer_clear(&composer);
    toc_calls_free(&calls);
}

/* Gives the record in the room to its call. */
static void add(void) {
    struct toc_wire_record record;

    cr_assert_eq(toc_wire_check(&room, sizeof(room), &record), 0);
    cr_assert_geq(toc_calls_add(calls, &record, &call), 0);
}

/* The event of the call, which must have returned; it lives until the next one. */
static const struct toc_event *composed(void) {
    const struct toc_event *event = NULL;

    cr_assert(call->complete);
    cr_assert_eq(toc_compose_call(&composer, call, 3, &event), 0);
    cr_assert_eq(toc_record_check(event, event->size), 0);
    return event;
}

/* The same, and the call is done with. */
static inline const struct toc_event *compose(void) {
    const struct toc_event *event = composed();

    toc_calls_put(calls, call);
    return event;
}
