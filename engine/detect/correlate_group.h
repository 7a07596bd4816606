// SPDX-License-Identifier: Apache-2.0
// What a group of a correlation that counts holds: the body of its cell.
#pragma once

#include "detect/window.h"

struct group {
    uint64_t event;   /* number of the event that touched it last */
    toc_block opened; /* a copy of the event that opened a window judged at its end */
    uint16_t element; /* of it */
    bool truth;       /* of the condition, when it was judged last */
    int64_t oldest;   /* nothing in a window that slides is older; INT64_MIN: it may be anything */
    struct toc_window windows[];
};
