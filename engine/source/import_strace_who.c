// SPDX-License-Identifier: Apache-2.0
// When a line of strace's output is from, and of which thread.
//
// On a terminal strace leaves the number out while there is one thread alone: then the lines are
// those of the first, before any number is seen, or of the only one that has not ended.
#include <stdlib.h>
#include <string.h>

#include "source/import_strace.h"

#define NS_PER_DAY INT64_C(86400000000000)

void strace_move_clock(struct strace_state *state, const struct strace_prefix *prefix) {
    if (!prefix->clock)
        return;
    if (!state->clock)
        state->clock = prefix->clock;
    if (prefix->clock == STRACE_RELATIVE) {
        if (__builtin_add_overflow(state->last_ns, prefix->ns, &state->last_ns))
            state->last_ns = INT64_MAX;
        return;
    }
    // Past midnight.
    if (prefix->clock == STRACE_DAY && state->day_ns + prefix->ns < state->last_ns - NS_PER_DAY / 2)
        state->day_ns += NS_PER_DAY;
    state->last_ns = prefix->ns + (prefix->clock == STRACE_DAY ? state->day_ns : 0);
}

/* Of strace -ff the name of the file ends in the number. */
static int64_t number_of_file(const struct toc_import *import) {
    const char *dot = strrchr(import->file.name, '.');
    size_t n = dot ? strlen(dot + 1) : 0;

    return n && n <= 9 && strspn(dot + 1, "0123456789") == n ? atol(dot + 1) : -1;
}

static void set_comm(struct strace_thread *thread, const char *s, size_t n) {
    n = n < sizeof(thread->comm) ? n : sizeof(thread->comm) - 1;
    memset(thread->comm, 0, sizeof(thread->comm));
    memcpy(thread->comm, s, n);
}

static bool is_numbered(const struct strace_thread *thread) {
    return thread->tid && thread->tid != INT64_MAX;
}

/* The number of the only thread that lives; -1: there are several, or none is known. */
static int64_t find_only_one(const struct strace_state *state) {
    int64_t tid = -1;

    for (size_t i = 0; i < state->n_threads; i++) {
        if (!is_numbered(&state->threads[i]) || state->threads[i].dead)
            continue;
        if (tid >= 0)
            return -1;
        tid = state->threads[i].tid;
    }
    return tid;
}

/* Looked for anew only when threads came or went. */
static int64_t only_one(struct strace_state *state) {
    if (state->looked_at != state->changes + 1) {
        state->looked_at = state->changes + 1;
        state->alone = find_only_one(state);
    }
    return state->alone;
}

/* Of "<... read resumed>" without a number, the only thread whose read is not over; -1. */
static int64_t waits_for(const struct strace_state *state, const struct strace_line *line) {
    static const char resumed[] = "<... ";
    const char *name = line->s + strlen(resumed);
    int64_t tid = -1;

    if (!strace_begins(line->s, line->n, resumed))
        return -1;
    for (size_t i = 0; i < state->n_threads; i++) {
        const struct strace_half *half = &state->threads[i].half;

        if (!half->text || line->n < strlen(resumed) + half->name_n + 1 ||
            memcmp(name, half->text, half->name_n) != 0 || name[half->name_n] != ' ')
            continue;
        if (tid >= 0)
            return -1;
        tid = state->threads[i].tid;
    }
    return tid;
}

/* The thread that had no number so far has this one. */
static void give_number(struct strace_state *state, struct strace_thread *to) {
    struct strace_thread *from = strace_thread(state, -1);
    int64_t tid = to->tid;

    if (!from || from == to || to->half.text)
        return;
    *to = *from;
    to->tid = tid;
    // After an exec the thread is the first of its process.
    to->pid = from->comm[0] ? tid : -1;
    *from = (struct strace_thread){.tid = INT64_MAX, .pid = -1, .ppid = -1};
    state->unnumbered = false;
}

struct strace_thread *strace_who(struct toc_import *import, const struct strace_prefix *prefix,
                                 const struct strace_line *line) {
    struct strace_state *state = import->state;
    int64_t tid = prefix->pid >= 0 ? prefix->pid : number_of_file(import);
    size_t used = state->used;
    struct strace_thread *thread;

    if (tid < 0 && state->bracketed && !state->unnumbered)
        tid = only_one(state);
    if (tid < 0 && state->bracketed)
        tid = waits_for(state, line);
    thread = strace_thread(state, tid);
    if (!thread)
        return NULL;
    state->bracketed |= prefix->pid >= 0;
    if (tid < 0 || tid == INT64_MAX)
        state->unnumbered = true;
    // One that nobody made, or that ends a call which the first began, is the first.
    else if (state->unnumbered && !thread->half.text &&
             ((state->used > used && state->tells_new) ||
              (strace_begins(line->s, line->n, "<... ") && strace_thread(state, -1)->half.text)))
        give_number(state, thread);
    if (prefix->comm_n)
        set_comm(thread, prefix->comm, prefix->comm_n);
    return thread;
}
