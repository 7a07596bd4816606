// SPDX-License-Identifier: Apache-2.0
// The index of a recording: where its blocks are, in bounded memory however long the file grows.
#pragma once

#include "event/recording_format.h"

struct toc_index {
    struct toc_index_entry *entries; /* owned, ascending */
    size_t n, cap;
    uint32_t stride;  /* blocks an entry stands for; 0 counts as 1 */
    uint32_t pending; /* blocks since the last entry */
};

/* Notes a block. When the index is full, pairs of entries become one. -ENOMEM. */
int toc_index_add(struct toc_index *index, const struct toc_section *section, uint64_t offset);
void toc_index_clear(struct toc_index *index);
#define _cleanup_toc_index_ __attribute__((cleanup(toc_index_clear)))

/* Reads the index of a file held in memory: the one at its end or, where that is missing or
 * damaged, one made by going through the section headers. *ret_rebuilt says which. `ret`
 * zero-initialised. -ENOMEM. */
int toc_index_load(const void *file, size_t n, struct toc_index *ret, bool *ret_rebuilt);

/* The next offset at or after `at` where a section header can be read, n when there is none. */
size_t toc_section_find(const void *file, size_t n, size_t at, struct toc_section *ret);
