// SPDX-License-Identifier: Apache-2.0
// The output of a conversion: it replaces what was there only when it is whole.
#pragma once

#include <stdbool.h>

#include "cli/output.h"
#include "event/json.h"
#include "event/recording.h"

struct toc_conversion {
    const char *path;
    char *temporary; /* what is written until it is whole; NULL: path itself, which is no file */
    struct toc_output output;
    struct toc_recorder *recorder; /* NULL: JSON Lines */
};

/* Opens `path` ("-": standard output). 0 or an exit status after a line on standard error. */
int toc_conversion_open(const char *path, bool text, struct toc_conversion *ret);

/* Puts what was written in its place. 0 or -errno. */
int toc_conversion_keep(struct toc_conversion *to);

/* Drops what was not kept. */
void toc_conversion_clear(struct toc_conversion *to);
