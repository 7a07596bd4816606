// SPDX-License-Identifier: Apache-2.0
// Random conditions such as signatures have: tests of fields, joined by && || ! and quantifiers.
#pragma once

#include <stdbool.h>

#include "base/buf.h"
#include "random.h"

/* Appends a condition over the world's record, and over `it` when `each`. Some do not compile. */
void oracle_condition(struct orandom *random, bool each, struct toc_buf *buf);
