// SPDX-License-Identifier: Apache-2.0
// Comparisons of a field with a constant become one test of the field's bytes.
#include "base/text.h"
#include "cel/compile.h"
#include "cel/parse.h"
#include "cel/test.h"

bool cel_one_field(const struct cel_node *node) {
    const struct toc_object *object = node->object;
    unsigned n = 0;

    for (uint16_t i = 0; i < object->n_fields; i++)
        n += object->fields[i].variants & node->variants &&
             !strcmp(object->fields[i].name, node->field->name);
    return n == 1;
}

/* The field side of a comparison. */
static bool is_field(const struct cel_node *node, uint8_t kind) {
    return node->kind == CEL_NODE_FIELD && !node->test && node->field->kind == kind &&
           cel_one_field(node);
}

static bool is_const(const struct cel_node *node, uint8_t kind) {
    return node->kind == CEL_NODE_CONST && node->value.kind == kind;
}

static cel_code_ptr range(struct cel_unit *unit, const struct cel_node *field, uint64_t low,
                          uint64_t high, bool negate) {
    struct cel_path path;

    return cel_compile_path(unit, field, &path) ? cel_op_range(unit, &path, low, high, negate)
                                                : NULL;
}

enum relation { EQUAL, NOT_EQUAL, LESS, LESS_EQUAL, GREATER, GREATER_EQUAL, NONE };

static enum relation relation_of(const struct cel_node *node) {
    static const char *const names[] = {"_==_", "_!=_", "_<_", "_<=_", "_>_", "_>=_"};
    unsigned i = 0;

    while (i < NONE && !cel_name_is(&node->name, names[i]))
        i++;
    return (enum relation)i;
}

/* The values that satisfy the relation, between lowest and highest: false when none or all do, so
 * that no interval says it. */
static bool interval(enum relation relation, uint64_t c, uint64_t lowest, uint64_t highest,
                     uint64_t *low, uint64_t *high) {
    *low = relation == GREATER                                  ? c + 1
           : relation == GREATER_EQUAL || relation <= NOT_EQUAL ? c
                                                                : lowest;
    *high = relation == LESS                                  ? c - 1
            : relation == LESS_EQUAL || relation <= NOT_EQUAL ? c
                                                              : highest;
    return !(relation == LESS && c == lowest) && !(relation == GREATER && c == highest);
}

static cel_code_ptr compare_number(struct cel_unit *unit, const struct cel_node *field,
                                   const struct cel_value *value, enum relation relation) {
    uint64_t low, high, lowest = 0, highest = UINT64_MAX, c = value->u;

    if (value->kind == CEL_INT) {
        lowest = (uint64_t)INT64_MIN;
        highest = INT64_MAX;
    }
    if (!interval(relation, c, lowest, highest, &low, &high))
        return NULL;
    return range(unit, field, low, high, relation == NOT_EQUAL);
}

static cel_code_ptr compare_ip(struct cel_unit *unit, const struct cel_node *field,
                               const struct cel_value *value, bool negate) {
    char text[TOC_IP_TEXT];
    struct cel_path path;
    struct toc_ip ip = {0};

    // Only the canonical text equals what the field would be printed as.
    if (toc_ip_parse(value->s, value->n, &ip) || toc_ip_format(text, &ip) != value->n ||
        memcmp(text, value->s, value->n) != 0)
        return NULL;
    return cel_compile_path(unit, field, &path) ? cel_op_ip_is(unit, &path, &ip, negate) : NULL;
}

static cel_code_ptr compare_equal(struct cel_unit *unit, const struct cel_node *field,
                                  const struct cel_value *value, bool negate) {
    uint16_t name;

    if (value->kind == CEL_BOOL && is_field(field, TOC_KIND_BOOL))
        return range(unit, field, value->b, value->b, negate);
    if (value->kind != CEL_STRING)
        return NULL;
    if (is_field(field, TOC_KIND_ENUM) &&
        toc_names_value(field->field->names, value->s, value->n, &name))
        return range(unit, field, name, name, negate);
    return is_field(field, TOC_KIND_IP) ? compare_ip(unit, field, value, negate) : NULL;
}

static enum relation mirrored(enum relation relation) {
    static const enum relation mirror[] = {EQUAL, NOT_EQUAL,  GREATER, GREATER_EQUAL,
                                           LESS,  LESS_EQUAL, NONE};

    return mirror[relation];
}

/* "name" in m.changed */
static cel_code_ptr test_bits(struct cel_unit *unit, const struct cel_node *name,
                              const struct cel_node *field) {
    struct cel_path path;
    uint16_t bit;

    if (!is_const(name, CEL_STRING) ||
        !toc_names_value(field->field->names, name->value.s, name->value.n, &bit) || bit >= 32)
        return NULL;
    return cel_compile_path(unit, field, &path) ? cel_op_bits(unit, &path, UINT32_C(1) << bit)
                                                : NULL;
}

/* m.status in ["fault", "absent"] */
static cel_code_ptr test_one_of(struct cel_unit *unit, const struct cel_node *field,
                                const struct cel_node *list) {
    struct cel_path path;
    uint64_t values = 0;
    uint16_t value;

    for (uint32_t i = 0; i < list->n; i++) {
        const struct cel_node *kid = list->kids[i];

        if (!is_const(kid, CEL_STRING) || list->has_optional ||
            !toc_names_value(field->field->names, kid->value.s, kid->value.n, &value) ||
            value >= 64)
            return NULL;
        values |= UINT64_C(1) << value;
    }
    return cel_compile_path(unit, field, &path) ? cel_op_one_of(unit, &path, values) : NULL;
}

/* batch.kernel_seen > batch.captured */
static cel_code_ptr compare_fields(struct cel_unit *unit, const struct cel_node *a,
                                   const struct cel_node *b, enum relation relation) {
    static const enum cel_order orders[] = {
        [EQUAL] = CEL_ORDER_EQUAL,     [NOT_EQUAL] = CEL_ORDER_NOT_EQUAL,
        [LESS] = CEL_ORDER_LESS,       [LESS_EQUAL] = CEL_ORDER_LESS_EQUAL,
        [GREATER] = CEL_ORDER_GREATER, [GREATER_EQUAL] = CEL_ORDER_GREATER_EQUAL,
    };
    struct cel_path paths[2];

    if (!cel_compile_path(unit, a, &paths[0]) || !cel_compile_path(unit, b, &paths[1]) ||
        !cel_path_begins_alike(&paths[0], &paths[1]))
        return NULL;
    return cel_op_order(unit, &paths[0], &paths[1], orders[relation]);
}

cel_code_ptr cel_compile_test(struct cel_unit *unit, const struct cel_node *node) {
    const struct cel_node *a, *b;
    enum relation relation;

    if (node->n != 2 || node->member)
        return NULL;
    a = node->kids[0];
    b = node->kids[1];
    if (cel_name_is(&node->name, "@in")) {
        if (is_field(b, TOC_KIND_NAMES))
            return test_bits(unit, a, b);
        return is_field(a, TOC_KIND_ENUM) && b->kind == CEL_NODE_LIST ? test_one_of(unit, a, b)
                                                                      : NULL;
    }
    relation = relation_of(node);
    if (relation != NONE && ((is_field(a, TOC_KIND_INT) && is_field(b, TOC_KIND_INT)) ||
                             (is_field(a, TOC_KIND_POINTER) && is_field(b, TOC_KIND_POINTER))))
        return compare_fields(unit, a, b, relation);
    if (a->kind == CEL_NODE_CONST) {
        a = node->kids[1];
        b = node->kids[0];
        relation = mirrored(relation);
    }
    if (relation == NONE || b->kind != CEL_NODE_CONST || a->kind != CEL_NODE_FIELD)
        return NULL;
    if ((is_field(a, TOC_KIND_INT) && b->value.kind == CEL_INT) ||
        (is_field(a, TOC_KIND_POINTER) && b->value.kind == CEL_UINT))
        return compare_number(unit, a, &b->value, relation);
    return relation <= NOT_EQUAL ? compare_equal(unit, a, &b->value, relation == NOT_EQUAL) : NULL;
}
