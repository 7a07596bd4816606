// SPDX-License-Identifier: Apache-2.0
// When heartbeats are made, and when it is said that none comes.
#include "source/heartbeat.h"

#include <criterion/criterion.h>

Test(heartbeat, is_made_at_intervals_and_numbered) {
    struct toc_heartbeat heart = {.every_ns = 100};

    toc_heartbeat_start(&heart, 1000);
    cr_expect_eq(toc_heartbeat_due(&heart, 1000), 1);
    cr_expect_eq(toc_heartbeat_due(&heart, 1099), 0);
    cr_expect_eq(toc_heartbeat_due(&heart, 1100), 2);
    cr_expect_eq(heart.made, 2);
    cr_expect_eq(toc_heartbeat_came(&heart, 1, 1150), 0);
    cr_expect_eq(toc_heartbeat_came(&heart, 4, 1450), 2, "2 and 3 did not come");
    cr_expect_eq(toc_heartbeat_came(&heart, 2, 1460), 0, "one that comes late after all");
}

Test(heartbeat, three_intervals_of_silence_are_told_once) {
    struct toc_heartbeat heart = {.every_ns = 100};

    toc_heartbeat_start(&heart, 1000);
    cr_expect(!toc_heartbeat_is_missing(&heart, 1300));
    cr_expect(toc_heartbeat_is_missing(&heart, 1301));
    cr_expect(!toc_heartbeat_is_missing(&heart, 1302));
    cr_expect(toc_heartbeat_is_missing(&heart, 1602));
    toc_heartbeat_came(&heart, 1, 1700);
    cr_expect(!toc_heartbeat_is_missing(&heart, 2000));
    cr_expect(toc_heartbeat_is_missing(&heart, 2001));
}

Test(heartbeat, none_without_an_interval) {
    struct toc_heartbeat heart = {0};

    cr_expect_eq(toc_heartbeat_due(&heart, 5000), 0);
    cr_expect(!toc_heartbeat_is_missing(&heart, UINT64_MAX));
}
