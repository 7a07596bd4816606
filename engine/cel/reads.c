// SPDX-License-Identifier: Apache-2.0
// Finds the fields that a program looks at, in its checked tree.
#include "cel/reads.h"

#include <errno.h>
#include <string.h>

#include "cel/field.h"
#include "cel/parse.h"

bool cel_reads_field(const struct cel_reads *reads, const struct toc_field *field) {
    for (uint16_t i = 0; i < reads->n; i++)
        if (reads->fields[i] == field)
            return true;
    return false;
}

static void add(struct cel_reads *reads, const struct toc_field *field) {
    if (cel_reads_field(reads, field))
        return;
    if (reads->n == CEL_MAX_READS)
        reads->all = true;
    else
        reads->fields[reads->n++] = field;
}

/* All fields of that name, one of which may stand for another in other variants; with what tells
 * whether it is cut. */
static void add_named(struct cel_reads *reads, const struct cel_node *node) {
    for (uint16_t i = 0; i < node->object->n_fields; i++) {
        const struct toc_field *field = &node->object->fields[i], *cut;

        if (strcmp(field->name, node->field->name) != 0)
            continue;
        add(reads, field);
        cut = cel_field_cut(node->object, field);
        if (cut)
            add(reads, cut);
    }
}

static bool leads_on(const struct cel_node *node) {
    for (uint16_t i = 0; i < node->object->n_fields; i++)
        if (node->object->fields[i].object &&
            !strcmp(node->object->fields[i].name, node->field->name))
            return true;
    return false;
}

static bool type_may_hold(const struct cel_type *type) {
    if (!type)
        return true;
    switch (type->kind) {
    case CEL_OBJECT:
    case CEL_DYN:
    case CEL_PARAM: return true;
    case CEL_LIST:
    case CEL_OPTIONAL: return type_may_hold(type->elem);
    case CEL_MAP: return type_may_hold(type->elem) || type_may_hold(type->key);
    default: return false;
    }
}

/* Whether the value of a node may be an object, or hold one. */
static bool may_hold(const struct cel_node *node) {
    if (node->kind == CEL_NODE_CONST || node->kind == CEL_NODE_FAIL)
        return false;
    if (node->kind == CEL_NODE_FIELD)
        return !node->test && leads_on(node);
    return type_may_hold(node->type);
}

/* Calls look at all that their arguments hold, and so does a choice by name of what has no type.
 * How many there are is no field. */
static bool looks_into_kids(const struct cel_node *node) {
    if (node->kind == CEL_NODE_CALL)
        return !cel_name_is(&node->name, "size");
    return node->kind == CEL_NODE_SELECT;
}

static void read(const struct cel_node *node, struct cel_reads *reads) {
    if (node->kind == CEL_NODE_FIELD)
        add_named(reads, node);
    reads->element |= node->kind == CEL_NODE_VAR && !node->slot;
    reads->vars |= node->kind == CEL_NODE_VAR && node->slot;
    for (uint32_t i = 0; i < node->n; i++) {
        if (!node->kids[i])
            continue;
        reads->all |= looks_into_kids(node) && may_hold(node->kids[i]);
        read(node->kids[i], reads);
    }
}

int cel_reads_of(const struct cel_node *node, const struct cel_scope *scope,
                 struct toc_arena *arena, struct cel_reads *ret) {
    const struct toc_field *found[CEL_MAX_READS];

    *ret = (struct cel_reads){.root = scope->root, .hidden = scope->hidden, .fields = found};
    read(node, ret);
    ret->fields = toc_arena_alloc(arena, ret->n * sizeof(found[0]));
    if (!ret->fields)
        return -ENOMEM;
    memcpy(ret->fields, found, ret->n * sizeof(found[0]));
    return 0;
}
