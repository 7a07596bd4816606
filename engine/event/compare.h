// SPDX-License-Identifier: Apache-2.0
// A comparison under way, for the files that compare.
#pragma once

#include "event/derive_msg.h"

#define TOC_PART(name) (UINT32_C(1) << TOC_part_##name)

struct toc_comparison {
    const struct toc_event *event;
    bool is_send;
    bool inputs; /* both sides are from before the kernel writes anything */
    bool any;    /* something was there on both sides */
    uint32_t changed;
};

/* Adds what differs between two objects to cmp->changed: fields that both have and that stay. */
void toc_compare_fields(struct toc_comparison *cmp, const struct toc_object *object, const char *a,
                        const char *b);
void toc_compare_names(struct toc_comparison *cmp, const struct toc_addr *a,
                       const struct toc_addr *b);
/* By offsets; 0: none. */
void toc_compare_iovs(struct toc_comparison *cmp, uint32_t off_a, uint32_t off_b);
void toc_compare_controls(struct toc_comparison *cmp, uint32_t off_a, uint32_t off_b);
