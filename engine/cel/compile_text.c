// SPDX-License-Identifier: Apache-2.0
// Conditions on a text or an address that constants decide become one test of the field's bytes.
#include "base/text.h"
#include "cel/compile.h"
#include "cel/parse.h"
#include "cel/test.h"

static bool is_text(const struct cel_node *node) {
    uint8_t kind = node->field ? node->field->kind : 0;

    return node->kind == CEL_NODE_FIELD && !node->test && cel_one_field(node) &&
           (kind == TOC_KIND_STRING || kind == TOC_KIND_BYTES || kind == TOC_KIND_HEX);
}

static bool is_address(const struct cel_node *node) {
    return node->kind == CEL_NODE_FIELD && !node->test && cel_one_field(node) &&
           node->field->kind == TOC_KIND_IP;
}

/* What a value of the field is in the language. */
static uint8_t kind_of(const struct cel_node *field) {
    return field->field->kind == TOC_KIND_STRING || field->field->kind == TOC_KIND_IP ? CEL_STRING
                                                                                      : CEL_BYTES;
}

/* A constant, or the items of a constant list. */
struct operands {
    const struct cel_value *items;
    size_t n;
};

static bool operands_of(const struct cel_value *constant, bool list, struct operands *ret) {
    if (!list)
        *ret = (struct operands){constant, 1};
    else if (constant->kind == CEL_LIST && constant->form == CEL_FORM_ITEMS)
        *ret = (struct operands){constant->list->items, constant->list->n};
    else
        return false;
    return ret->n > 0;
}

static cel_code_ptr text_test(struct cel_unit *unit, const struct cel_node *field,
                              enum cel_test_kind kind, const struct operands *operands,
                              bool negate) {
    struct cel_text *texts = cel_keep(unit, operands->n * sizeof(*texts));
    struct cel_path path;

    for (size_t i = 0; texts && i < operands->n; i++) {
        if (operands->items[i].kind != kind_of(field))
            return NULL;
        texts[i] = (struct cel_text){operands->items[i].s, operands->items[i].n};
    }
    return texts && cel_compile_path(unit, field, &path)
               ? cel_op_text(unit, &path, kind, texts, operands->n, negate)
               : NULL;
}

/* m.peer.ip in ["192.0.2.1", …]: only the canonical text equals what the field would be printed as.
 */
static cel_code_ptr addresses(struct cel_unit *unit, const struct cel_node *field,
                              const struct operands *operands) {
    struct cel_net *nets = cel_keep(unit, operands->n * sizeof(*nets));
    struct cel_path path;
    size_t n = 0;

    for (size_t i = 0; nets && i < operands->n; i++) {
        const struct cel_value *item = &operands->items[i];
        struct toc_ip ip = {0};
        char text[TOC_IP_TEXT];

        if (item->kind != CEL_STRING)
            return NULL;
        if (!toc_ip_parse(item->s, item->n, &ip) && toc_ip_format(text, &ip) == item->n &&
            !memcmp(text, item->s, item->n))
            nets[n++] = (struct cel_net){ip, ip.version == 4 ? 32 : 128};
    }
    return n && cel_compile_path(unit, field, &path) ? cel_op_net(unit, &path, nets, n, false)
                                                     : NULL;
}

/* cidr("192.0.2.0/24").containsIP(m.peer.ip), or of ip(m.peer.ip): the text of a field is always
 * that of an address. */
static cel_code_ptr network(struct cel_unit *unit, const struct cel_node *node,
                            const struct cel_value *cidr) {
    const struct cel_node *field = node->kids[1];
    struct cel_net *net;
    struct cel_path path;

    if (field->kind == CEL_NODE_CALL && !field->member && field->n == 1 && field->exact &&
        cel_name_is(&field->name, "ip"))
        field = field->kids[0];
    if (cidr->kind != CEL_CIDR || !is_address(field) || !(net = cel_keep(unit, sizeof(*net))))
        return NULL;
    *net = (struct cel_net){*cidr->ip, (uint8_t)cidr->n};
    for (unsigned bit = net->prefix; bit < 128; bit++)
        net->ip.bytes[bit / 8] &= (uint8_t) ~(0x80u >> bit % 8);
    return cel_compile_path(unit, field, &path) ? cel_op_net(unit, &path, net, 1, false) : NULL;
}

cel_code_ptr cel_compile_call_test(struct cel_unit *unit, const struct cel_node *node,
                                   const cel_code_ptr *kids) {
    static const struct {
        const char *name;
        enum cel_test_kind kind;
    } rows[] = {{"startsWith", CEL_TEST_STARTS},
                {"endsWith", CEL_TEST_ENDS},
                {"contains", CEL_TEST_CONTAINS}};
    const struct cel_value *constant;

    if (!node->exact || !node->member || node->n != 2)
        return NULL;
    if (cel_name_is(&node->name, "containsIP"))
        return (constant = cel_op_const_value(kids[0])) ? network(unit, node, constant) : NULL;
    if (!is_text(node->kids[0]) || !(constant = cel_op_const_value(kids[1])))
        return NULL;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        if (cel_name_is(&node->name, rows[i].name))
            return text_test(unit, node->kids[0], rows[i].kind, &(struct operands){constant, 1},
                             false);
    return NULL;
}

cel_code_ptr cel_compile_text(struct cel_unit *unit, const struct cel_node *node,
                              const cel_code_ptr *kids) {
    bool in = cel_name_is(&node->name, "@in"), negate = cel_name_is(&node->name, "_!=_");
    // "x" == field is field == "x".
    bool swapped = !in && cel_op_const_value(kids[0]);
    const struct cel_node *field = node->kids[swapped];
    const struct cel_value *constant = cel_op_const_value(kids[!swapped]);
    struct operands operands;

    if ((!in && !negate && !cel_name_is(&node->name, "_==_")) || !constant ||
        !operands_of(constant, in, &operands))
        return NULL;
    if (is_text(field))
        return text_test(unit, field, CEL_TEST_IS, &operands, negate);
    return in && is_address(field) ? addresses(unit, field, &operands) : NULL;
}
