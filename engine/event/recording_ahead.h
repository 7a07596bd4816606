// SPDX-License-Identifier: Apache-2.0
// A recording's sections with their payloads decompressed, one after the other. While one is read
// the next is prepared by a thread of its own, if the recording is a file of some size.
#pragma once

#include "event/recording_scan.h"

struct toc_unpacked {
    int result; /* of toc_scan_next */
    struct toc_found found;
    int error; /* -EBADMSG: the payload cannot be decompressed; -ENOMEM */
    /* The payload of a table or of events, and TOC_DELTA_BEHIND bytes behind it. */
    uint8_t *raw;
    size_t raw_cap;
};

/* Below, starting a thread takes longer than it gains. A stream is never read ahead: whoever waits
 * for it could not be made to stop. */
#define TOC_WORTH_READING_AHEAD (256u << 10)

struct toc_ahead;

/* `fd` is borrowed; see toc_input_open. The table of the digest `known` is not unpacked. -errno. */
int toc_ahead_new(int fd, const void *head, size_t head_n, uint64_t known, struct toc_ahead **ret);
void toc_ahead_free(struct toc_ahead **ahead);

/* To look at the beginning; not after toc_ahead_next. */
struct toc_input *toc_ahead_input(struct toc_ahead *ahead);

/* The next section, until the one after it is asked for. The last is the one whose result is no
 * section, and comes again. */
struct toc_unpacked *toc_ahead_next(struct toc_ahead *ahead);
