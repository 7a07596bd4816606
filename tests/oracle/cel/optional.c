// SPDX-License-Identifier: Apache-2.0
// Optional values.
#include <string.h>

#include "oracle.h"

static bool is_zero(const struct ov *value) {
    switch (value->kind) {
    case CEL_NULL: return true;
    case CEL_BOOL: return !value->b;
    case CEL_INT: return !value->i;
    case CEL_UINT: return !value->u;
    case CEL_DOUBLE: return value->d == 0;
    case CEL_STRING:
    case CEL_BYTES:
    case CEL_LIST:
    case CEL_MAP: return !value->n;
    case CEL_DURATION: return !value->ns;
    default: return false;
    }
}

bool oracle_lazy(struct oracle *o, const struct cel_node *node, const char *name, struct ov *ret) {
    bool value = !strcmp(name, "orValue");
    struct ov a, b;

    if (!node->member || node->n != 2 || (!value && strcmp(name, "or")))
        return false;
    a = oracle_eval(o, node->kids[0]);
    *ret = a.kind == CEL_ERROR ? a : ov_error(CEL_ERR_NO_OVERLOAD);
    if (a.kind != CEL_OPTIONAL)
        return true;
    *ret = value ? a.items[0] : a;
    if (a.n)
        return true;
    b = oracle_eval(o, node->kids[1]);
    *ret =
        value || b.kind == CEL_OPTIONAL || b.kind == CEL_ERROR ? b : ov_error(CEL_ERR_NO_OVERLOAD);
    return true;
}

bool oracle_optional(const struct ocall *call, struct ov *ret) {
    const struct ov *a = &call->args[0];

    if (oracle_is(call, "optional.of", false, "*"))
        *ret = ov_optional(call->o, a);
    else if (oracle_is(call, "optional.ofNonZeroValue", false, "*"))
        *ret = ov_optional(call->o, is_zero(a) ? NULL : a);
    else if (oracle_is(call, "optional.none", false, ""))
        *ret = ov_optional(call->o, NULL);
    else if (oracle_is(call, "hasValue", true, "o"))
        *ret = ov_bool(a->n);
    else if (oracle_is(call, "value", true, "o"))
        *ret = a->n ? a->items[0] : ov_error(CEL_ERR_ARGUMENT);
    else if (oracle_is(call, "first", true, "l"))
        *ret = ov_optional(call->o, a->n ? &a->items[0] : NULL);
    else if (oracle_is(call, "last", true, "l"))
        *ret = ov_optional(call->o, a->n ? &a->items[a->n - 1] : NULL);
    else
        return false;
    return true;
}
