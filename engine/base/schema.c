// SPDX-License-Identifier: Apache-2.0
// Look-ups in the tables that describe a record.
#include "base/schema.h"

#include <string.h>

static bool same(const char *name, const char *s, size_t n) {
    // s may hold a NUL, where strncmp would stop too early.
    return strlen(name) == n && !memcmp(name, s, n);
}

const struct toc_field *toc_object_field(const struct toc_object *object, const char *name,
                                         size_t n, uint64_t variants) {
    for (uint16_t i = 0; i < object->n_fields; i++) {
        const struct toc_field *field = &object->fields[i];

        if (field->variants & variants && same(field->name, name, n))
            return field;
    }
    return NULL;
}

const char *toc_names_name(const struct toc_names *names, uint16_t value) {
    size_t low = 0, high = names->n, guess;

    if (!names->n || value < names->items[0].value)
        return NULL;
    // Most sets are dense: the place follows from the value.
    guess = (size_t)(value - names->items[0].value);
    if (guess < names->n && names->items[guess].value == value)
        return names->items[guess].name;
    while (low < high) {
        size_t middle = (low + high) / 2;

        if (names->items[middle].value == value)
            return names->items[middle].name;
        if (names->items[middle].value < value)
            low = middle + 1;
        else
            high = middle;
    }
    return NULL;
}

bool toc_names_value(const struct toc_names *names, const char *name, size_t n,
                     uint16_t *ret_value) {
    for (uint16_t i = 0; i < names->n; i++) {
        if (same(names->items[i].name, name, n)) {
            *ret_value = names->items[i].value;
            return true;
        }
    }
    return false;
}
