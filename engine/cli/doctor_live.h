// SPDX-License-Identifier: Apache-2.0
// tocsin doctor --live: whether calls come through the whole path, and how fast.
#pragma once

#include <stddef.h>

#include "base/buf.h"
#include "source/source.h"

struct toc_doctor_live {
    size_t attached, programs;
    uint64_t p50_ns; /* of the time they took */
    struct toc_source_counts counts;
    char fault[200]; /* why it could not be tried, or what is wrong; "" when all is well */
};

/* Watches this host for a second. */
void toc_doctor_live_try(struct toc_doctor_live *ret);
void toc_doctor_live_text(const struct toc_doctor_live *live, struct toc_buf *out);
/* A line of its own. */
void toc_doctor_live_json(const struct toc_doctor_live *live, struct toc_buf *out);
