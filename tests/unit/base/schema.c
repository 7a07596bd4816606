// SPDX-License-Identifier: Apache-2.0
// Look-ups in tables of fields and names.
#include "base/schema.h"

#include <criterion/criterion.h>

Test(schema, a_field_is_found_in_its_variant) {
    static const struct toc_field fields[] = {
        {.name = "ip", .variants = 1 << 1},
        {.name = "pid", .variants = 1 << 2, .kind = TOC_KIND_POINTER},
        {.name = "pid", .variants = 1 << 3, .kind = TOC_KIND_INT},
        {.name = "status", .variants = TOC_ALL_VARIANTS},
    };
    static const struct toc_object object = {.name = "name", .fields = fields, .n_fields = 4};
    static const struct {
        const char *name;
        size_t n;
        uint64_t variants;
        int index;
    } rows[] = {
        {"ip", 2, 1 << 1, 0},         {"ip", 2, TOC_ALL_VARIANTS, 0},
        {"ip", 2, 1 << 2, -1},        {"pid", 3, 1 << 2, 1},
        {"pid", 3, 1 << 3, 2},        {"pid", 3, 1 << 3 | 1 << 2, 1},
        {"status", 6, 1ull << 63, 3}, {"status", 6, 0, -1},
        {"statusx", 6, 1, 3},         {"statusx", 7, 1, -1},
        {"stat", 4, 1, -1},           {"", 0, 1, -1},
        {"st\0tus", 6, 1, -1},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        const struct toc_field *found =
            toc_object_field(&object, rows[i].name, rows[i].n, rows[i].variants);

        cr_expect_eq(found, rows[i].index < 0 ? NULL : &fields[rows[i].index], "row %zu", i);
    }
}

static const struct toc_name dense[] = {TOC_NAME("a", 3), TOC_NAME("b", 4), TOC_NAME("c", 5)};
static const struct toc_name sparse[] = {TOC_NAME("zero", 0), TOC_NAME("two", 2),
                                         TOC_NAME("big", 400), TOC_NAME("max", 65535)};
static const struct toc_names sets[] = {
    {"dense", dense, 3}, {"sparse", sparse, 4}, {"empty", NULL, 0}};

Test(schema, names_over_every_value) {
    for (size_t s = 0; s < sizeof(sets) / sizeof(*sets); s++) {
        for (uint32_t value = 0; value <= UINT16_MAX; value++) {
            const char *expected = NULL;

            for (uint16_t i = 0; i < sets[s].n; i++)
                if (sets[s].items[i].value == value)
                    expected = sets[s].items[i].name;
            cr_assert_eq(toc_names_name(&sets[s], (uint16_t)value), expected, "%s %u", sets[s].name,
                         value);
        }
    }
}

Test(schema, values_by_name) {
    uint16_t value = 77;

    for (size_t s = 0; s < sizeof(sets) / sizeof(*sets); s++) {
        for (uint16_t i = 0; i < sets[s].n; i++) {
            const char *name = sets[s].items[i].name;

            cr_expect(toc_names_value(&sets[s], name, strlen(name), &value));
            cr_expect_eq(value, sets[s].items[i].value);
        }
        value = 77;
        cr_expect_not(toc_names_value(&sets[s], "none", 4, &value));
        cr_expect_not(toc_names_value(&sets[s], "bigger", 6, &value));
        cr_expect_not(toc_names_value(&sets[s], "", 0, &value));
        cr_expect_eq(value, 77);
    }
    cr_expect(toc_names_value(&sets[1], "bigger", 3, &value));
}

Test(schema, presence_and_variant_are_read_from_the_object) {
    struct {
        uint64_t present;
        uint16_t variant;
    } data = {.present = 1ull << 63 | 1, .variant = 9};
    struct toc_object object = {.variant_offset = 8};
    struct toc_field field = {.bit = 63};

    cr_expect(toc_field_present(&field, &data));
    field.bit = 62;
    cr_expect_not(toc_field_present(&field, &data));
    cr_expect_eq(toc_object_variant(&object, &data), 9);
    object.variant_offset = 0;
    cr_expect_eq(toc_object_variant(&object, &data), 0);
}
