// SPDX-License-Identifier: Apache-2.0
// Finds the whole sections of a recording.
#include "event/recording_scan.h"

#include <string.h>

enum { WINDOW = 64 << 10 };

/* Headers that promise a payload which is then not the one make us read much for little: past this,
 * we believe their length instead of looking for a section inside. */
#define MAX_WASTE (UINT64_C(1) << 30)

static void skip(struct toc_scan *scan, size_t n) {
    if (!scan->found.skipped)
        scan->found.skipped_at = scan->input.offset;
    scan->found.skipped += n;
    toc_input_skip(&scan->input, n);
}

/* Moves on to the next magic, by one byte at least. */
static int skip_to_magic(struct toc_scan *scan) {
    struct toc_input *in = &scan->input;

    skip(scan, 1);
    for (;;) {
        int err = toc_input_want(in, WINDOW);
        const uint8_t *hit;

        if (err)
            return err;
        hit = memmem(in->data, in->n, TOC_SECTION_MAGIC, TOC_SECTION_MAGIC_BYTES);
        if (hit || in->ended) {
            skip(scan, hit ? (size_t)(hit - in->data) : in->n);
            return 0;
        }
        // The window may end within a magic.
        skip(scan, in->n - (TOC_SECTION_MAGIC_BYTES - 1));
    }
}

/* 1: a whole section stands at the start of the window. */
static int try_section(struct toc_scan *scan) {
    struct toc_section *ret = &scan->found.section;
    struct toc_input *in = &scan->input;
    size_t whole;
    int err;

    if (toc_section_read(ret, in->data, in->n) < 0 || !toc_section_known(ret))
        return 0;
    whole = sizeof(*ret) + ret->stored_bytes;
    err = toc_input_want(in, whole);
    if (err)
        return err;
    if (in->n < whole) {
        scan->found.partial = *ret;
        return 0;
    }
    if (toc_section_payload_ok(ret, in->data + sizeof(*ret)))
        return 1;
    scan->wasted += whole;
    if (scan->wasted > MAX_WASTE)
        skip(scan, whole - 1);
    return 0;
}

int toc_scan_next(struct toc_scan *scan) {
    struct toc_found *found = &scan->found;
    struct toc_input *in = &scan->input;

    toc_input_skip(in, scan->behind);
    scan->behind = 0;
    found->skipped = 0;
    found->partial.kind = 0;
    for (;;) {
        int r = toc_input_want(in, sizeof(found->section));

        found->at = in->offset;
        if (!r && !in->n)
            return 0;
        if (!r)
            r = try_section(scan);
        if (r < 0)
            return r;
        if (r)
            break;
        r = skip_to_magic(scan);
        if (r < 0)
            return r;
    }
    found->payload = in->data + sizeof(found->section);
    scan->behind = sizeof(found->section) + found->section.stored_bytes;
    return 1;
}
