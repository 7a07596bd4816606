// SPDX-License-Identifier: Apache-2.0
// Random calls, with all that hooks can tell of them, and rules about them.
#pragma once

#include "base/buf.h"

/* The same number gives the same from here on. */
void random_begin(long round);

unsigned random_below(unsigned n);
#define RANDOM_OF(list) (list)[random_below(sizeof(list) / sizeof((list)[0]))]

/* The i-th event of a stream as JSON, in place of what is in `out`. */
void random_event(struct toc_buf *out, unsigned i);

/* A signature as s/r<i>.yaml, which may be refused; a pack as p.yaml. */
void random_rule(unsigned i);
void random_pack(void);
