// SPDX-License-Identifier: Apache-2.0
// Elements of lists and maps, fields of objects, and entries for a map.
#include <math.h>

#include "oracle.h"

/* Any number that is whole counts as an index. */
static struct ov list_element(const struct ov *list, const struct ov *index) {
    if (!ov_is_number(index))
        return ov_error(CEL_ERR_NO_OVERLOAD);
    for (size_t i = 0; i < list->n; i++) {
        struct ov position = ov_int((int64_t)i);

        if (ov_compare(&position, index) == O_EQUAL)
            return list->items[i];
    }
    return ov_error(CEL_ERR_INDEX);
}

static struct ov map_element(struct oracle *o, const struct ov *map, const struct ov *key) {
    const struct ov *found = ov_find(o, map, key);

    return found ? *found : ov_error(CEL_ERR_NO_SUCH_KEY);
}

struct ov oracle_element(struct oracle *o, const struct ov *container, const struct ov *index,
                         bool field) {
    if (container->kind == CEL_MAP)
        return map_element(o, container, index);
    if (container->kind == CEL_LIST && !field)
        return list_element(container, index);
    if (container->kind == CEL_OBJECT && field)
        return oracle_field(o, container, index->s, index->n);
    return ov_error(CEL_ERR_NO_OVERLOAD);
}

bool oracle_map_add(struct oracle *o, struct ov *map, struct ov *items, const struct ov *key,
                    const struct ov *value) {
    bool is_key = key->kind == CEL_BOOL || key->kind == CEL_INT || key->kind == CEL_UINT ||
                  key->kind == CEL_STRING;

    if (!is_key || ov_find(o, map, key)) {
        *map = ov_error(is_key ? CEL_ERR_ARGUMENT : CEL_ERR_NO_OVERLOAD);
        return false;
    }
    items[2 * map->n] = *key;
    items[2 * map->n++ + 1] = *value;
    return true;
}
