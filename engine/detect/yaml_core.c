// SPDX-License-Identifier: Apache-2.0
// The core schema of YAML 1.2: which plain scalars are null, booleans or integers.
#include <string.h>

#include "detect/yaml.h"

struct word {
    const char *text;
    enum toc_node_kind kind;
    int64_t value;
};

static const struct word words[] = {
    {"", TOC_NODE_NULL, 0},      {"~", TOC_NODE_NULL, 0},     {"null", TOC_NODE_NULL, 0},
    {"Null", TOC_NODE_NULL, 0},  {"NULL", TOC_NODE_NULL, 0},  {"true", TOC_NODE_BOOL, 1},
    {"True", TOC_NODE_BOOL, 1},  {"TRUE", TOC_NODE_BOOL, 1},  {"false", TOC_NODE_BOOL, 0},
    {"False", TOC_NODE_BOOL, 0}, {"FALSE", TOC_NODE_BOOL, 0},
};

static int digit(char c) {
    if (c >= '0' && c <= '9')
        return c - '0';
    c |= 0x20;
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : 16;
}

/* A number too large for 64 bits is an integer all the same: whoever needs it refuses it. */
static void type_int(struct toc_node *node) {
    const char *s = node->text, *end = s + node->n;
    bool negative = *s == '-', overflow = false;
    int base = 10;
    uint64_t value = 0;

    if (*s == '-' || *s == '+')
        s++;
    else if (node->n > 2 && s[0] == '0' && (s[1] == 'x' || s[1] == 'o'))
        base = s[1] == 'x' ? 16 : 8;
    s += base == 10 ? 0 : 2;
    if (s == end)
        return;
    for (; s < end; s++) {
        int d = digit(*s);

        if (d >= base)
            return;
        overflow |= __builtin_mul_overflow(value, (uint64_t)base, &value);
        overflow |= __builtin_add_overflow(value, (uint64_t)d, &value);
    }
    node->kind = TOC_NODE_INT;
    node->big = overflow || value > (uint64_t)INT64_MAX + negative;
    if (!node->big)
        node->i = negative ? (int64_t)(0 - value) : (int64_t)value;
}

void toc_yaml_type_plain(struct toc_node *node) {
    node->kind = TOC_NODE_STRING;
    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
        if (node->n == strlen(words[i].text) && !memcmp(node->text, words[i].text, node->n)) {
            node->kind = words[i].kind;
            node->i = words[i].value;
            return;
        }
    }
    type_int(node);
}
