// SPDX-License-Identifier: Apache-2.0
// A bump allocator: many small things that die together.
#pragma once

#include <stddef.h>

struct toc_arena;

/* Hands out at most max_bytes (each allocation rounded up to 16): then allocations give NULL, at
 * the same point whatever was allocated before the last reset. -ENOMEM. */
int toc_arena_new(size_t max_bytes, struct toc_arena **ret);
void toc_arena_free(struct toc_arena **arena);
#define _cleanup_toc_arena_ __attribute__((cleanup(toc_arena_free)))

/* Zeroed, aligned to 16; NULL when the limit is reached or memory is out. Lives until reset. */
void *toc_arena_alloc(struct toc_arena *arena, size_t n);
/* n elements of size bytes, overflow checked. */
void *toc_arena_array(struct toc_arena *arena, size_t n, size_t size);
char *toc_arena_strndup(struct toc_arena *arena, const char *s, size_t n); /* NUL-terminated copy */

/* Forgets everything; keeps the largest chunk so that steady use allocates nothing. */
void toc_arena_reset(struct toc_arena *arena);
size_t toc_arena_used(const struct toc_arena *arena);
