// SPDX-License-Identifier: Apache-2.0
// Digits two at a time, for the files that write numbers.
#pragma once

#include <stdint.h>
#include <string.h>

extern const char toc_two_digits[]; /* "00" to "99" */

/* Two digits of a number below 100. Where they end. */
static inline char *toc_put_two(char *to, uint32_t v) {
    memcpy(to, &toc_two_digits[(size_t)v * 2], 2);
    return to + 2;
}
