// SPDX-License-Identifier: Apache-2.0
// Checks wire records and shows their parts; the only place that believes a length in one.
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "event/wire.h"

/* A checked record. Everything points into the bytes given to toc_wire_check. */
struct toc_wire_record {
    const struct toc_wire_head *head;
    union {
        const struct toc_wire_enter *enter;
        const struct toc_wire_entries *part;
        const struct toc_wire_extra *extra;
        const struct toc_wire_kernel *kernel;
        const struct toc_wire_exit *exit;
        const struct toc_wire_exe *exe; /* its path has exe->n bytes and stands behind it */
    };
    const struct toc_wire_entry *entries; /* n_entries of them, of messages first … */
    uint32_t n_entries;
    uint32_t first;
    enum toc_wire_view view; /* of ENTER, ENTRIES, EXTRA, EXIT */
    const struct toc_wire_kernel_msg *kernel_msgs;
    uint32_t n_kernel;
};

/* 0, or -EBADMSG: another version, an unknown kind, or a length, count, index or status out of
 * bounds. `data` is aligned to 8; the record may be shorter than n, its size says. */
int toc_wire_check(const void *data, size_t n, struct toc_wire_record *ret);
