// SPDX-License-Identifier: Apache-2.0
// The bump allocator: a list of chunks, the newest in front, none smaller than the one before it.
#include "base/arena.h"

#include <errno.h>
#include <sanitizer/asan_interface.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define ALIGN 16
/* Small, as thousands of arenas each hold one compiled expression of a few hundred bytes. */
#define FIRST_CHUNK 256

struct chunk {
    struct chunk *next;
    size_t used, cap;
    _Alignas(ALIGN) unsigned char bytes[];
};

struct toc_arena {
    struct chunk *head;
    size_t used, max_bytes;
};

int toc_arena_new(size_t max_bytes, struct toc_arena **ret) {
    struct toc_arena *arena = calloc(1, sizeof(*arena));

    if (!arena)
        return -ENOMEM;
    arena->max_bytes = max_bytes;
    *ret = arena;
    return 0;
}

static void free_chunks(struct chunk *chunk) {
    while (chunk) {
        struct chunk *next = chunk->next;

        free(chunk);
        chunk = next;
    }
}

void toc_arena_free(struct toc_arena **arena) {
    if (!arena || !*arena)
        return;
    free_chunks((*arena)->head);
    free(*arena);
    *arena = NULL;
}

static struct chunk *add_chunk(struct toc_arena *arena, size_t n) {
    size_t cap = arena->head ? arena->head->cap * 2 : FIRST_CHUNK;
    struct chunk *chunk;

    if (cap > arena->max_bytes)
        cap = arena->max_bytes;
    if (cap < n)
        cap = n;
    if (cap > SIZE_MAX / 4 || !(chunk = malloc(sizeof(*chunk) + cap)))
        return NULL;
    chunk->used = 0;
    chunk->cap = cap;
    chunk->next = arena->head;
    arena->head = chunk;
    // What is not handed out is poisoned, so that an overrun of one object shows under ASan.
    ASAN_POISON_MEMORY_REGION(chunk->bytes, cap);
    return chunk;
}

void *toc_arena_alloc(struct toc_arena *arena, size_t n) {
    struct chunk *chunk = arena->head;
    size_t rounded;
    void *p;

    if (__builtin_add_overflow(n, ALIGN - 1, &rounded))
        return NULL;
    rounded &= ~(size_t)(ALIGN - 1);
    // An empty object still gets an address of its own.
    if (!rounded)
        rounded = ALIGN;
    if (rounded > arena->max_bytes - arena->used)
        return NULL;
    if (!chunk || chunk->cap - chunk->used < rounded)
        chunk = add_chunk(arena, rounded);
    if (!chunk)
        return NULL;
    p = chunk->bytes + chunk->used;
    chunk->used += rounded;
    arena->used += rounded;
    ASAN_UNPOISON_MEMORY_REGION(p, n);
    return memset(p, 0, n);
}

void *toc_arena_array(struct toc_arena *arena, size_t n, size_t size) {
    size_t total;

    if (__builtin_mul_overflow(n, size, &total))
        return NULL;
    return toc_arena_alloc(arena, total);
}

char *toc_arena_strndup(struct toc_arena *arena, const char *s, size_t n) {
    char *copy = n < SIZE_MAX ? toc_arena_alloc(arena, n + 1) : NULL;

    if (copy && n)
        memcpy(copy, s, n);
    return copy;
}

void toc_arena_reset(struct toc_arena *arena) {
    struct chunk *largest = arena->head;

    // Most evaluations use none of it.
    if (!arena->used)
        return;
    arena->used = 0;
    free_chunks(largest->next);
    largest->next = NULL;
    largest->used = 0;
    ASAN_POISON_MEMORY_REGION(largest->bytes, largest->cap);
}

size_t toc_arena_used(const struct toc_arena *arena) {
    return arena->used;
}
