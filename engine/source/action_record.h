// SPDX-License-Identifier: Apache-2.0
// The record of what was done about a call because of a rule.
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "event/action.h"
#include "event/wire_action.h"

/* The largest one. */
#define TOC_ACTION_BYTES (sizeof(struct toc_wire_action) + 4 * 256)

/* Makes one that belongs to the call of `of`, with no number of its own; texts are cut at 255
 * bytes. ret takes TOC_ACTION_BYTES, aligned to 8. Gives its size. */
size_t toc_action_record(const struct toc_wire_head *of, const struct toc_action *action,
                         const char *done, bool failed, void *ret);
