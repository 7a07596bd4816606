// SPDX-License-Identifier: Apache-2.0
// The names of levels.
#include "detect/detect.h"

const char *const toc_level_names[5] = {"informational", "low", "medium", "high", "critical"};

const char *toc_level_name(enum toc_level level) {
    return (size_t)level < 5 ? toc_level_names[level] : "?";
}
