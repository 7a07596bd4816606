// SPDX-License-Identifier: Apache-2.0
// Lists inside elements: exists() and all() of one test over the items of each.
#include "cel/ast.h"
#include "cel/path.h"
#include "cel/set_node.h"

/* The items of one element; errors and what is undecided go to `ret` as the quantifier says. */
static void judge_items(const struct cel_loop *loop, struct cel_span *items, size_t n, uint64_t bit,
                        struct cel_set_verdict *ret) {
    bool exists = loop->macro == CEL_MACRO_EXISTS;
    struct cel_masks all = {0}, masks;
    uint64_t failed = 0;

    for (size_t first = 0; first < n; first += CEL_CHUNK, items->data += CEL_CHUNK * items->size) {
        items->n = (uint32_t)(n - first < CEL_CHUNK ? n - first : CEL_CHUNK);
        loop->first->mask(loop->first, items, &masks);
        if (exists ? masks.yes : masks.no) {
            *(exists ? &ret->yes : &ret->no) |= bit;
            return;
        }
        all.unobserved |= masks.unobserved;
        all.no_field |= masks.no_field;
        failed |=
            cel_bits_below(items->n) & ~(masks.yes | masks.no | masks.unobserved | masks.no_field);
    }
    *(all.unobserved ? &ret->unobserved
      : all.no_field ? &ret->no_field
      : failed       ? &ret->failed
      : exists       ? &ret->no
                     : &ret->yes) |= bit;
}

void cel_set_nested(const struct set_node *node, const struct cel_span *span, uint64_t wanted,
                    struct cel_set_verdict *ret) {
    const struct cel_loop *loop = cel_op_quantifier(node->code);
    const struct cel_path *path = cel_op_path(loop->range);

    for (uint64_t left = wanted; left; left &= left - 1) {
        uint64_t i = (uint64_t)__builtin_ctzll(left), bit = UINT64_C(1) << i;
        struct cel_place place = {.object = span->data + i * span->size, .base = span->base};
        struct cel_span items = {.base = span->base, .activation = span->activation};
        const struct toc_ref *ref;
        enum cel_error why;

        if (!cel_find(path, &place, &why)) {
            *(why == CEL_ERR_UNOBSERVED ? &ret->unobserved : &ret->no_field) |= bit;
            continue;
        }
        ref = cel_place_bytes(&place);
        items.data = (const char *)span->base + ref->off;
        items.size = place.step->field->object->size;
        judge_items(loop, &items, ref->n, bit, ret);
    }
}
