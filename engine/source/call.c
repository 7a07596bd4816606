// SPDX-License-Identifier: Apache-2.0
// Joins the wire records of each call.
#include "source/call.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"

#define BUCKETS 4096
/* What a call keeps of its memory when it is put back: the usual one; a batch of 1024 takes more.
 */
#define KEPT_BYTES (64u << 10)

struct toc_calls {
    struct toc_call *buckets[BUCKETS];
    struct toc_call *free;
    struct toc_call *oldest, *youngest; /* of those that wait, by age */
    size_t open;
    size_t sweep; /* the bucket from which the next one is dropped when there are too many */
};

int toc_calls_new(struct toc_calls **ret) {
    *ret = calloc(1, sizeof(**ret));
    return *ret ? 0 : -ENOMEM;
}

static void list_free(struct toc_call *call) {
    while (call) {
        struct toc_call *next = call->next;

        toc_identity_put(&call->identity);
        free(call->bytes);
        free(call);
        call = next;
    }
}

void toc_calls_free(struct toc_calls **calls) {
    if (!*calls)
        return;
    for (size_t i = 0; i < BUCKETS; i++)
        list_free((*calls)->buckets[i]);
    list_free((*calls)->free);
    toc_freep(calls);
}

struct toc_call *toc_calls_get(struct toc_calls *calls) {
    struct toc_call *call = calls->free;
    uint8_t *bytes;
    size_t cap;

    if (!call)
        return calloc(1, sizeof(*call));
    calls->free = call->next;
    bytes = call->bytes;
    cap = call->cap;
    *call = (struct toc_call){.bytes = bytes, .cap = cap};
    return call;
}

void toc_calls_put(struct toc_calls *calls, struct toc_call *call) {
    toc_identity_put(&call->identity);
    if (call->cap > KEPT_BYTES) {
        free(call->bytes);
        call->bytes = NULL;
        call->cap = 0;
    }
    call->next = calls->free;
    calls->free = call;
}

static struct toc_call **slot_of(struct toc_calls *calls, uint64_t task) {
    struct toc_call **slot = &calls->buckets[(task ^ task >> 32) % BUCKETS];

    while (*slot && (*slot)->task != task)
        slot = &(*slot)->next;
    return slot;
}

static void wait_end(struct toc_calls *calls, struct toc_call *call) {
    if (!call->waits)
        return;
    *(call->older ? &call->older->younger : &calls->oldest) = call->younger;
    *(call->younger ? &call->younger->older : &calls->youngest) = call->older;
    call->waits = false;
}

/* By age. The kernel keeps most records of entries back: they may be older than what is here. */
static void wait_begin(struct toc_calls *calls, struct toc_call *call) {
    struct toc_call *older = calls->youngest;

    while (older && older->entered_at > call->entered_at)
        older = older->older;
    call->waits = true;
    call->older = older;
    call->younger = older ? older->younger : calls->oldest;
    *(older ? &older->younger : &calls->oldest) = call;
    *(call->younger ? &call->younger->older : &calls->youngest) = call;
}

static void unlink_call(struct toc_calls *calls, struct toc_call **slot) {
    wait_end(calls, *slot);
    *slot = (*slot)->next;
    calls->open--;
}

/* Threads that never came back: the kernel counted what was lost of them. */
static void drop_one(struct toc_calls *calls) {
    for (size_t i = 0; i < BUCKETS; i++) {
        struct toc_call **slot = &calls->buckets[calls->sweep++ % BUCKETS];
        struct toc_call *call = *slot;

        if (call) {
            unlink_call(calls, slot);
            toc_calls_put(calls, call);
            return;
        }
    }
}

/* The open call of a record. A thread is in one call at a time: a record of another call shows that
 * the return of the one before was lost. */
static struct toc_call *open_call(struct toc_calls *calls, const struct toc_wire_head *head) {
    struct toc_call **slot = slot_of(calls, head->task), *call = *slot;

    if (call && call->seq == head->call_seq && call->cpu == head->call_cpu)
        return call;
    if (call) {
        unlink_call(calls, slot);
        toc_calls_put(calls, call);
    }
    if (calls->open >= TOC_MAX_OPEN_CALLS)
        drop_one(calls);
    call = toc_calls_get(calls);
    if (!call)
        return NULL;
    call->task = head->task;
    call->cpu = head->call_cpu;
    call->seq = head->call_seq;
    slot = slot_of(calls, head->task);
    call->next = *slot;
    *slot = call;
    calls->open++;
    return call;
}

static int append(struct toc_call *call, const struct toc_wire_head *head) {
    size_t need = call->n + head->size;

    if (need > TOC_MAX_CALL_BYTES) {
        call->cut = true;
        return toc_wire_begins(head) || toc_wire_ends(head) ? -ENOMEM : 0;
    }
    if (need > call->cap) {
        size_t cap = call->cap ? call->cap : 4096;
        uint8_t *bytes;

        while (cap < need)
            cap *= 2;
        bytes = realloc(call->bytes, cap);
        if (!bytes)
            return -ENOMEM;
        call->bytes = bytes;
        call->cap = cap;
    }
    memcpy(call->bytes + call->n, head, head->size);
    call->n = need;
    return 0;
}

static bool is_end(const struct toc_wire_record *record) {
    return toc_wire_ends(record->head) || record->head->kind == TOC_WIRE_GONE;
}

/* An orphan's return comes with it, as does that of what is told at its end; a heartbeat's is not
 * waited for. */
static void began(struct toc_calls *calls, struct toc_call *call,
                  const struct toc_wire_record *record) {
    bool is_side = record->head->kind == TOC_WIRE_SIDE_ENTER;
    uint8_t bits = is_side ? record->side_enter->bits : record->enter->bits;

    call->entered_at = record->head->time;
    call->heartbeat = !is_side && bits & TOC_WIRE_HEARTBEAT;
    call->number = is_side ? 0 : record->enter->arg[4];
    if (!call->entered && !(bits & ~TOC_WIRE_FIXED_FILE))
        wait_begin(calls, call);
    call->entered = true;
}

static int ended(struct toc_calls *calls, const struct toc_wire_head *head,
                 struct toc_call **ret_call) {
    struct toc_call *call = *ret_call;
    bool told = !call->waits, entered = call->entered;

    unlink_call(calls, slot_of(calls, head->task));
    call->time = head->time;
    call->pending = head->kind == TOC_WIRE_GONE;
    call->complete = !call->pending;
    if (entered && (call->complete || !told))
        return 1;
    *ret_call = NULL;
    toc_calls_put(calls, call);
    return entered ? 0 : -ENOENT;
}

int toc_calls_add(struct toc_calls *calls, const struct toc_wire_record *record,
                  struct toc_call **ret_call) {
    struct toc_call *call = open_call(calls, record->head);
    int r = call ? append(call, record->head) : -ENOMEM;

    *ret_call = call;
    if (r < 0)
        return r;
    if (toc_wire_begins(record->head))
        began(calls, call, record);
    return is_end(record) ? ended(calls, record->head, ret_call) : 0;
}

struct toc_call *toc_calls_overdue(struct toc_calls *calls, uint64_t until) {
    struct toc_call *call = calls->oldest;

    if (!call || call->entered_at > until)
        return NULL;
    wait_end(calls, call);
    return call;
}

struct toc_call *toc_calls_copy(struct toc_calls *calls, const struct toc_call *call) {
    struct toc_call *copy = toc_calls_get(calls);
    uint8_t *bytes = copy && copy->cap < call->n ? realloc(copy->bytes, call->n) : NULL;

    if (!copy)
        return NULL;
    if (bytes) {
        copy->bytes = bytes;
        copy->cap = call->n;
    }
    if (copy->cap < call->n) {
        toc_calls_put(calls, copy);
        return NULL;
    }
    memcpy(copy->bytes, call->bytes, call->n);
    copy->n = call->n;
    copy->cut = call->cut;
    copy->cpu = call->cpu;
    copy->seq = call->seq;
    copy->task = call->task;
    copy->entered = copy->pending = true;
    copy->entered_at = call->entered_at;
    copy->identity = toc_identity_ref(call->identity);
    copy->foreign_bpf = call->foreign_bpf;
    return copy;
}
