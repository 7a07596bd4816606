// SPDX-License-Identifier: Apache-2.0
// The table of constants.

#include "event/constants.h"

#include <string.h>

const struct toc_constant toc_constants[] = {
#define CONSTANT(name, value) {#name, value},
#include "event/constants.def"
};
const size_t toc_constants_n = sizeof(toc_constants) / sizeof(toc_constants[0]);

bool toc_constant_value(const char *name, size_t n, int64_t *ret_value) {
    for (size_t i = 0; i < toc_constants_n; i++)
        if (!strncmp(toc_constants[i].name, name, n) && !toc_constants[i].name[n]) {
            *ret_value = toc_constants[i].value;
            return true;
        }
    return false;
}
