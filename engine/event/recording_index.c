// SPDX-License-Identifier: Apache-2.0
// Collects, thins out, reads back and rebuilds the index of a recording.
#include "event/recording_index.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <zstd.h>

static int grow(struct toc_index *index) {
    size_t cap = index->cap ? index->cap * 2 : 64;
    struct toc_index_entry *entries = reallocarray(index->entries, cap, sizeof(*entries));

    if (!entries)
        return -ENOMEM;
    index->entries = entries;
    index->cap = cap;
    return 0;
}

static void thin_out(struct toc_index *index) {
    for (size_t i = 0; i < index->n / 2; i++) {
        index->entries[i] = index->entries[2 * i];
        index->entries[i].last_ns = index->entries[2 * i + 1].last_ns;
    }
    index->n /= 2;
    index->stride *= 2;
}

int toc_index_add(struct toc_index *index, const struct toc_section *section, uint64_t offset) {
    if (!index->stride)
        index->stride = 1;
    if (index->pending) {
        index->entries[index->n - 1].last_ns = section->last_ns;
        index->pending = (index->pending + 1) % index->stride;
        return 0;
    }
    if (index->n == TOC_MAX_INDEX)
        thin_out(index);
    if (index->n == index->cap && grow(index) < 0)
        return -ENOMEM;
    index->entries[index->n++] = (struct toc_index_entry){
        .offset = offset,
        .first_event = section->first_event,
        .first_ns = section->first_ns,
        .last_ns = section->last_ns,
    };
    index->pending = 1 % index->stride;
    return 0;
}

void toc_index_clear(struct toc_index *index) {
    free(index->entries);
    *index = (struct toc_index){0};
}

size_t toc_section_find(const void *file, size_t n, size_t at, struct toc_section *ret) {
    const char *bytes = file;

    while (at < n) {
        const char *hit = memmem(bytes + at, n - at, TOC_SECTION_MAGIC, TOC_SECTION_MAGIC_BYTES);

        if (!hit)
            return n;
        at = (size_t)(hit - bytes);
        if (!toc_section_read(ret, hit, n - at))
            return at;
        at++;
    }
    return n;
}

/* The section at `at` with its whole payload, or false. */
static bool section_at(const char *file, size_t n, size_t at, struct toc_section *ret) {
    return at <= n && !toc_section_read(ret, file + at, n - at) && toc_section_known(ret) &&
           ret->stored_bytes <= n - at - sizeof(*ret) &&
           toc_section_payload_ok(ret, file + at + sizeof(*ret));
}

/* True when the file ends with a good index, which is then in *ret. */
static bool load_end(const char *file, size_t n, struct toc_index *ret) {
    struct toc_section end, index;
    size_t at;

    if (n < sizeof(end) || !section_at(file, n, n - sizeof(end), &end) ||
        end.kind != TOC_SECTION_END || end.raw_bytes > n - sizeof(end))
        return false;
    at = n - sizeof(end) - end.raw_bytes;
    if (!section_at(file, n, at, &index) || index.kind != TOC_SECTION_INDEX || !index.count ||
        index.raw_bytes != index.count * sizeof(*ret->entries))
        return false;
    ret->entries = malloc(index.raw_bytes);
    ret->n = ret->cap = index.count;
    return ret->entries && ZSTD_decompress(ret->entries, index.raw_bytes, file + at + sizeof(index),
                                           index.stored_bytes) == index.raw_bytes;
}

static int rebuild(const char *file, size_t n, struct toc_index *ret) {
    struct toc_section section;

    for (size_t at = 0; (at = toc_section_find(file, n, at, &section)) < n;) {
        bool whole = section_at(file, n, at, &section);

        if (whole && section.kind == TOC_SECTION_EVENTS && toc_index_add(ret, &section, at) < 0)
            return -ENOMEM;
        at += whole ? sizeof(section) + section.stored_bytes : 1;
    }
    return 0;
}

int toc_index_load(const void *file, size_t n, struct toc_index *ret, bool *ret_rebuilt) {
    *ret_rebuilt = !load_end(file, n, ret);
    if (!*ret_rebuilt)
        return 0;
    toc_index_clear(ret);
    return rebuild(file, n, ret);
}
