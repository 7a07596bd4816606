// SPDX-License-Identifier: Apache-2.0
// A message header as programs lay it out.
#include "source/ptrace_header.h"

#define TAKE(e, h)                                                                                 \
    do {                                                                                           \
        (e)->name_ptr = (h)->name;                                                                 \
        (e)->iov_ptr = (h)->iov;                                                                   \
        (e)->control_ptr = (h)->control;                                                           \
        (e)->iov_count = (h)->iov_count;                                                           \
        (e)->control_len = (h)->control_len;                                                       \
        (e)->flags = (h)->flags;                                                                   \
        (e)->name_len = (h)->name_len;                                                             \
        (e)->len = (h)->len;                                                                       \
    } while (0)

void toc_header_take(const union toc_header *header, bool narrow, struct toc_wire_entry *ret) {
    if (narrow)
        TAKE(ret, &header->narrow);
    else
        TAKE(ret, &header->wide);
}
