// SPDX-License-Identifier: Apache-2.0
// Output of strace: a line a call, or two halves of one.
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/limits.h"
#include "event/variants.h"
#include "source/import_strace.h"

/* ---- Lines that are no call ---- */

static int drop_half(struct toc_import *import, struct strace_thread *thread) {
    if (!thread->half.text)
        return -EAGAIN;
    toc_import_seen(import);
    toc_import_leave(import, TOC_LEFT_UNFINISHED, thread->half.text, thread->half.name_n);
    free(thread->half.text);
    thread->half = (struct strace_half){0};
    return -EAGAIN;
}

static int leave(struct toc_import *import, const char *what) {
    toc_import_seen(import);
    return toc_import_leave(import, TOC_LEFT_OTHER, what, strlen(what));
}

static int end_thread(struct toc_import *import, struct strace_thread *thread) {
    drop_half(import, thread);
    thread->dead = true;
    ((struct strace_state *)import->state)->changes++;
    thread->pid = thread->ppid = -1;
    thread->comm[0] = '\0';
    thread->abi = NULL;
    return leave(import, "ends of threads");
}

/* Process 7 attached */
static int tell_new(struct toc_import *import, const char *s, size_t n) {
    static const char process[] = "Process ";
    const char *at = memmem(s, n, process, strlen(process));
    struct strace_state *state = import->state;
    long tid = at ? strtol(at + strlen(process), NULL, 10) : 0;

    state->tells_new = true;
    if (tid > 0 && !strace_thread(state, tid))
        return -ENOMEM;
    return leave(import, "messages");
}

/* [ Process PID=7 runs in 32 bit mode. ] */
static int message(struct toc_import *import, const char *s, size_t n) {
    struct strace_state *state = import->state;
    const char *pid = memmem(s, n, "PID=", 4), *mode = memmem(s, n, "runs in ", 8);
    struct strace_thread *thread;

    if (strace_ends(s, n, " attached"))
        return tell_new(import, s, n);
    if (pid && mode) {
        thread = strace_thread(state, strtol(pid + 4, NULL, 10));
        if (!thread)
            return -ENOMEM;
        mode += 8;
        thread->abi = *mode == '3' ? "i386" : *mode == 'x' ? "x32" : "x86_64";
    }
    return leave(import, "messages");
}

/* What is told beside calls; 0: it is no such line. */
static int other_line(struct toc_import *import, struct strace_thread *thread, const char *s,
                      size_t n) {
    if (strace_begins(s, n, "+++ "))
        return end_thread(import, thread);
    if (strace_begins(s, n, "--- "))
        return leave(import, "signals");
    if (strace_begins(s, n, "> "))
        return leave(import, "stack frames");
    if (strace_begins(s, n, "| ") || strace_begins(s, n, "* ") || strace_begins(s, n, "= "))
        return leave(import, "dumps");
    if (strace_begins(s, n, "strace: ") || strace_begins(s, n, "[ Process ") ||
        strace_begins(s, n, "Process "))
        return message(import, s, n);
    return 0;
}

/* ---- Calls ---- */

static int keep_half(struct toc_import *import, struct strace_thread *thread, const char *s,
                     size_t n, const struct strace_prefix *prefix) {
    struct strace_state *state = import->state;

    drop_half(import, thread);
    thread->half = (struct strace_half){.text = malloc(n),
                                        .n = n - strlen(STRACE_UNFINISHED),
                                        .name_n = strace_name(s, n),
                                        .ns = state->last_ns,
                                        .nr = prefix->nr,
                                        .timed = prefix->clock != STRACE_NO_CLOCK};
    if (!thread->half.text)
        return -ENOMEM;
    memcpy(thread->half.text, s, n);
    return -EAGAIN;
}

/* A whole call in one text. */
static int whole_call(struct toc_import *import, struct strace_thread *thread,
                      struct strace_line *line, const struct toc_node **ret) {
    const char *equals = strace_equals(line->s, line->n);

    toc_import_seen(import);
    if (!equals)
        return toc_import_damaged(import, line->col, "a call without its return");
    line->equals = (size_t)(equals - line->s);
    strace_note(thread, import->state, line);
    if (strace_event(line->s, line->name_n) == TOC_EVENT_NONE)
        return toc_import_leave(import, TOC_LEFT_UNKNOWN, line->s, line->name_n);
    return strace_put_line(import, thread, line, ret);
}

/* <... poll resumed>) = 0 */
static int resumed(struct toc_import *import, struct strace_thread *thread, const char *s, size_t n,
                   const struct strace_prefix *prefix, const struct toc_node **ret) {
    const char *end = memmem(s, n, " resumed>", 9), *name = s + 5;
    struct strace_half *half = &thread->half;
    struct strace_state *state = import->state;
    struct strace_line line = {.timed = half->timed, .ns = half->ns, .nr = half->nr};
    size_t name_n, rest;
    char *text;

    toc_import_seen(import);
    if (!end)
        return toc_import_leave(import, TOC_LEFT_OTHER, "messages", 8);
    name_n = (size_t)(end - name);
    if (!half->text || half->name_n != name_n || memcmp(half->text, name, name_n) != 0)
        return toc_import_leave(import, TOC_LEFT_UNFINISHED, name, name_n);
    import->seen--;
    rest = n - (size_t)(end - s) - 9;
    text = toc_arena_alloc(import->arena, half->n + rest + 1);
    if (!text) {
        toc_import_seen(import);
        return toc_import_damaged(import, 0, "it is too large");
    }
    memcpy(text, half->text, half->n);
    memcpy(text + half->n, end + 9, rest);
    line.s = text;
    line.n = half->n + rest;
    line.name_n = name_n;
    // The second half came as the call returned.
    line.lasted = half->timed && prefix->clock && !prefix->seconds;
    line.lasted_ns = state->last_ns - half->ns;
    free(half->text);
    *half = (struct strace_half){0};
    return whole_call(import, thread, &line, ret);
}

static int call_line(struct toc_import *import, struct strace_thread *thread,
                     struct strace_line *line, const struct strace_prefix *prefix,
                     const struct toc_node **ret) {
    if (strace_begins(line->s, line->n, "<... "))
        return resumed(import, thread, line->s, line->n, prefix, ret);
    if (!line->name_n) {
        toc_import_seen(import);
        return toc_import_damaged(import, line->col, "no line of strace");
    }
    if (strace_ends(line->s, line->n, STRACE_UNFINISHED))
        return keep_half(import, thread, line->s, line->n, prefix);
    drop_half(import, thread);
    return whole_call(import, thread, line, ret);
}

/* A line that does not go on, or for too long. */
static void drop_broken(struct toc_import *import) {
    struct strace_state *state = import->state;
    struct strace_prefix prefix;
    size_t at = strace_prefix(state->broken, state->broken_n, &prefix);
    const char *call = state->broken + at;

    toc_import_seen(import);
    toc_import_leave(import, TOC_LEFT_UNFINISHED, call, strace_name(call, state->broken_n - at));
    free(TAKE_PTR(state->broken));
    state->broken_n = 0;
}

/* Halves that nothing came for. */
static int finish(struct toc_import *import) {
    struct strace_state *state = import->state;

    if (state->broken)
        drop_broken(import);
    for (size_t i = 0; i < state->n_threads; i++)
        drop_half(import, &state->threads[i]);
    if (!state->clock && import->converted)
        import->notes[0] =
            "the lines have no times: what rules count within a time is all one moment "
            "(record with strace -ttt)";
    else if (state->clock == STRACE_DAY)
        import->notes[0] =
            "the times have no date: they count from 1970-01-01 (record with strace -ttt)";
    else if (state->clock == STRACE_RELATIVE)
        import->notes[0] = "the times are those since the line before: they count from 1970-01-01 "
                           "(record with strace -ttt)";
    if (state->wants_socks && !state->has_socks)
        import->notes[1] = "no line tells what socket a call is on: what rules ask of it (sock) is "
                           "not known (record with strace -yy)";
    return 0;
}

/* On a terminal it tells of a new thread amid the line of the call that made it, and goes on in the
 * next line: "clone(…SIGCHLDstrace: Process 7 attached", ", child_tidptr=0x1) = 7". 1: *s is a
 * line. */
static int join(struct toc_import *import, const char **s, size_t *n) {
    static const char attached[] = " attached", process[] = "strace: Process ";
    struct strace_state *state = import->state;
    const char *at =
        strace_ends(*s, *n, attached) ? memmem(*s, *n, process, strlen(process)) : NULL;
    char *text;

    // Several may be told, one after the other.
    if (at && (at > *s || state->broken)) {
        if (state->broken && state->broken_n + (size_t)(at - *s) > TOC_MAX_JSON_LINE)
            drop_broken(import);
        text = realloc(state->broken, state->broken_n + (size_t)(at - *s) + 1);
        if (!text)
            return -ENOMEM;
        memcpy(text + state->broken_n, *s, (size_t)(at - *s));
        state->broken = text;
        state->broken_n += (size_t)(at - *s);
        return tell_new(import, at, strlen(process) + strspn(at + strlen(process), "0123456789"));
    }
    if (!state->broken)
        return 1;
    text = toc_arena_alloc(import->arena, state->broken_n + *n + 1);
    if (!text)
        return -ENOMEM;
    memcpy(text, state->broken, state->broken_n);
    memcpy(text + state->broken_n, *s, *n);
    *s = text;
    *n += state->broken_n;
    free(TAKE_PTR(state->broken));
    state->broken_n = 0;
    return 1;
}

static int strace_next(struct toc_import *import, const struct toc_node **ret) {
    struct strace_state *state = import->state;
    struct strace_prefix prefix;
    struct strace_thread *thread;
    struct strace_line line = {0};
    const char *s = NULL;
    size_t n = 0, at;
    int r = toc_import_line(import, &s, &n);

    if (r != 1)
        return r ? r : finish(import);
    // The table of -C stands at the end.
    state->summed |= strace_begins(s, n, "% time ");
    if (state->summed)
        return leave(import, "sums");
    r = join(import, &s, &n);
    if (r != 1)
        return r;
    at = strace_prefix(s, n, &prefix);
    if (at == n)
        return -EAGAIN;
    strace_move_clock(state, &prefix);
    line = (struct strace_line){.s = s + at,
                                .n = n - at,
                                .name_n = strace_name(s + at, n - at),
                                .col = (uint32_t)at + 1,
                                .timed = prefix.clock,
                                .ns = state->last_ns,
                                .nr = prefix.nr};
    thread = strace_who(import, &prefix, &line);
    if (!thread)
        return -ENOMEM;
    r = other_line(import, thread, line.s, line.n);
    return r ? r : call_line(import, thread, &line, &prefix, ret);
}

static void strace_close(struct toc_import *import) {
    struct strace_state *state = import->state;

    free(state->broken);
    strace_threads_free(state);
}

const struct toc_import_format toc_import_strace = {
    .name = "strace",
    .what = "output of strace",
    .word = "record",
    .events = EVENT_BATCHES | EVENT_SINGLES | EVENT_WAITS | EVENT_SIDE,
    .payload = true,
    .may_lack = "sock",
    .shows = strace_shows,
    .state_size = sizeof(struct strace_state),
    .detect = strace_detect,
    .next = strace_next,
    .close = strace_close,
};
