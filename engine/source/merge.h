// SPDX-License-Identifier: Apache-2.0
// Several files of one host as one stream, in order of time.
#pragma once

#include "source/source.h"

/* Takes over n sources of toc_source_open_file, also on failure. Each file keeps its own order, and
 * of the heads the earliest comes next, of equals that of the earlier file. Only the first of their
 * tocsin_start events is given out; a later one of another host ends the stream with -EINVAL. A
 * fault of one file is told when the others have ended. -ENOMEM. */
int toc_source_merge(struct toc_source **sources, size_t n, struct toc_source **ret);
