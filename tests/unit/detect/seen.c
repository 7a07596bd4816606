// SPDX-License-Identifier: Apache-2.0
// The set of calls that alerted while pending: what it remembers, and that it stays small.
#include "detect/seen.h"

#include <criterion/criterion.h>
#include <stdlib.h>

#include "base/cleanup.h"

Test(seen, a_key_is_taken_once) {
    _cleanup_free_ struct toc_seen *seen = calloc(1, sizeof(*seen));
    uint64_t one = toc_seen_key(1, "0-1", 3), other = toc_seen_key(2, "0-1", 3);

    cr_assert_not_null(seen);
    cr_expect_neq(one, other);
    toc_seen_add(seen, one);
    cr_expect_not(toc_seen_take(seen, other));
    cr_expect(toc_seen_take(seen, one));
    cr_expect_not(toc_seen_take(seen, one));
}

Test(seen, a_full_slot_forgets_its_oldest) {
    _cleanup_free_ struct toc_seen *seen = calloc(1, sizeof(*seen));

    cr_assert_not_null(seen);
    for (uint64_t i = 0; i <= TOC_SEEN_WAYS; i++)
        toc_seen_add(seen, 7 + i * TOC_SEEN_SLOTS);
    cr_expect_eq(seen->evicted, 1);
    cr_expect_not(toc_seen_take(seen, 7));
    for (uint64_t i = TOC_SEEN_WAYS; i > 0; i--)
        cr_expect(toc_seen_take(seen, 7 + i * TOC_SEEN_SLOTS));
}
