// SPDX-License-Identifier: Apache-2.0
// What explains a condition: the values of the fields that it looks at.
#pragma once

#include "base/arena.h"
#include "base/buf.h"
#include "cel/cel.h"
#include "detect/detect.h"

struct toc_why_part {
    const char *expr;
    struct cel_program *program;
};

struct toc_whys {
    struct toc_why_part items[TOC_ALERT_WHY];
    size_t n;
};

/* Finds the fields in the text of a condition that compiled in that scope. Tells whether it looks
 * at anything that can change. Texts live in `arena`. 0 or -ENOMEM; clear it in any case. */
int toc_whys_compile(const char *text, const struct cel_scope *scope, struct toc_arena *arena,
                     struct toc_whys *ret, bool *ret_looks);
void toc_whys_clear(struct toc_whys *whys);

/* The value of a field in `why`. */
#define TOC_MAX_WHY_VALUE 256

/* Appends each value as a CEL literal of at most TOC_MAX_WHY_VALUE bytes, with a final NUL; of one
 * that is not there, the NUL alone. Resets the scratch. */
void toc_whys_run(const struct toc_whys *whys, const struct cel_activation *activation,
                  struct toc_arena *scratch, struct toc_buf *out);
/* Lists the values that are there: they and `whys` outlive the result. Returns the end of the
 * values. */
const char *toc_whys_list(const struct toc_whys *whys, const char *values, struct toc_why *ret,
                          size_t *ret_n);

/* Cuts what was added after `start` to max bytes, between two characters, with an ellipsis. */
void toc_shorten(struct toc_buf *buf, size_t start, size_t max);
