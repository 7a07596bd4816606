// SPDX-License-Identifier: Apache-2.0
// The memory source: gives out what it was given, in order.
#include "source/memory.h"

#include <criterion/criterion.h>

#include "event/record.h"
#include "sources.h"

Test(memory, events_come_in_order_and_are_counted) {
    _cleanup_toc_builder_ struct toc_builder *builder = NULL;
    _cleanup_toc_source_ struct toc_source *source = NULL;
    _cleanup_toc_buf_ struct toc_buf buf = {0};
    const struct toc_event *event, *events[2];
    uint64_t handled, lost;

    cr_assert_eq(toc_builder_new(&builder), 0);
    toc_builder_begin(builder, TOC_EVENT_close);
    cr_assert_eq(toc_builder_end(builder, &event), 0);
    events[0] = events[1] = event;
    cr_assert_eq(toc_memory_source_new(events, 2, &source), 0);
    cr_expect_str_eq(source_tell(source, &buf), "close close end");
    source_sums(source, &handled, &lost);
    cr_expect(handled == 2 && lost == 0);
}
