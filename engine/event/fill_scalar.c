// SPDX-License-Identifier: Apache-2.0
// One value of a node into one field of a record, with its range checked.

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "event/fill.h"

#define POINTER_DIGITS 16

static int wrong(struct toc_fill *fill, const struct toc_field *field, const struct toc_node *node,
                 const char *wanted) {
    toc_fill_report(fill, node, false, TOC_ERROR, "%s wants %s, not %s", field->name, wanted,
                    toc_fill_kind(node));
    return -EINVAL;
}

static bool has_text(const struct toc_node *node) {
    return node->kind == TOC_NODE_STRING || (node->plain && node->text && node->n);
}

/* An integer above INT64_MAX, in decimal or hexadecimal. */
static bool parse_big(const struct toc_node *node, uint64_t *ret) {
    char digits[40], *end;

    if (!node->text || !node->n || node->n >= sizeof(digits) || node->text[0] == '-')
        return false;
    memcpy(digits, node->text, node->n);
    digits[node->n] = '\0';
    errno = 0;
    *ret = strtoull(digits, &end, digits[0] == '0' ? 16 : 10);
    return !errno && !*end;
}

static int fill_int(struct toc_fill *fill, const struct toc_field *field,
                    const struct toc_node *node, char *at) {
    unsigned bits = field->width * 8u;
    int64_t low = field->is_signed ? INT64_MIN >> (64 - bits) : 0;
    uint64_t high = (UINT64_MAX >> (64 - bits)) >> field->is_signed;
    uint64_t value = (uint64_t)node->i;
    bool fits = node->big ? parse_big(node, &value) && value <= high
                          : node->i >= low && (node->i < 0 || value <= high);

    if (node->kind != TOC_NODE_INT)
        return wrong(fill, field, node, "an integer");
    if (!fits) {
        toc_fill_report(fill, node, false, TOC_ERROR, "%s is out of range: it takes %lld to %llu",
                        field->name, (long long)low, (unsigned long long)high);
        return -EINVAL;
    }
    memcpy(at, &value, field->width);
    return 0;
}

static int fill_pointer(struct toc_fill *fill, const struct toc_field *field,
                        const struct toc_node *node, char *at) {
    uint64_t value = (uint64_t)node->i;
    char digits[POINTER_DIGITS + 1] = "", *end = digits;

    if (node->kind == TOC_NODE_INT && !node->big && node->i >= 0) {
        memcpy(at, &value, sizeof(value));
        return 0;
    }
    if (has_text(node) && node->n > 2 && node->n <= 2 + POINTER_DIGITS && node->text[0] == '0' &&
        node->text[1] == 'x') {
        memcpy(digits, node->text + 2, node->n - 2);
        value = strtoull(digits, &end, 16);
    }
    // strtoull would take a sign or white space.
    if (end == digits || *end || end != digits + strspn(digits, "0123456789abcdefABCDEF")) {
        if (node->kind != TOC_NODE_STRING)
            return wrong(fill, field, node, "a pointer (\"0x…\")");
        toc_fill_report(fill, node, false, TOC_ERROR,
                        "%s wants a pointer: \"0x\" and up to 16 hexadecimal digits", field->name);
        return -EINVAL;
    }
    memcpy(at, &value, sizeof(value));
    return 0;
}

static int fill_time(struct toc_fill *fill, const struct toc_field *field,
                     const struct toc_node *node, char *at) {
    int64_t ns;

    if (!has_text(node))
        return wrong(fill, field, node, "a time");
    if (toc_time_parse(node->text, node->n, &ns)) {
        toc_fill_report(fill, node, false, TOC_ERROR,
                        "%s wants a time like \"2026-11-20T20:10:00.5Z\", from 1677 to 2262",
                        field->name);
        return -EINVAL;
    }
    memcpy(at, &ns, sizeof(ns));
    return 0;
}

static int find_name(struct toc_fill *fill, const struct toc_field *field,
                     const struct toc_node *node, uint16_t *ret) {
    const char *all[512], *near;
    uint16_t n = field->names->n < 512 ? field->names->n : 512;
    struct toc_diag *diag;

    if (node->kind == TOC_NODE_NULL && node->plain &&
        toc_names_value(field->names, "null", strlen("null"), ret))
        return 0;
    if (!has_text(node))
        return wrong(fill, field, node, "a name");
    if (toc_names_value(field->names, node->text, node->n, ret))
        return 0;
    for (uint16_t i = 0; i < n; i++)
        all[i] = field->names->items[i].name;
    diag = toc_fill_report(fill, node, false, TOC_ERROR, "%s cannot be \"%.*s\"", field->name,
                           (int)(node->n < 100 ? node->n : 100), node->text);
    near = toc_nearest(node->text, node->n, all, n);
    if (near)
        toc_diag_set_hint(diag, "did you mean \"%s\"?", near);
    return -EINVAL;
}

static int fill_names(struct toc_fill *fill, const struct toc_field *field,
                      const struct toc_node *node, char *at) {
    uint32_t bits = 0;
    uint16_t value;

    if (node->kind != TOC_NODE_LIST)
        return wrong(fill, field, node, "a list of names");
    for (const struct toc_node *item = node->child; item; item = item->next) {
        if (find_name(fill, field, item, &value))
            return -EINVAL;
        bits |= UINT32_C(1) << value;
    }
    memcpy(at, &bits, sizeof(bits));
    return 0;
}

/* Encoded bytes are decoded over the room that their text needs. */
static int fill_encoded(struct toc_fill *fill, const struct toc_field *field,
                        const struct toc_node *node, struct toc_ref *ref) {
    bool base64 = field->kind == TOC_KIND_BYTES;
    size_t room = base64 ? node->n / 4 * 3 : node->n / 2;
    long n = -EINVAL;
    char *to;

    if (!has_text(node))
        return wrong(fill, field, node, base64 ? "base64" : "hexadecimal digits");
    if (room > TOC_MAX_PAYLOAD) {
        toc_fill_report(fill, node, false, TOC_ERROR, "%s is longer than %u bytes", field->name,
                        TOC_MAX_PAYLOAD);
        return -EINVAL;
    }
    to = toc_builder_room(fill->builder, room, 1, &ref->off);
    if (!to)
        return -E2BIG;
    n = base64 ? toc_base64_decode(to, node->text, node->n)
               : toc_hex_decode(to, node->text, node->n);
    if (n < 0) {
        toc_fill_report(fill, node, false, TOC_ERROR, "%s wants %s", field->name,
                        base64 ? "base64 with its padding" : "pairs of hexadecimal digits");
        return -EINVAL;
    }
    ref->n = (uint32_t)n;
    if (!n)
        ref->off = 0;
    return 0;
}

static int fill_string(struct toc_fill *fill, const struct toc_field *field,
                       const struct toc_node *node, struct toc_ref *ref) {
    bool escaped;

    if (!has_text(node))
        return wrong(fill, field, node, "a string");
    escaped = toc_is_escaped(node->text, node->n);
    if (node->n > TOC_MAX_STRING / (escaped ? 1 : 4)) {
        toc_fill_report(fill, node, false, TOC_ERROR, "%s is longer than %u bytes", field->name,
                        TOC_MAX_STRING);
        return -EINVAL;
    }
    *ref = escaped ? toc_builder_bytes(fill->builder, node->text, node->n)
                   : toc_builder_escape(fill->builder, node->text, node->n);
    return fill->builder->failed;
}

static int fill_ip(struct toc_fill *fill, const struct toc_field *field,
                   const struct toc_node *node, char *at) {
    struct toc_ip ip;

    if (!has_text(node))
        return wrong(fill, field, node, "an IP address");
    if (toc_ip_parse(node->text, node->n, &ip)) {
        toc_fill_report(fill, node, false, TOC_ERROR, "%s wants an IPv4 or IPv6 address",
                        field->name);
        return -EINVAL;
    }
    toc_ip_unmap(&ip);
    memcpy(at, &ip, sizeof(ip));
    return 0;
}

int toc_fill_scalar(struct toc_fill *fill, const struct toc_field *field,
                    const struct toc_node *node, char *at) {
    uint16_t value;

    switch ((enum toc_kind)field->kind) {
    case TOC_KIND_BOOL:
        if (node->kind != TOC_NODE_BOOL)
            return wrong(fill, field, node, "true or false");
        *at = node->i != 0;
        return 0;
    case TOC_KIND_INT: return fill_int(fill, field, node, at);
    case TOC_KIND_POINTER: return fill_pointer(fill, field, node, at);
    case TOC_KIND_TIME: return fill_time(fill, field, node, at);
    case TOC_KIND_ENUM:
        if (find_name(fill, field, node, &value))
            return -EINVAL;
        memcpy(at, &value, sizeof(value));
        return 0;
    case TOC_KIND_NAMES: return fill_names(fill, field, node, at);
    case TOC_KIND_STRING: return fill_string(fill, field, node, (struct toc_ref *)at);
    case TOC_KIND_BYTES:
    case TOC_KIND_HEX: return fill_encoded(fill, field, node, (struct toc_ref *)at);
    case TOC_KIND_IP: return fill_ip(fill, field, node, at);
    case TOC_KIND_OBJECT:
    case TOC_KIND_LIST: break;
    }
    return -EINVAL;
}
