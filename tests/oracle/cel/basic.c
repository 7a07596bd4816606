// SPDX-License-Identifier: Apache-2.0
// Operators and the functions that every implementation of the language has.
#include <math.h>
#include <string.h>

#include "oracle.h"

static bool fits(const struct ov *value, char kind) {
    static const char letters[] = {
        [CEL_BOOL] = 'b',      [CEL_INT] = 'i',      [CEL_UINT] = 'u',     [CEL_DOUBLE] = 'd',
        [CEL_STRING] = 's',    [CEL_BYTES] = 'y',    [CEL_LIST] = 'l',     [CEL_MAP] = 'm',
        [CEL_TIMESTAMP] = 'T', [CEL_DURATION] = 'D', [CEL_OPTIONAL] = 'o', [CEL_IP] = 'a',
        [CEL_CIDR] = 'c'};

    return kind == '*' || letters[value->kind] == kind;
}

bool oracle_is(const struct ocall *call, const char *name, bool member, const char *kinds) {
    if (strcmp(call->name, name) || call->member != member || call->n != strlen(kinds))
        return false;
    for (size_t i = 0; i < call->n; i++)
        if (!fits(&call->args[i], kinds[i]))
            return false;
    return true;
}

static struct ov join(struct oracle *o, const struct ov *a, const struct ov *b) {
    char *text = ov_text(o, a->n + b->n);

    for (size_t i = 0; i < a->n; i++)
        text[i] = a->s[i];
    for (size_t i = 0; i < b->n; i++)
        text[a->n + i] = b->s[i];
    return a->kind == CEL_STRING ? ov_string(text, a->n + b->n) : ov_bytes(text, a->n + b->n);
}

static struct ov join_lists(struct oracle *o, const struct ov *a, const struct ov *b) {
    struct ov *items = ov_array(o, a->n + b->n);

    for (size_t i = 0; i < a->n; i++)
        items[i] = a->items[i];
    for (size_t i = 0; i < b->n; i++)
        items[a->n + i] = b->items[i];
    return ov_items(CEL_LIST, items, a->n + b->n);
}

/* What the two integers give, in a type wide enough for it. */
static struct ov integers(char op, __int128 a, __int128 b, struct ov (*make)(__int128)) {
    // A product of two such would not even fit into 128 bits.
    if (op == '*' && a > 0 && b > 0 && a > UINT64_MAX / b)
        return ov_error(CEL_ERR_OVERFLOW);
    switch (op) {
    case '+': return make(a + b);
    case '-': return make(a - b);
    case '*': return make(a * b);
    }
    if (!b)
        return ov_error(CEL_ERR_DIVIDE_BY_ZERO);
    // The quotient decides for the remainder as well: it is out of range for the smallest int
    // by -1.
    if (make(a / b).kind == CEL_ERROR)
        return ov_error(CEL_ERR_OVERFLOW);
    return make(op == '/' ? a / b : a % b);
}

#ifdef __clang__
__attribute__((no_sanitize("float-divide-by-zero")))
#endif
static double
doubles(char op, double a, double b) {
    return op == '+' ? a + b : op == '-' ? a - b : op == '*' ? a * b : a / b;
}

static bool add(const struct ocall *call, struct ov *ret) {
    const struct ov *a = &call->args[0], *b = a + 1;

    if (oracle_is(call, "_+_", false, "ss") || oracle_is(call, "_+_", false, "yy"))
        *ret = join(call->o, a, b);
    else if (oracle_is(call, "_+_", false, "ll"))
        *ret = join_lists(call->o, a, b);
    else if (oracle_is(call, "_+_", false, "DD"))
        *ret = ov_duration(a->ns + b->ns);
    else if (oracle_is(call, "_+_", false, "TD") || oracle_is(call, "_+_", false, "DT"))
        *ret = ov_timestamp(a->ns + b->ns);
    else if (oracle_is(call, "_-_", false, "DD") || oracle_is(call, "_-_", false, "TT"))
        *ret = ov_duration(a->ns - b->ns);
    else if (oracle_is(call, "_-_", false, "TD"))
        *ret = ov_timestamp(a->ns - b->ns);
    else
        return false;
    return true;
}

static bool arithmetic(const struct ocall *call, struct ov *ret) {
    static const char *const names[] = {"_+_", "_-_", "_*_", "_/_", "_%_"};
    const struct ov *a = &call->args[0], *b = a + 1;

    for (size_t i = 0; i < 5; i++) {
        if (oracle_is(call, names[i], false, "ii"))
            *ret = integers(names[i][1], a->i, b->i, ov_int_of);
        else if (oracle_is(call, names[i], false, "uu"))
            *ret = integers(names[i][1], a->u, b->u, ov_uint_of);
        else if (i < 4 && oracle_is(call, names[i], false, "dd"))
            *ret = ov_double(doubles(names[i][1], a->d, b->d));
        else
            continue;
        return true;
    }
    return add(call, ret);
}

static bool compare(const struct ocall *call, struct ov *ret) {
    const char *name = call->name;
    enum oorder order;

    if (call->n != 2 || call->member || name[0] != '_' || (name[1] != '<' && name[1] != '>'))
        return false;
    order = ov_compare(&call->args[0], &call->args[1]);
    if (order == O_NO_ORDER)
        *ret = ov_error(CEL_ERR_NO_OVERLOAD);
    else if (name[1] == '<')
        *ret = ov_bool(order == O_LESS || (name[2] == '=' && order == O_EQUAL));
    else
        *ret = ov_bool(order == O_GREATER || (name[2] == '=' && order == O_EQUAL));
    return true;
}

static bool in(const struct ocall *call, struct ov *ret) {
    const struct ov *value = &call->args[0], *container = value + 1;

    if (oracle_is(call, "@in", false, "*l")) {
        *ret = ov_bool(false);
        for (size_t i = 0; i < container->n; i++)
            if (ov_equal(call->o, &container->items[i], value))
                *ret = ov_bool(true);
        return true;
    }
    if (!oracle_is(call, "@in", false, "*m"))
        return false;
    *ret = ov_bool(ov_find(call->o, container, value));
    return true;
}

bool oracle_operator(const struct ocall *call, struct ov *ret) {
    const struct ov *args = call->args;

    if (oracle_is(call, "_==_", false, "**"))
        *ret = ov_bool(ov_equal(call->o, &args[0], &args[1]));
    else if (oracle_is(call, "_!=_", false, "**"))
        *ret = ov_bool(!ov_equal(call->o, &args[0], &args[1]));
    else if (oracle_is(call, "!_", false, "b"))
        *ret = ov_bool(!args[0].b);
    else if (oracle_is(call, "-_", false, "i"))
        *ret = ov_int_of(-(__int128)args[0].i);
    else if (oracle_is(call, "-_", false, "d"))
        *ret = ov_double(-args[0].d);
    else
        return compare(call, ret) || in(call, ret) || arithmetic(call, ret);
    return true;
}

static int64_t code_points(const struct ov *s) {
    int64_t n = 0;

    for (size_t i = 0; i < s->n; i++)
        n += (s->s[i] & 0xc0) != 0x80;
    return n;
}

static bool same_at(const struct ov *s, size_t at, const struct ov *part) {
    return at + part->n <= s->n && (!part->n || !memcmp(s->s + at, part->s, part->n));
}

static bool test_text(const struct ocall *call, const char *kinds, struct ov *ret) {
    const struct ov *s = &call->args[0], *part = s + 1;

    if (oracle_is(call, "startsWith", true, kinds))
        *ret = ov_bool(same_at(s, 0, part));
    else if (oracle_is(call, "endsWith", true, kinds))
        *ret = ov_bool(part->n <= s->n && same_at(s, s->n - part->n, part));
    else if (oracle_is(call, "contains", true, kinds)) {
        *ret = ov_bool(false);
        for (size_t i = 0; i <= s->n; i++)
            if (same_at(s, i, part))
                *ret = ov_bool(true);
    } else
        return false;
    return true;
}

bool oracle_basic(const struct ocall *call, struct ov *ret) {
    for (int member = 0; member < 2; member++) {
        if (oracle_is(call, "size", member, "s"))
            *ret = ov_int(code_points(&call->args[0]));
        else if (oracle_is(call, "size", member, "y") || oracle_is(call, "size", member, "l") ||
                 oracle_is(call, "size", member, "m"))
            *ret = ov_int((int64_t)call->args[0].n);
        else
            continue;
        return true;
    }
    if (oracle_is(call, "type", false, "*"))
        *ret = ov_type(ov_type_name(&call->args[0]));
    else if (oracle_is(call, "dyn", false, "*"))
        *ret = call->args[0];
    else
        return test_text(call, "ss", ret) || test_text(call, "yy", ret);
    return true;
}
