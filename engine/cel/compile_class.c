// SPDX-License-Identifier: Apache-2.0
// Tests beside the plain comparisons: classes of numbers, lists of numbers, sets of names.
#include "cel/compile.h"
#include "cel/parse.h"
#include "cel/test.h"

/* More numbers are looked up as values. */
#define MAX_NUMBERS 1024

static bool is_number(const struct cel_node *node) {
    return node->kind == CEL_NODE_FIELD && !node->test && cel_one_field(node) &&
           (node->field->kind == TOC_KIND_INT || node->field->kind == TOC_KIND_POINTER);
}

/* A field that is never below zero, or uint() of one. */
static const struct cel_node *number_of(const struct cel_node *node) {
    if (node->kind == CEL_NODE_CALL && !node->member && node->n == 1 &&
        cel_name_is(&node->name, "uint"))
        node = node->kids[0];
    return is_number(node) && !node->field->is_signed ? node : NULL;
}

const struct cel_value *cel_constant_item(const struct cel_node *list, size_t i) {
    const struct cel_value *value = &list->value;

    if (list->kind == CEL_NODE_LIST && !list->has_optional)
        return i < list->n && list->kids[i]->kind == CEL_NODE_CONST ? &list->kids[i]->value : NULL;
    if (list->kind != CEL_NODE_CONST || value->kind != CEL_LIST || value->form != CEL_FORM_ITEMS)
        return NULL;
    return i < value->list->n ? &value->list->items[i] : NULL;
}

size_t cel_constant_items(const struct cel_node *list) {
    if (list->kind == CEL_NODE_LIST)
        return list->n;
    return cel_constant_item(list, 0) ? list->value.list->n : 0;
}

bool cel_names_of(const struct cel_node *node, const struct toc_names *names, uint64_t *ret) {
    bool single = node->kind == CEL_NODE_CONST && node->value.kind == CEL_STRING;
    size_t n = single ? 1 : cel_constant_items(node);

    *ret = 0;
    for (size_t i = 0; i < n; i++) {
        const struct cel_value *value = single ? &node->value : cel_constant_item(node, i);
        uint16_t number;

        if (!value || value->kind != CEL_STRING ||
            !toc_names_value(names, value->s, value->n, &number) || number >= 64)
            return false;
        *ret |= UINT64_C(1) << number;
    }
    return n > 0;
}

/* ptr_space(p) == "kernel", ptr_space(p) in ["kernel", "low"] */
static cel_code_ptr test_class(struct cel_unit *unit, const struct cel_node *call,
                               const struct cel_node *wanted, bool negate) {
    const struct cel_function *function = call->n_overloads == 1 ? call->overloads[0] : NULL;
    const struct cel_node *numbers[2] = {0};
    struct cel_path paths[2];
    uint64_t classes;

    if (call->kind != CEL_NODE_CALL || !function || !function->classify || call->n > 2 ||
        !cel_names_of(wanted, function->result->names, &classes))
        return NULL;
    for (uint32_t i = 0; i < call->n; i++)
        if (!(numbers[i] = number_of(call->kids[i])) ||
            !cel_compile_path(unit, numbers[i], &paths[i]))
            return NULL;
    if (call->n == 2 && !cel_path_begins_alike(&paths[0], &paths[1]))
        return NULL;
    return cel_op_class(unit, function, &paths[0], call->n == 2 ? &paths[1] : NULL,
                        negate ? ~classes : classes);
}

static cel_code_ptr test_number_in(struct cel_unit *unit, const struct cel_node *field,
                                   const struct cel_node *list) {
    uint64_t numbers[MAX_NUMBERS];
    uint8_t kind = field->field->kind == TOC_KIND_INT ? CEL_INT : CEL_UINT;
    size_t n = cel_constant_items(list);
    struct cel_path path;

    if (!n || n > MAX_NUMBERS)
        return NULL;
    for (size_t i = 0; i < n; i++) {
        const struct cel_value *value = cel_constant_item(list, i);

        if (!value || value->kind != kind)
            return NULL;
        numbers[i] = value->u;
    }
    return cel_compile_path(unit, field, &path) ? cel_op_number_in(unit, &path, numbers, n) : NULL;
}

static bool is_names(const struct cel_node *node) {
    return node->kind == CEL_NODE_FIELD && !node->test && node->field->kind == TOC_KIND_NAMES &&
           cel_one_field(node);
}

/* size(m.changed) > 0 */
static cel_code_ptr test_any_name(struct cel_unit *unit, const struct cel_node *node) {
    const struct cel_node *call = node->kids[0], *zero = node->kids[1];
    struct cel_path path;

    if (!cel_name_is(&node->name, "_>_") || call->kind != CEL_NODE_CALL || call->n != 1 ||
        !cel_name_is(&call->name, "size") || !is_names(call->kids[0]) ||
        zero->kind != CEL_NODE_CONST || zero->value.kind != CEL_INT || zero->value.i)
        return NULL;
    return cel_compile_path(unit, call->kids[0], &path) ? cel_op_bits(unit, &path, UINT32_MAX)
                                                        : NULL;
}

/* math.bitAnd(batch.flags, MSG_OOB) != 0 */
static cel_code_ptr test_flags(struct cel_unit *unit, const struct cel_node *node) {
    const struct cel_node *call = node->kids[0], *zero = node->kids[1];
    struct cel_path path;
    cel_code_ptr bits;

    if (call->kind != CEL_NODE_CALL || call->n != 2 || !call->exact ||
        !cel_name_is(&call->name, "math.bitAnd") || !is_number(call->kids[0]) ||
        call->kids[0]->field->kind != TOC_KIND_INT || call->kids[1]->kind != CEL_NODE_CONST ||
        call->kids[1]->value.kind != CEL_INT || zero->kind != CEL_NODE_CONST ||
        zero->value.kind != CEL_INT || zero->value.i ||
        !cel_compile_path(unit, call->kids[0], &path))
        return NULL;
    bits = cel_op_bits(unit, &path, call->kids[1]->value.u);
    return bits && node->name.s[1] == '=' ? cel_op_not(unit, bits) : bits;
}

cel_code_ptr cel_compile_class(struct cel_unit *unit, const struct cel_node *node) {
    const struct cel_node *a = node->kids[0], *b = node->kids[1];

    if (cel_name_is(&node->name, "@in"))
        return is_number(a) ? test_number_in(unit, a, b) : test_class(unit, a, b, false);
    if (!cel_name_is(&node->name, "_==_") && !cel_name_is(&node->name, "_!=_"))
        return test_any_name(unit, node);
    return test_flags(unit, node) ?: test_class(unit, a, b, node->name.s[1] == '!');
}

/* m.changed.exists(part, part in ["name", "iov"]) */
cel_code_ptr cel_compile_names(struct cel_unit *unit, const struct cel_node *loop) {
    const struct cel_node *range = loop->kids[0], *test = loop->kids[1];
    struct cel_path path;
    uint64_t names;

    if (loop->macro != CEL_MACRO_EXISTS || loop->vars[1].n || !is_names(range) ||
        test->kind != CEL_NODE_CALL || test->n != 2 || test->kids[0]->kind != CEL_NODE_LOCAL ||
        test->kids[0]->slot != loop->slot ||
        (!cel_name_is(&test->name, "@in") && !cel_name_is(&test->name, "_==_")) ||
        (cel_name_is(&test->name, "_==_") && test->kids[1]->value.kind != CEL_STRING) ||
        !cel_names_of(test->kids[1], range->field->names, &names) || names > UINT32_MAX)
        return NULL;
    return cel_compile_path(unit, range, &path) ? cel_op_bits(unit, &path, (uint32_t)names) : NULL;
}
