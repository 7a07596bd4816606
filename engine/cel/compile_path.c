// SPDX-License-Identifier: Apache-2.0
// Chains of fields become one path: as many loads as it has steps.
#include "cel/compile.h"

static bool same_name(const struct toc_field *field, const struct cel_node *node) {
    return field->variants & node->variants && !strncmp(field->name, node->name.s, node->name.n) &&
           !field->name[node->name.n];
}

/* Whether the one field is there in all variants that the object may be. */
static bool always_there(const struct cel_node *node) {
    return node->field->variants == TOC_ALL_VARIANTS || !node->object->variant_offset;
}

static bool fill_step(struct cel_unit *unit, const struct cel_node *node, struct cel_step *first) {
    struct cel_step *step = NULL;

    for (uint16_t i = 0; i < node->object->n_fields; i++) {
        const struct toc_field *field = &node->object->fields[i], *cut;
        struct cel_step *next;

        if (!same_name(field, node))
            continue;
        next = step ? cel_keep(unit, sizeof(*next)) : first;
        if (!next)
            return false;
        cut = cel_field_cut(node->object, field);
        *next = (struct cel_step){.field = field,
                                  .cut = cut ? (uint16_t)cut->offset : 0,
                                  .variants = field->variants,
                                  .offset = field->offset,
                                  .bit = field->bit,
                                  .bits = (uint8_t)cel_field_bits(field),
                                  .variant_offset = node->object->variant_offset};
        if (step)
            step->other = next;
        step = next;
    }
    if (always_there(node))
        first->variant_offset = 0;
    return true;
}

bool cel_compile_path(struct cel_unit *unit, const struct cel_node *node, struct cel_path *ret) {
    const struct cel_node *at = node;
    struct cel_step *steps;
    uint8_t n = 1;

    // The tree is less deep than a byte can count.
    while (at->n && at->kids[0]->kind == CEL_NODE_FIELD && !at->kids[0]->test) {
        at = at->kids[0];
        n++;
    }
    steps = cel_keep(unit, n * sizeof(*steps));
    if (!steps)
        return false;
    *ret = (struct cel_path){.from = CEL_FROM_ROOT, .n = n, .steps = steps};
    if (at->n && at->kids[0]->kind == CEL_NODE_LOCAL) {
        ret->from = CEL_FROM_SLOT;
        ret->slot = at->kids[0]->slot;
    } else if (at->n) {
        ret->from = CEL_FROM_CODE;
        ret->start = cel_compile_node(unit, at->kids[0]);
        if (!ret->start)
            return false;
    }
    for (at = node; n-- > 0; at = n ? at->kids[0] : at)
        if (!fill_step(unit, at, &steps[n]))
            return false;
    return true;
}
