// SPDX-License-Identifier: Apache-2.0
// Equality of records by what they say, wherever in memory they say it.
#pragma once

#include "event/record.h"

/* A value of a present field in two records. An object is the same when each field present in `a`
 * is present in `b` and the same; lists also have the same length. */
bool toc_same_value(const struct toc_field *field, const struct toc_event *event_a, const void *a,
                    const struct toc_event *event_b, const void *b);

/* Two checked records say the same: the same fields are present, with the same values. */
bool toc_same_event(const struct toc_event *a, const struct toc_event *b);
