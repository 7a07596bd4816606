// SPDX-License-Identifier: Apache-2.0
// A source over events in memory.
#pragma once

#include <stddef.h>

#include "source/source.h"

/* Gives out n records in order. They have been checked, and array and records are borrowed for the
 * life of the source. -ENOMEM. */
int toc_memory_source_new(const struct toc_event *const *events, size_t n, struct toc_source **ret);
