// SPDX-License-Identifier: Apache-2.0
// The fields that an expression may look at, found in its tree by the types of what it takes apart.
#include <string.h>

#include "cel/ast.h"
#include "cel/parse.h"
#include "cel/uses_node.h"

struct finder {
    struct cel_unit *unit;
    struct cel_use *uses;
    bool element, vars;
};

static struct cel_use *place_of(struct finder *finder, const struct toc_object *object) {
    struct cel_use *use = finder->uses;

    while (use && use->object != object)
        use = (struct cel_use *)use->next;
    if (use)
        return use;
    use = cel_keep(finder->unit, sizeof(*use));
    if (!use)
        return NULL;
    *use = (struct cel_use){.object = object, .next = finder->uses};
    return finder->uses = use;
}

/* Every field, and what they hold. */
static void add_whole(struct finder *finder, const struct toc_object *object) {
    uint64_t all = object->n_fields < 64 ? (UINT64_C(1) << object->n_fields) - 1 : UINT64_MAX;
    struct cel_use *use = place_of(finder, object);

    if (!use || use->fields == all)
        return;
    use->fields = all;
    for (uint16_t i = 0; i < object->n_fields; i++)
        if (object->fields[i].object)
            add_whole(finder, object->fields[i].object);
}

/* What a value of that type holds: in a list, in an optional. */
static const struct toc_object *object_in(const struct cel_type *type) {
    while (type && type->kind != CEL_OBJECT)
        type = type->elem;
    return type ? type->object : NULL;
}

/* Those of that name: it may have another type in another variant. What goes on as a value of any
 * type is not followed. */
static void add_field(struct finder *finder, const struct cel_node *node) {
    const struct toc_object *followed = node->test ? NULL : object_in(node->type);
    struct cel_use *use = place_of(finder, node->object);

    for (uint16_t i = 0; use && i < node->object->n_fields; i++) {
        const struct toc_field *field = &node->object->fields[i];

        if (strcmp(field->name, node->field->name) != 0)
            continue;
        use->fields |= UINT64_C(1) << i;
        if (field->object && field->object != followed)
            add_whole(finder, field->object);
    }
}

/* Whether only a part of the kid's value goes on from here, by nodes that say which. */
static bool takes_apart(const struct cel_node *node, uint32_t kid) {
    switch ((enum cel_node_kind)node->kind) {
    case CEL_NODE_FIELD:
    case CEL_NODE_SELECT: return true;
    case CEL_NODE_INDEX: return kid == 0;
    case CEL_NODE_LOOP: return kid == 0 || node->macro == CEL_MACRO_BIND;
    case CEL_NODE_CALL:
        return node->n == 1 && cel_name_is(&node->name, "size") &&
               node->kids[0]->type->kind == CEL_LIST;
    default: return false;
    }
}

/* The tree is as deep as the expression, which is bounded. */
static void visit(struct finder *finder, const struct cel_node *node, bool apart) {
    const struct toc_object *object = apart || node->test ? NULL : object_in(node->type);

    if (object)
        add_whole(finder, object);
    if (node->field)
        add_field(finder, node);
    finder->element |= node->kind == CEL_NODE_VAR && !node->slot;
    finder->vars |= node->kind == CEL_NODE_VAR && node->slot;
    for (uint32_t i = 0; i < node->n; i++)
        if (node->kids[i])
            visit(finder, node->kids[i], takes_apart(node, i));
}

struct cel_reads cel_uses(struct cel_unit *unit, const struct cel_node *root) {
    struct finder finder = {.unit = unit};

    visit(&finder, root, false);
    return (struct cel_reads){.root = unit->scope->root,
                              .hidden = unit->scope->hidden,
                              .uses = finder.uses,
                              .element = finder.element,
                              .vars = finder.vars};
}

bool cel_reads_field(const struct cel_reads *reads, const struct toc_field *field) {
    for (const struct cel_use *use = reads->uses; use; use = use->next)
        if (field >= use->object->fields && field < use->object->fields + use->object->n_fields)
            return use->fields >> (field - use->object->fields) & 1;
    return false;
}
