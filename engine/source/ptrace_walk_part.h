// SPDX-License-Identifier: Apache-2.0
// What the headers of one part point to.
#pragma once

#include "source/ptrace_walk.h"

/* Reads names and iovec arrays of the n entries whose headers were read, all in one go, then their
 * control messages; fills in the entries and puts out their EXTRA records. */
void toc_ptrace_walk_targets(struct toc_ptrace_walk *walk, uint32_t n);
