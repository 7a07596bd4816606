// SPDX-License-Identifier: Apache-2.0
// The builder: one mapped region that a record grows in.

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "base/limits.h"
#include "base/text.h"
#include "event/action.h"
#include "event/builder.h"
#include "event/derive.h"

int toc_builder_new(struct toc_builder **ret) {
    struct toc_builder *builder = calloc(1, sizeof(*builder));
    void *memory;

    if (!builder)
        return -ENOMEM;
    memory = mmap(NULL, TOC_MAX_RECORD, PROT_READ | PROT_WRITE,
                  MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (memory == MAP_FAILED) {
        free(builder);
        return -ENOMEM;
    }
    builder->memory = memory;
    for (uint16_t i = 0; i < toc_object_args.n_fields; i++)
        builder->with_args |= toc_object_args.fields[i].variants;
    *ret = builder;
    return 0;
}

void toc_builder_free(struct toc_builder **builder) {
    if (!*builder)
        return;
    munmap((*builder)->memory, TOC_MAX_RECORD);
    free((*builder)->given);
    toc_arena_free(&(*builder)->nodes);
    free(*builder);
    *builder = NULL;
}

void *toc_builder_room(struct toc_builder *builder, size_t n, uint32_t align, uint32_t *ret_off) {
    uint32_t at = (builder->used + align - 1) & ~(align - 1);

    *ret_off = 0;
    // The last bytes are kept back, so that the end of the record can be aligned.
    if (builder->failed || at > TOC_MAX_RECORD - 8 || n > TOC_MAX_RECORD - 8 - at) {
        builder->failed = -E2BIG;
        return NULL;
    }
    builder->used = at + (uint32_t)n;
    *ret_off = at;
    return builder->memory + at;
}

void *toc_builder_alloc(struct toc_builder *builder, const struct toc_object *object, uint32_t n,
                        uint32_t *ret_off) {
    size_t bytes = SIZE_MAX;
    void *room;

    if (n == 1 || n <= toc_list_limit(object))
        bytes = (size_t)object->size * n;
    room = toc_builder_room(builder, bytes, 8, ret_off);
    if (!n)
        *ret_off = 0;
    return room;
}

uint32_t toc_list_limit(const struct toc_object *object) {
    static const struct {
        const struct toc_object *object;
        uint32_t limit;
    } limits[] = {
        {&toc_object_msg, TOC_MAX_MSGS},        {&toc_object_seg, TOC_MAX_SEGS},
        {&toc_object_pollfd, TOC_MAX_POLLFDS},  {&toc_object_setfd, TOC_MAX_SETFDS},
        {&toc_object_epevent, TOC_MAX_POLLFDS}, {&toc_object_action_done, TOC_MAX_ACTIONS},
    };

    for (size_t i = 0; i < sizeof(limits) / sizeof(limits[0]); i++)
        if (limits[i].object == object)
            return limits[i].limit;
    return TOC_MAX_CONTROL_ITEMS;
}

struct toc_event *toc_builder_begin(struct toc_builder *builder, uint16_t event_id) {
    struct toc_event *event = (struct toc_event *)builder->memory;
    uint32_t off;

    assert(toc_event_info(event_id));
    memset(builder->memory, 0, builder->used);
    builder->used = sizeof(*event);
    builder->failed = 0;
    builder->args = NULL;
    event->variant = event_id;
    builder->meta = TOC_NEW(builder, meta, &off);
    TOC_SET(event, event, event, off);
    TOC_SET(meta, builder->meta, name, event_id);
    TOC_SET(meta, builder->meta, stage, TOC_stage_call);
    if (builder->with_args & toc_event_bit(event_id)) {
        builder->args = TOC_NEW(builder, args, &off);
        builder->args->variant = event_id;
        TOC_SET(event, event, args, off);
    }
    return event;
}

void toc_builder_resume(struct toc_builder *builder, const void *record, uint32_t used) {
    struct toc_event *event = (struct toc_event *)builder->memory;

    if (builder->used > used)
        memset(builder->memory + used, 0, builder->used - used);
    memcpy(builder->memory, record, used);
    builder->used = used;
    builder->failed = 0;
    builder->meta = TOC_EDIT(event, meta, event->event);
    builder->args = TOC_EDIT(event, args, event->args);
}

struct toc_event *toc_builder_event(struct toc_builder *builder) {
    return (struct toc_event *)builder->memory;
}

struct toc_meta *toc_builder_meta(struct toc_builder *builder) {
    return builder->meta;
}

struct toc_args *toc_builder_args(struct toc_builder *builder) {
    return builder->args;
}

struct toc_ref toc_builder_bytes(struct toc_builder *builder, const void *bytes, size_t n) {
    struct toc_ref ref = {0};
    void *to;

    if (!n)
        return ref;
    to = toc_builder_room(builder, n > TOC_MAX_PAYLOAD ? SIZE_MAX : n, 1, &ref.off);
    if (!to)
        return ref;
    memcpy(to, bytes, n);
    ref.n = (uint32_t)n;
    return ref;
}

struct toc_ref toc_builder_escape(struct toc_builder *builder, const void *bytes, size_t n) {
    uint32_t before = builder->used;
    struct toc_ref ref = {0};
    char *to;

    if (!n)
        return ref;
    to = n > TOC_MAX_STRING ? NULL : toc_builder_room(builder, 4 * n, 1, &ref.off);
    if (to)
        ref.n = (uint32_t)toc_escape(to, bytes, n);
    if (!to || ref.n > TOC_MAX_STRING) {
        builder->failed = -E2BIG;
        memset(builder->memory + before, 0, builder->used - before);
        builder->used = before;
        return (struct toc_ref){0};
    }
    builder->used = ref.off + ref.n;
    return ref;
}

int toc_builder_end(struct toc_builder *builder, const struct toc_event **ret) {
    struct toc_event *event = toc_builder_event(builder);

    if (!builder->failed)
        toc_derive(builder);
    if (builder->failed)
        return builder->failed;
    builder->used = (builder->used + 7) & ~7u;
    event->size = builder->used;
    *ret = event;
    return 0;
}
