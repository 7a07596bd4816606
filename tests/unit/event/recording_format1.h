// SPDX-License-Identifier: Apache-2.0
// Blocks as recordings of format 1 have them, which nothing writes any more.
#pragma once

#include "recording_events.h"

/* Appends a block of the events. */
void block_of_format_1(const struct events *events, struct toc_buf *block);
