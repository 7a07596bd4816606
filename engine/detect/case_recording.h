// SPDX-License-Identifier: Apache-2.0
// Tests over recordings: files beside the signature, as recordings or JSON Lines.
#pragma once

#include "detect/signature.h"

/* A test shows one thing; what takes longer is no test any more. */
#define TOC_MAX_TEST_BYTES (16u << 20)
#define TOC_MAX_TEST_EVENTS 100000

/* Reads the file that a node names, relative to the document, into test->events. -EINVAL after
 * errors were added, -ENOMEM. */
int toc_case_recording(const struct toc_yaml *doc, const struct toc_node *node,
                       struct toc_builder *builder, struct toc_arena *arena, struct toc_case *test);
