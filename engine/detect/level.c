// SPDX-License-Identifier: Apache-2.0
// The names of levels.
#include <errno.h>
#include <string.h>

#include "detect/detect.h"

const char *const toc_level_names[5] = {"informational", "low", "medium", "high", "critical"};

const char *toc_level_name(enum toc_level level) {
    return (size_t)level < 5 ? toc_level_names[level] : "?";
}

int toc_level_parse(const char *name, size_t n, enum toc_level *ret) {
    for (size_t i = 0; i < 5; i++) {
        if (strlen(toc_level_names[i]) == n && !memcmp(toc_level_names[i], name, n)) {
            *ret = (enum toc_level)i;
            return 0;
        }
    }
    return -EINVAL;
}
