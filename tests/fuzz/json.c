// SPDX-License-Identifier: Apache-2.0
// Fuzzes the JSON reader: what it accepts is a sound record, and reads back as itself.
#undef NDEBUG // the assertions are the test
#include <assert.h>
#include <string.h>

#include "event/json.h"
#include "event/same.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const struct toc_event *read_event(struct toc_builder *builder, const char *text, size_t n,
                                          struct toc_json_counts *counts) {
    _cleanup_toc_diags_ struct toc_diags diags = {0};
    const struct toc_event *event = NULL;
    int r = toc_json_read(builder, text, n, (struct toc_place){"fuzz", 1, 0}, TOC_EVENT_sendmmsg,
                          &diags, counts, &event);

    // Whoever refuses says why.
    assert(!r == (diags.n_errors == 0));
    return r ? NULL : event;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static struct toc_builder *one, *two;
    _cleanup_toc_buf_ struct toc_buf buf = {0};
    struct toc_json_counts counts = {0};
    const struct toc_event *event, *back;

    if (!one)
        assert(!toc_builder_new(&one) && !toc_builder_new(&two));
    event = read_event(one, (const char *)data, size, &counts);
    if (!event)
        return 0;
    assert(!toc_record_check(event, event->size));
    toc_json_write(event, &buf);
    memset(&counts, 0, sizeof(counts));
    back = read_event(two, buf.p, buf.n, &counts);
    assert(back && !counts.unknown_fields && !counts.contradictions);
    assert(toc_same_event(event, back));
    return 0;
}
