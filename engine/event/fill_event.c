// SPDX-License-Identifier: Apache-2.0
// A whole event from a tree: its name first, then its fields, then what follows from them.

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "event/derive.h"
#include "event/fill.h"

#define VERSION 1

static int check_version(struct toc_fill *fill, const struct toc_node *node) {
    const struct toc_node *v = toc_node_get(node, "v");

    if (!v || (v->kind == TOC_NODE_INT && !v->big && v->i == VERSION))
        return 0;
    toc_fill_report(fill, v, false, TOC_ERROR, "v is the version of the form, which is %d",
                    VERSION);
    return -EINVAL;
}

static int find_event(struct toc_fill *fill, const struct toc_node *node, uint16_t default_event,
                      uint16_t *ret) {
    const struct toc_node *meta = toc_node_get(node, "event");
    const struct toc_node *name = meta ? toc_node_get(meta, "name") : NULL;

    *ret = default_event;
    if (name)
        return toc_fill_scalar(fill, &toc_object_meta.fields[TOC_meta_name], name, (char *)ret);
    if (default_event != TOC_EVENT_NONE)
        return 0;
    toc_fill_report(fill, meta ? meta : node, false, TOC_ERROR, "event.name is missing");
    return -EINVAL;
}

/* A copy of what was given, to compare what is derived with. */
static const struct toc_event *keep_given(struct toc_builder *builder) {
    if (builder->given_cap < builder->used) {
        char *given = realloc(builder->given, builder->used);

        if (!given)
            return NULL;
        builder->given = given;
        builder->given_cap = builder->used;
    }
    return memcpy(builder->given, builder->memory, builder->used);
}

static int report_contradiction(struct toc_fill *fill, const struct toc_node *node,
                                const char *path) {
    if (fill->counts)
        fill->counts->contradictions++;
    toc_fill_report(fill, node, false, fill->strict ? TOC_ERROR : TOC_WARNING,
                    "%s says otherwise than the fields it follows from", path);
    return fill->strict ? -EINVAL : 0;
}

static int end_event(struct toc_fill *fill, const struct toc_node *node,
                     const struct toc_event **ret) {
    const struct toc_event *given = NULL;
    const char *path;
    int r;

    if (fill->has_derived) {
        given = keep_given(fill->builder);
        if (!given)
            return -ENOMEM;
    }
    r = toc_builder_end(fill->builder, ret);
    if (r || !given)
        return r;
    path = toc_derive_contradiction(given, *ret);
    return path ? report_contradiction(fill, node, path) : 0;
}

int toc_fill_event(struct toc_fill *fill, const struct toc_node *node, uint16_t default_event,
                   const struct toc_event **ret) {
    uint16_t id;
    int r;

    if (node->kind != TOC_NODE_MAP) {
        toc_fill_report(fill, node, false, TOC_ERROR, "an event is an object, not %s",
                        toc_fill_kind(node));
        return -EINVAL;
    }
    r = check_version(fill, node);
    if (!r)
        r = find_event(fill, node, default_event, &id);
    if (r)
        return r;
    toc_builder_begin(fill->builder, id);
    r = toc_fill_object(fill, &toc_object_event, node, fill->builder->memory, id);
    if (!r)
        r = end_event(fill, node, ret);
    if (r == -E2BIG)
        toc_fill_report(fill, node, false, TOC_ERROR, "the event is larger than %u bytes",
                        TOC_MAX_RECORD);
    return r;
}

int toc_event_from_node(struct toc_builder *builder, const struct toc_node *node, const char *file,
                        uint16_t default_event, bool strict, struct toc_diags *diags,
                        struct toc_json_counts *counts, const struct toc_event **ret) {
    struct toc_fill fill = {
        .builder = builder, .file = file, .strict = strict, .diags = diags, .counts = counts};

    return toc_fill_event(&fill, node, default_event, ret);
}
