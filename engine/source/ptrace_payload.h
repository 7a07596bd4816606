// SPDX-License-Identifier: Apache-2.0
// Copies the first bytes of messages, where rules look at them. Its rules are those of
// bpf/payload.h.
#pragma once

#include "source/ptrace_walk.h"

/* Puts out a record for each of the first n entries of the walk whose iovecs were read: where
 * there are several, those of entry i are at segs[i]. Nothing when the walk wants no payload. */
void toc_ptrace_walk_payload(struct toc_ptrace_walk *walk, uint32_t n,
                             const struct toc_wire_seg *const segs[]);
