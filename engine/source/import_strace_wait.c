// SPDX-License-Identifier: Apache-2.0
// Waits in strace's output: descriptors as the call began, and what was found behind its return:
// poll([{fd=3, events=POLLIN}], 1, 50) = 1 ([{fd=3, revents=POLLIN}], left {tv_sec=0, tv_nsec=5}).
#include <string.h>

#include "base/limits.h"
#include "source/import_strace.h"

/* The value behind a word in what the return says; of a list alone the word is "". */
static const struct strace_value *said_after(const struct strace_call *call, const char *word) {
    for (const struct strace_value *v = call->said; v; v = v->next)
        if (!*word ? v->kind == STRACE_LIST
                   : v->kind == STRACE_WORD && v->n == strlen(word) && !memcmp(v->text, word, v->n))
            return *word ? v->next : v;
    return NULL;
}

static void put_time(struct toc_import *import, struct toc_node *timeout, const char *key,
                     const struct strace_value *value) {
    struct toc_node *view = toc_put_map(import, timeout, key);
    const struct strace_value *usec = strace_field(value, "tv_usec");
    uint64_t sec, part;

    toc_put_word(import, view, "status", "ok");
    if (strace_number(strace_field(value, "tv_sec"), &sec))
        toc_put_int(import, view, "sec", (int64_t)sec);
    if (strace_number(usec ? usec : strace_field(value, "tv_nsec"), &part) &&
        !(usec && __builtin_mul_overflow((int64_t)part, 1000, (int64_t *)&part)))
        toc_put_int(import, view, "nsec", (int64_t)part);
}

void strace_put_timeout(struct toc_import *import, struct strace_call *call,
                        const struct strace_value *value) {
    const struct strace_value *left = said_after(call, "left");
    struct toc_node *timeout;

    if (!value)
        return;
    timeout = toc_put_map(import, call->root, "timeout");
    if (strace_is_null(value)) {
        toc_put_ptr(import, timeout, "ptr", 0);
        toc_put_word(import, toc_put_map(import, timeout, "enter"), "status", "null");
    } else if (value->kind == STRACE_STRUCT)
        put_time(import, timeout, "enter", value);
    else if (value->kind == STRACE_NUMBER)
        toc_put_ptr(import, timeout, "ptr", value->u);
    if (left && left->kind == STRACE_STRUCT)
        put_time(import, timeout, "exit", left);
}

static void put_wait(struct toc_import *import, struct strace_call *call, uint64_t captured) {
    struct toc_node *wait = toc_put_map(import, call->root, "wait");

    toc_put_uint(import, wait, "captured", captured);
    toc_put_bool(import, wait, "truncated", call->truncated);
}

static void put_i32(struct toc_import *import, struct toc_node *in, const char *key,
                    const struct strace_value *value) {
    uint64_t u;

    if (strace_number(value, &u))
        toc_put_int(import, in, key, (int32_t)u);
}

static void put_u16(struct toc_import *import, struct toc_node *in, const char *key,
                    const struct strace_value *value) {
    uint64_t u;

    if (strace_number(value, &u))
        toc_put_uint(import, in, key, (uint16_t)u);
}

/* ---- poll ---- */

static bool same_fd(const struct strace_value *one, const struct strace_value *other) {
    uint64_t a, b;

    return one && other && strace_number(strace_field(one, "fd"), &a) &&
           strace_number(strace_field(other, "fd"), &b) && (int32_t)a == (int32_t)b;
}

/* Elements with events are told in their order; of those between them it follows that they have
 * none. */
static void put_found(struct toc_import *import, struct toc_node *element,
                      const struct strace_value *of, const struct strace_value **found, bool cut) {
    struct toc_node *view;

    if (!*found && cut)
        return;
    view = toc_put_map(import, element, "exit");
    toc_put_word(import, view, "status", "ok");
    if (!same_fd(of, *found)) {
        toc_put_uint(import, view, "revents", 0);
        return;
    }
    put_i32(import, view, "fd", strace_field(*found, "fd"));
    put_u16(import, view, "revents", strace_field(*found, "revents"));
    *found = (*found)->next;
}

/* Whether each element told at return is one of those told at entry, in this order. */
static bool fits(const struct strace_value *list, const struct strace_value *found) {
    for (const struct strace_value *v = list->child; v && found; v = v->next)
        if (same_fd(v, found))
            found = found->next;
    return !found;
}

void strace_put_poll(struct toc_import *import, struct strace_call *call) {
    const struct strace_value *list = call->args[0], *told = said_after(call, ""), *found = NULL;
    struct toc_node *fds, *element, *view;
    bool ready;
    uint32_t n = 0;

    if (!list || list->kind != STRACE_LIST)
        return;
    ready = told && call->ret > 0 && fits(list, told->child);
    found = ready ? told->child : NULL;
    call->truncated |= list->cut;
    fds = toc_put_list(import, call->root, "fds");
    for (const struct strace_value *v = list->child; v; v = v->next) {
        if (n == TOC_MAX_POLLFDS) {
            call->truncated = true;
            break;
        }
        element = toc_put_map(import, fds, NULL);
        toc_put_uint(import, element, "index", n++);
        view = toc_put_map(import, element, "enter");
        toc_put_word(import, view, "status", "ok");
        put_i32(import, view, "fd", strace_field(v, "fd"));
        put_u16(import, view, "events", strace_field(v, "events"));
        if (ready)
            put_found(import, element, v, &found, told->cut);
    }
    put_wait(import, call, n);
}

/* ---- select ---- */

static uint64_t put_set(struct toc_import *import, struct strace_call *call, struct toc_node *set,
                        const char *key, const struct strace_value *list) {
    struct toc_node *view = toc_put_map(import, set, key), *fds;
    uint64_t n = 0;

    if (list && list->kind != STRACE_LIST) {
        toc_put_word(import, view, "status", strace_is_null(list) ? "null" : "absent");
        return 0;
    }
    toc_put_word(import, view, "status", "ok");
    fds = toc_put_list(import, view, "fds");
    for (const struct strace_value *v = list ? list->child : NULL; v && n < TOC_MAX_SETFDS;
         v = v->next, n++)
        put_i32(import, toc_put_map(import, fds, NULL), "fd", v);
    call->truncated |= list && (list->cut || n == TOC_MAX_SETFDS);
    return n;
}

void strace_put_select(struct toc_import *import, struct strace_call *call) {
    static const char *const names[] = {"readfds", "writefds", "exceptfds"};
    static const char *const words[] = {"in", "out", "except"};
    bool ready = call->said && call->ret > 0;
    struct toc_node *sets, *set;
    uint64_t n = 0;

    if (call->n_args < 4)
        return;
    sets = toc_put_map(import, call->root, "fdsets");
    for (size_t i = 0; i < 3; i++) {
        set = toc_put_map(import, sets, names[i]);
        n += put_set(import, call, set, "enter", call->args[1 + i]);
        // A set that is not told of is empty.
        if (ready && call->args[1 + i]->kind == STRACE_LIST)
            put_set(import, call, set, "exit", said_after(call, words[i]));
    }
    put_wait(import, call, n);
}

/* ---- epoll ---- */

void strace_put_epoll(struct toc_import *import, struct strace_call *call) {
    const struct strace_value *list = call->args[1];
    struct toc_node *ready, *events, *event;
    uint64_t n = 0, u;

    if (!list || list->kind != STRACE_LIST)
        return;
    ready = toc_put_map(import, call->root, "ready");
    toc_put_word(import, ready, "status", "ok");
    events = toc_put_list(import, ready, "events");
    for (const struct strace_value *v = list->child; v && n < TOC_MAX_POLLFDS; v = v->next, n++) {
        const struct strace_value *data = strace_field(v, "data");

        event = toc_put_map(import, events, NULL);
        if (strace_number(strace_field(v, "events"), &u))
            toc_put_uint(import, event, "events", (uint32_t)u);
        if (strace_number(data && data->kind == STRACE_STRUCT ? strace_field(data, "u64") : data,
                          &u))
            toc_put_ptr(import, event, "data", u);
    }
    call->truncated |= list->cut || n == TOC_MAX_POLLFDS;
    put_wait(import, call, n);
}
