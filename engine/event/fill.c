// SPDX-License-Identifier: Apache-2.0
// Objects and lists of a record from maps and lists of a tree.

#include "event/fill.h"

#include <errno.h>
#include <string.h>

#include "base/text.h"

static bool key_is(const struct toc_node *node, const char *key) {
    return node->key_n == strlen(key) && !memcmp(node->key, key, node->key_n);
}

const struct toc_node *toc_node_get(const struct toc_node *map, const char *key) {
    if (map->kind != TOC_NODE_MAP)
        return NULL;
    for (const struct toc_node *node = map->child; node; node = node->next)
        if (key_is(node, key))
            return node;
    return NULL;
}

/* Of what a person wrote every mistake is told; of a file the first of each event. */
static bool goes_on(const struct toc_fill *fill, int error) {
    return !error || (fill->strict && error == -EINVAL);
}

/* Whoever writes a name that is none is told the nearest one; a file may hold fields of a later
 * version, so there it is only a warning, once an event. */
static int unknown_field(struct toc_fill *fill, const struct toc_object *object,
                         const struct toc_node *node, uint64_t variant) {
    const char *names[64], *near;
    struct toc_diag *diag;
    size_t n = 0;

    if (fill->counts)
        fill->counts->unknown_fields++;
    if (fill->warned && !fill->strict)
        return 0;
    fill->warned = true;
    for (uint16_t i = 0; i < object->n_fields; i++)
        if (object->fields[i].variants & variant)
            names[n++] = object->fields[i].name;
    diag = toc_fill_report(fill, node, true, fill->strict ? TOC_ERROR : TOC_WARNING,
                           "%s has no field \"%.*s\"%s", toc_fill_path(fill).s,
                           (int)(node->key_n < 100 ? node->key_n : 100), node->key,
                           toc_object_field(object, node->key, node->key_n, TOC_ALL_VARIANTS)
                               ? " in this kind of event or address"
                               : "");
    near = toc_nearest(node->key, node->key_n, names, n);
    if (near)
        toc_diag_set_hint(diag, "did you mean \"%s\"?", near);
    return fill->strict ? -EINVAL : 0;
}

static int fill_object(struct toc_fill *fill, const struct toc_object *object,
                       const struct toc_node *node, char *data, uint16_t of_event) {
    struct toc_addr *addr = (struct toc_addr *)data;
    int r;

    if (node->kind != TOC_NODE_MAP) {
        toc_fill_report(fill, node, false, TOC_ERROR, "%s wants an object, not %s",
                        toc_fill_path(fill).s, toc_fill_kind(node));
        return -EINVAL;
    }
    if (object != &toc_object_addr)
        return toc_fill_object(fill, object, node, data, of_event);
    r = toc_fill_family(fill, node, addr);
    if (!r)
        r = toc_fill_object(fill, object, node, data, of_event);
    return r ? r : toc_fill_addr_check(fill, node, addr);
}

/* The object of a field, or an element of its list. */
static int fill_element(struct toc_fill *fill, const struct toc_field *field, int64_t index,
                        const struct toc_node *node, char *data, uint16_t of_event) {
    const struct toc_fill_at at = {fill->at, field->name, index};
    int r;

    fill->at = &at;
    r = fill_object(fill, field->object, node, data, of_event);
    fill->at = at.outer;
    return r;
}

static int fill_one(struct toc_fill *fill, const struct toc_field *field,
                    const struct toc_node *node, uint32_t *off, uint16_t of_event) {
    void *data;

    // The builder has made some of them already.
    if (*off)
        return fill_element(fill, field, -1, node, fill->builder->memory + *off, of_event);
    data = toc_builder_alloc(fill->builder, field->object, 1, off);
    if (!data)
        return -E2BIG;
    if (field->object == &toc_object_args)
        ((struct toc_args *)data)->variant = of_event;
    return fill_element(fill, field, -1, node, data, of_event);
}

static int fill_list(struct toc_fill *fill, const struct toc_field *field,
                     const struct toc_node *node, struct toc_ref *ref, uint16_t of_event) {
    uint32_t n = 0, limit = toc_list_limit(field->object);
    char *data;
    int r = 0;

    if (node->kind != TOC_NODE_LIST) {
        toc_fill_report(fill, node, false, TOC_ERROR, "%s wants a list, not %s", field->name,
                        toc_fill_kind(node));
        return -EINVAL;
    }
    for (const struct toc_node *item = node->child; item; item = item->next) {
        if (++n > limit) {
            toc_fill_report(fill, item, false, TOC_ERROR, "%s has more than %u elements",
                            field->name, limit);
            return -EINVAL;
        }
    }
    data = toc_builder_alloc(fill->builder, field->object, n, &ref->off);
    if (!data)
        return -E2BIG;
    ref->n = n;
    n = 0;
    for (const struct toc_node *item = node->child; item && goes_on(fill, r); item = item->next) {
        int one = fill_element(fill, field, n++, item, data, of_event);

        r = r ? r : one;
        data += field->object->size;
    }
    return r;
}

static int fill_field(struct toc_fill *fill, const struct toc_field *field,
                      const struct toc_node *node, char *data, uint16_t of_event) {
    char *at = data + field->offset;

    fill->has_derived |= field->derived;
    if (field->kind == TOC_KIND_OBJECT)
        return fill_one(fill, field, node, (uint32_t *)at, of_event);
    if (field->kind == TOC_KIND_LIST)
        return fill_list(fill, field, node, (struct toc_ref *)at, of_event);
    return toc_fill_scalar(fill, field, node, at);
}

int toc_fill_object(struct toc_fill *fill, const struct toc_object *object,
                    const struct toc_node *node, char *data, uint16_t of_event) {
    uint64_t variant = UINT64_C(1) << toc_object_variant(object, data);
    uint64_t *present = (uint64_t *)data, seen = 0;
    int r = 0;

    for (const struct toc_node *child = node->child; child && goes_on(fill, r);
         child = child->next) {
        const struct toc_field *field = toc_object_field(object, child->key, child->key_n, variant);
        int one = 0;

        if (!field) {
            if (object != &toc_object_event ||
                !(key_is(child, "v") || key_is(child, "msgs_omitted")))
                one = unknown_field(fill, object, child, variant);
            r = r ? r : one;
            continue;
        }
        if (seen >> field->bit & 1) {
            toc_fill_report(fill, child, true, TOC_ERROR, "%s is given twice", field->name);
            return -EINVAL;
        }
        seen |= UINT64_C(1) << field->bit;
        one = fill_field(fill, field, child, data, of_event);
        r = r ? r : one;
        *present |= UINT64_C(1) << field->bit;
    }
    return r;
}
