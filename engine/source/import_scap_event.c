// SPDX-License-Identifier: Apache-2.0
// Events of a capture: an entry and a return, each with some of the call's values. What is of the
// call's memory (data) was read at the return, by the module in the kernel.
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "base/text.h"
#include "source/import_scap.h"

/* Types: the entry; the return is the next number. With the names of their parameters, those that
 * newer versions add to the return (which then come without an entry) among them. */
static const struct scap_row rows[] = {
    {4, TOC_EVENT_close, "fd", "res fd"},
    {22, TOC_EVENT_connect, "fd addr", "res tuple fd addr"},
    {28, TOC_EVENT_sendto, "fd size", "res data fd size tuple"},
    {30, TOC_EVENT_sendto, "fd size tuple", "res data fd size tuple"},
    {32, TOC_EVENT_recvfrom, "fd size", "res data fd size tuple"},
    {34, TOC_EVENT_recvfrom, "fd size", "res data tuple fd size"},
    {48, TOC_EVENT_sendmsg, "fd size tuple", "res data fd size tuple"},
    {50, TOC_EVENT_sendmmsg, "", "res fd"},
    {52, TOC_EVENT_recvmsg, "fd", "res size data tuple control fd"},
    {54, TOC_EVENT_recvmmsg, "fd", "res fd"},
    {78, TOC_EVENT_epoll_wait, "maxevents", "res maxevents"},
    {80, TOC_EVENT_poll, "fds timeout", "res found timeout"},
    {82, TOC_EVENT_select, "", "res"},
    {84, TOC_EVENT_select, "", "res"},
    {254, TOC_EVENT_ppoll, "fds", "res found"},
    {320, TOC_EVENT_userfaultfd, "", "res flags"},
};

/* Returns of exec and clone, all versions of them: they tell what the thread is called. */
static const uint16_t renames[] = {13,  15,  217, 219, 221, 223, 225, 227,
                                   215, 231, 283, 289, 293, 331, 335};

static const struct scap_row *row_of(uint16_t type) {
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        if (rows[i].type == (type & ~1))
            return &rows[i];
    return NULL;
}

static void put_proc(struct toc_import *import, const struct scap_call *call,
                     const struct scap_thread *thread) {
    struct toc_node *proc = toc_put_map(import, call->root, "proc");
    int64_t tid = (int64_t)call->leave->tid;

    if (thread->pid > 0 && thread->pid <= INT32_MAX)
        toc_put_int(import, proc, "pid", thread->pid);
    if (tid >= 0 && tid <= INT32_MAX)
        toc_put_int(import, proc, "tid", tid);
    if (thread->ppid >= 0 && thread->ppid <= INT32_MAX)
        toc_put_int(import, proc, "ppid", thread->ppid);
    if (thread->comm[0])
        toc_put_text(import, proc, "comm", thread->comm, strlen(thread->comm));
    if (thread->exe)
        toc_put_text(import, proc, "exe", thread->exe, strlen(thread->exe));
    toc_put_proc_id(import, proc, thread->pid > 0 ? thread->pid : tid);
}

static int put_call(struct toc_import *import, struct scap_call *call,
                    const struct scap_thread *thread, const struct toc_node **ret) {
    const struct scap_event *first = call->entry ? call->entry : call->leave;
    uint16_t id = call->row->event;
    struct toc_node *meta;

    call->root = toc_import_new(import, TOC_NODE_MAP);
    meta = toc_put_map(import, call->root, "event");
    toc_put_word(import, meta, "name", toc_event_info(id)->name);
    toc_put_time(import, meta, "time", (int64_t)(first->ns & INT64_MAX));
    toc_put_uint(import, meta, "cpu", call->leave->cpu);
    call->ret = -1;
    if (scap_number(scap_find(call->leave, call->row->leave, "res"), &call->ret))
        toc_put_int(import, meta, "ret", call->ret);
    if (call->entry && call->leave->ns >= call->entry->ns)
        toc_put_int(import, meta, "duration_ns",
                    (int64_t)((call->leave->ns - call->entry->ns) & INT64_MAX));
    put_proc(import, call, thread);
    call->args = toc_put_map(import, call->root, "args");
    scap_put_arg(import, call, id == TOC_EVENT_close ? "fd" : "sockfd", "fd");
    scap_put_arg(import, call, "len", "size");
    scap_put_arg(import, call, "maxevents", "maxevents");
    scap_put_arg(import, call, "timeout", "timeout");
    scap_put_arg(import, call, "flags", "flags");
    if (id == TOC_EVENT_connect)
        scap_put_connect(import, call);
    else if (id == TOC_EVENT_poll || id == TOC_EVENT_ppoll)
        scap_put_poll(import, call);
    else if (id == TOC_EVENT_sendto || id == TOC_EVENT_recvfrom || id == TOC_EVENT_sendmsg ||
             id == TOC_EVENT_recvmsg)
        scap_put_message(import, call);
    *ret = call->root;
    return 1;
}

static int leave_half(struct toc_import *import, const struct scap_row *row) {
    const char *name = toc_event_info(row->event)->name;

    toc_import_seen(import);
    return toc_import_leave(import, TOC_LEFT_UNFINISHED, name, strlen(name));
}

static int enter(struct toc_import *import, struct scap_thread *thread,
                 const struct scap_event *event) {
    const struct scap_row *before = thread->entry ? row_of(thread->entry->type) : NULL;

    if (before)
        leave_half(import, before);
    return scap_keep(thread, event) ? -ENOMEM : -EAGAIN;
}

static int returns(struct toc_import *import, struct scap_thread *thread,
                   const struct scap_row *row, const struct scap_event *event,
                   const struct toc_node **ret) {
    struct scap_call call = {.row = row, .leave = event};
    bool alone = scap_find(event, row->leave, "fd") || scap_find(event, row->leave, "maxevents");
    int r;

    if (thread->entry && thread->entry->type == row->type)
        call.entry = thread->entry;
    else if (thread->entry)
        leave_half(import, row_of(thread->entry->type));
    if (!call.entry && !alone)
        r = leave_half(import, row);
    else {
        toc_import_seen(import);
        r = put_call(import, &call, thread, ret);
    }
    free(thread->entry);
    thread->entry = NULL;
    return r;
}

static const struct {
    uint16_t type;
    const char *name;
} types[] = {
#define TYPE(type, name) {type, name},
#include "source/import_scap_types.def"
};

static int leave_unknown(struct toc_import *import, uint16_t type) {
    char number[16];

    toc_import_seen(import);
    for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++)
        if (types[i].type == (type & ~1))
            return toc_import_leave(import, TOC_LEFT_UNKNOWN, types[i].name, strlen(types[i].name));
    snprintf(number, sizeof(number), "type %" PRIu16, type);
    return toc_import_leave(import, TOC_LEFT_UNKNOWN, number, strlen(number));
}

static bool is_rename(uint16_t type) {
    for (size_t i = 0; i < sizeof(renames) / sizeof(renames[0]); i++)
        if (renames[i] == type)
            return true;
    return false;
}

int scap_event(struct toc_import *import, const struct scap_event *event,
               const struct toc_node **ret) {
    struct scap_thread *thread = scap_thread(import->state, event->tid);
    const struct scap_row *row = row_of(event->type);

    if (!thread)
        return -ENOMEM;
    if (is_rename(event->type))
        scap_note(thread, event);
    if (row)
        return event->type & 1 ? returns(import, thread, row, event, ret)
                               : enter(import, thread, event);
    return leave_unknown(import, event->type);
}

int scap_finish(struct toc_import *import) {
    struct scap_state *state = import->state;

    for (size_t i = 0; state->threads && i < SCAP_MAX_THREADS; i++) {
        struct scap_thread *thread = &state->threads[i];

        if (thread->entry)
            leave_half(import, row_of(thread->entry->type));
        free(thread->entry);
        thread->entry = NULL;
    }
    for (; state->dropped; state->dropped--) {
        toc_import_seen(import);
        toc_import_leave(import, TOC_LEFT_UNFINISHED, "others", strlen("others"));
    }
    return 0;
}
