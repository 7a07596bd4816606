// SPDX-License-Identifier: Apache-2.0
// Any bytes as wire records: each is refused or leads to events that are whole records.
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "source/compose.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void compose(struct toc_composer *composer, struct toc_call *call) {
    const struct toc_event *event = NULL;

    if (toc_compose_call(composer, call, 0, &event) == 0 &&
        toc_record_check(event, event->size) < 0)
        abort();
}

/* The records lie one after the other; one that is refused ends the input. */
static void feed(struct toc_calls *calls, struct toc_composer *composer, const uint8_t *data,
                 size_t size) {
    struct toc_wire_record record;

    for (size_t at = 0; toc_wire_check(data + at, size - at, &record) == 0;
         at += record.head->size) {
        struct toc_call *call = NULL;

        if (toc_calls_add(calls, &record, &call) != 1)
            continue;
        compose(composer, call);
        toc_calls_put(calls, call);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct toc_composer composer;
    struct toc_calls *calls = NULL;
    uint8_t *copy = malloc(size ? size : 1); // aligned

    if (!copy || toc_calls_new(&calls) < 0 || toc_composer_init(&composer) < 0)
        abort();
    memcpy(copy, data, size);
    feed(calls, &composer, copy, size);
    toc_composer_clear(&composer);
    toc_calls_free(&calls);
    free(copy);
    return 0;
}
