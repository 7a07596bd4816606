// SPDX-License-Identifier: Apache-2.0
// A table of threads by their numbers.
#include <stdlib.h>
#include <string.h>

#include "source/import_strace.h"

#define FIRST_PLACES 64u

/* The place of tid, or the free one where it belongs. */
static struct strace_thread *place(struct strace_thread *threads, size_t n, int64_t tid) {
    size_t i = (size_t)((uint64_t)tid * UINT64_C(0x9e3779b97f4a7c15) >> 32) & (n - 1);

    while (threads[i].tid && threads[i].tid != tid)
        i = (i + 1) & (n - 1);
    return &threads[i];
}

/* A table of n places with those that live; at the limit with none. */
static int grow(struct strace_state *state, size_t n) {
    struct strace_thread *threads = calloc(n, sizeof(*threads));

    if (!threads)
        return -1;
    state->used = 0;
    for (size_t i = 0; i < state->n_threads; i++) {
        struct strace_thread *old = &state->threads[i];

        if (!old->tid || old->dead || state->used == n / 2) {
            free(old->half.text);
            continue;
        }
        *place(threads, n, old->tid) = *old;
        state->used++;
    }
    free(state->threads);
    state->threads = threads;
    state->n_threads = n;
    return 0;
}

static int make_room(struct strace_state *state) {
    size_t n = state->n_threads;

    if (!n)
        return grow(state, FIRST_PLACES);
    if (state->used < n / 2)
        return 0;
    return grow(state, n < 2 * STRACE_MAX_THREADS ? 2 * n : n);
}

struct strace_thread *strace_thread(struct strace_state *state, int64_t tid) {
    struct strace_thread *thread;

    // Without numbers there is one thread.
    tid = tid <= 0 ? INT64_MAX : tid;
    if (make_room(state))
        return NULL;
    thread = place(state->threads, state->n_threads, tid);
    if (thread->tid)
        return thread;
    *thread = (struct strace_thread){.tid = tid, .pid = -1, .ppid = -1};
    state->used++;
    state->changes++;
    return thread;
}

void strace_threads_free(struct strace_state *state) {
    for (size_t i = 0; i < state->n_threads; i++)
        free(state->threads[i].half.text);
    free(state->threads);
    state->threads = NULL;
    state->n_threads = 0;
}
