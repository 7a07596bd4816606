// SPDX-License-Identifier: Apache-2.0
// Records through shared memory, from one writer to one reader.
#include "source/ptrace_ring.h"

#include <errno.h>
#include <string.h>
#include <sys/mman.h>

/* Stands where a record would, when it found no room before the end of the memory. */
#define TO_THE_END UINT32_MAX

int toc_ptrace_shared_new(size_t size, struct toc_ptrace_shared **ret) {
    struct toc_ptrace_shared *shared = mmap(NULL, sizeof(*shared) + size, PROT_READ | PROT_WRITE,
                                            MAP_SHARED | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

    if (shared == MAP_FAILED)
        return -errno;
    shared->size = size;
    *ret = shared;
    return 0;
}

void toc_ptrace_shared_free(struct toc_ptrace_shared **shared) {
    if (*shared)
        munmap(*shared, sizeof(**shared) + (*shared)->size);
    *shared = NULL;
}

bool toc_ptrace_ring_put(struct toc_ptrace_shared *s, const void *record, size_t n,
                         const void *more, size_t n_more) {
    uint64_t head = atomic_load_explicit(&s->head, memory_order_relaxed);
    uint64_t used = head - atomic_load_explicit(&s->tail, memory_order_acquire);
    uint64_t at = head & (s->size - 1), left = s->size - at;
    uint64_t skip = left < n + n_more ? left : 0;

    if (used + skip + n + n_more > s->size)
        return false;
    if (skip) {
        memcpy(s->ring + at, &(uint32_t){TO_THE_END}, sizeof(uint32_t));
        at = 0;
    }
    memcpy(s->ring + at, record, n);
    if (n_more)
        memcpy(s->ring + at + n, more, n_more);
    atomic_store_explicit(&s->head, head + skip + n + n_more, memory_order_release);
    return true;
}

int toc_ptrace_ring_drain(struct toc_ptrace_shared *s, int (*take)(void *ctx, void *data, size_t n),
                          void *ctx) {
    uint64_t tail = atomic_load_explicit(&s->tail, memory_order_relaxed);

    while (tail != atomic_load_explicit(&s->head, memory_order_acquire)) {
        uint64_t at = tail & (s->size - 1), left = s->size - at;
        uint32_t n;
        int r = 0;

        memcpy(&n, s->ring + at, sizeof(n));
        if (n != TO_THE_END && (n > left || n % 8 || n == 0))
            return -EBADMSG;
        if (n != TO_THE_END)
            r = take(ctx, s->ring + at, n);
        tail += n == TO_THE_END ? left : n;
        atomic_store_explicit(&s->tail, tail, memory_order_release);
        if (r)
            return r;
    }
    return 0;
}

void toc_ptrace_counts(const struct toc_ptrace_shared *s, struct toc_wire_counts *ret) {
    const __u64 *from = (const __u64 *)&s->counts;
    __u64 *to = (__u64 *)ret;

    for (size_t i = 0; i < sizeof(*ret) / sizeof(*to); i++)
        to[i] = __atomic_load_n(&from[i], __ATOMIC_RELAXED);
}
