// SPDX-License-Identifier: Apache-2.0
// Recordings of events that differ in what may differ.
#pragma once

#include "event/recording.h"

static inline uint64_t rnd(uint64_t *seed) {
    *seed ^= *seed << 13;
    *seed ^= *seed >> 7;
    *seed ^= *seed << 17;
    return *seed >> 3;
}

/* The events of the recording at `path`, each with variations of it behind: an open file, owned by
 * the caller. */
int vary_recording(const char *path);
/* From the start of the file on. */
struct toc_recording *vary_open(int fd);
