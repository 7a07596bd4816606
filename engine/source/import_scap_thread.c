// SPDX-License-Identifier: Apache-2.0
// Threads of a capture: their names, and calls under way.
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "source/import_scap.h"

/* The block that lists processes with the length of each before it; older ones are passed over. */
#define PROCESSES_V9 0x215

/* Places looked at before one is taken from another thread. */
#define TRIES 8

/* Returns of exec and clone have the thread's name at this place, where they have so many
 * parameters. */
enum { PARAM_TID = 3, PARAM_PID = 4, PARAM_PTID = 5, PARAM_COMM = 13 };

static void forget(struct scap_state *state, struct scap_thread *thread, uint64_t tid) {
    state->dropped += thread->entry != NULL;
    free(thread->exe);
    free(thread->entry);
    *thread = (struct scap_thread){.tid = tid, .pid = -1, .ppid = -1};
}

struct scap_thread *scap_thread(struct scap_state *state, uint64_t tid) {
    size_t first = (size_t)(tid * UINT64_C(0x9e3779b97f4a7c15) >> 32), at = first;

    // Number 0 is the idle task of every processor: no place is free any more when it has one.
    tid = tid ? tid : UINT64_MAX;
    if (!state->threads)
        state->threads = calloc(SCAP_MAX_THREADS, sizeof(*state->threads));
    if (!state->threads)
        return NULL;
    for (; at < first + TRIES; at++) {
        struct scap_thread *thread = &state->threads[at % SCAP_MAX_THREADS];

        if (thread->tid == tid)
            return thread;
        if (!thread->tid)
            break;
    }
    at = (at < first + TRIES ? at : first) % SCAP_MAX_THREADS;
    forget(state, &state->threads[at], tid);
    return &state->threads[at];
}

void scap_threads_free(struct scap_state *state) {
    for (size_t i = 0; state->threads && i < SCAP_MAX_THREADS; i++)
        forget(state, &state->threads[i], 0);
    free(state->threads);
    state->threads = NULL;
}

static void set_comm(struct scap_thread *thread, const uint8_t *s, size_t n) {
    n = strnlen((const char *)s, n);
    n = n < sizeof(thread->comm) ? n : sizeof(thread->comm) - 1;
    memset(thread->comm, 0, sizeof(thread->comm));
    memcpy(thread->comm, s, n);
}

/* A string behind its length in two bytes: passes it. */
static bool take_string(const uint8_t **p, size_t *n, const uint8_t **ret, size_t *ret_n) {
    if (*n < 2 || *n - 2 < scap_u16(*p))
        return false;
    *ret_n = scap_u16(*p);
    *ret = *p + 2;
    *p += 2 + *ret_n;
    *n -= 2 + *ret_n;
    return true;
}

/* tid, pid, parent, session, group; name, first argument, path of the program. */
static void add_process(struct scap_state *state, const uint8_t *p, size_t n) {
    const uint8_t *comm, *arg, *path;
    size_t comm_n, arg_n, path_n;
    struct scap_thread *thread;
    const uint8_t *numbers = p;

    if (n < 40)
        return;
    p += 40;
    n -= 40;
    if (!take_string(&p, &n, &comm, &comm_n) || !take_string(&p, &n, &arg, &arg_n) ||
        !take_string(&p, &n, &path, &path_n))
        return;
    thread = scap_thread(state, scap_u64(numbers));
    if (!thread)
        return;
    thread->pid = (int64_t)scap_u64(numbers + 8);
    thread->ppid = (int64_t)scap_u64(numbers + 16);
    set_comm(thread, comm, comm_n);
    free(thread->exe);
    thread->exe = path_n ? strndup((const char *)path, path_n) : NULL;
}

void scap_processes(struct scap_state *state, uint32_t type, const uint8_t *p, size_t n) {
    while (type == PROCESSES_V9 && n > 4) {
        uint32_t own = scap_u32(p);

        if (own < 4 || own > n)
            return;
        add_process(state, p + 4, own - 4);
        p += own;
        n -= own;
    }
}

static int64_t number(const struct scap_event *event, uint32_t i) {
    const struct scap_param *param = &event->params[i];

    if (i >= event->n_params || (param->n != 8 && param->n != 4))
        return -1;
    return param->n == 8 ? (int64_t)scap_u64(param->p) : (int64_t)scap_u32(param->p);
}

void scap_note(struct scap_thread *thread, const struct scap_event *event) {
    const struct scap_param *comm = &event->params[PARAM_COMM];

    // Whatever is known of the program is so no longer.
    free(thread->exe);
    thread->exe = NULL;
    thread->comm[0] = '\0';
    if (event->n_params <= PARAM_COMM || number(event, PARAM_TID) < 0)
        return;
    thread->pid = number(event, PARAM_PID);
    thread->ppid = number(event, PARAM_PTID);
    set_comm(thread, comm->p, comm->n);
}

int scap_keep(struct scap_thread *thread, const struct scap_event *event) {
    size_t total = 0;
    uint8_t *at;

    for (uint32_t i = 0; i < event->n_params; i++)
        total += event->params[i].n;
    free(thread->entry);
    thread->entry = malloc(sizeof(*event) + total);
    if (!thread->entry)
        return -ENOMEM;
    *thread->entry = *event;
    at = (uint8_t *)(thread->entry + 1);
    for (uint32_t i = 0; i < event->n_params; i++) {
        if (event->params[i].n)
            memcpy(at, event->params[i].p, event->params[i].n);
        thread->entry->params[i].p = at;
        at += event->params[i].n;
    }
    return 0;
}
