// SPDX-License-Identifier: Apache-2.0
// The catalogue walked whole: what its tables must be for the code that walks them.
#include "event/catalogue.h"

#include <criterion/criterion.h>
#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "event/constants.h"
#include "event/saturate.h"

static bool is_identifier(const char *name) {
    if (!islower((unsigned char)*name))
        return false;
    for (; *name; name++)
        if (!islower((unsigned char)*name) && !isdigit((unsigned char)*name) && *name != '_')
            return false;
    return true;
}

static void check_kind(const struct toc_object *object, const struct toc_field *field) {
    bool named = field->kind == TOC_KIND_ENUM || field->kind == TOC_KIND_NAMES;
    bool nested = field->kind == TOC_KIND_OBJECT || field->kind == TOC_KIND_LIST;

    cr_expect_eq(field->names != NULL, named, "%s.%s", object->name, field->name);
    cr_expect_eq(field->object != NULL, nested, "%s.%s", object->name, field->name);
    if (field->kind == TOC_KIND_INT)
        cr_expect(field->width == 1 || field->width == 2 || field->width == 4 || field->width == 8);
    for (uint16_t i = 0; field->kind == TOC_KIND_NAMES && i < field->names->n; i++)
        cr_expect_lt(field->names->items[i].value, 32, "%s.%s", object->name, field->name);
}

Test(catalogue, fields) {
    for (size_t o = 0; o < toc_objects_n; o++) {
        const struct toc_object *object = toc_objects[o];

        cr_expect(*object->doc && object->n_fields && object->n_fields <= 64, "%s", object->name);
        cr_expect_eq(object->size % 8, 0, "%s", object->name);
        for (uint16_t i = 0; i < object->n_fields; i++) {
            const struct toc_field *field = &object->fields[i];

            cr_expect(is_identifier(field->name), "%s.%s", object->name, field->name);
            cr_expect(*field->doc, "%s.%s", object->name, field->name);
            // Walks go from bits to fields.
            cr_expect_eq(field->bit, i, "%s.%s", object->name, field->name);
            cr_expect(field->offset >= 8 && field->offset < object->size);
            cr_expect_neq(field->variants, 0, "%s.%s", object->name, field->name);
            cr_expect(object->variant_offset || field->variants == TOC_ALL_VARIANTS, "%s.%s",
                      object->name, field->name);
            cr_expect_eq(field->doc[strlen(field->doc) - 1] == '.', 0);
            check_kind(object, field);
        }
    }
}

Test(catalogue, a_name_means_one_field_in_each_variant) {
    for (size_t o = 0; o < toc_objects_n; o++) {
        const struct toc_object *object = toc_objects[o];

        for (uint16_t i = 0; i < object->n_fields; i++)
            for (uint16_t j = 0; j < i; j++)
                cr_expect(strcmp(object->fields[i].name, object->fields[j].name) ||
                              !(object->fields[i].variants & object->fields[j].variants),
                          "%s.%s", object->name, object->fields[i].name);
    }
}

static unsigned depth_of(const struct toc_object *object, unsigned above) {
    unsigned deepest = 0;

    cr_assert_lt(above, TOC_MAX_JSON_DEPTH / 2, "a cycle through %s", object->name);
    for (uint16_t i = 0; i < object->n_fields; i++) {
        unsigned depth =
            object->fields[i].object ? depth_of(object->fields[i].object, above + 1) : 0;

        deepest = depth > deepest ? depth : deepest;
    }
    return deepest + 1;
}

Test(catalogue, objects_have_no_cycle_and_are_reached) {
    cr_expect_eq(depth_of(&toc_object_event, 0), 5);
    for (size_t o = 0; o < toc_objects_n; o++) {
        unsigned uses = toc_objects[o] == &toc_object_event;

        for (size_t p = 0; p < toc_objects_n; p++)
            for (uint16_t i = 0; i < toc_objects[p]->n_fields; i++)
                uses += toc_objects[p]->fields[i].object == toc_objects[o];
        cr_expect(uses, "%s", toc_objects[o]->name);
    }
}

#define SET(set) &toc_names_##set
static const struct toc_names *const sets[] = {
#define NAMES(set) SET(set),
#define NAME(set, ident, value, text)
#define END(set)
#include "event/names.def"
    &toc_names_event};

Test(catalogue, names) {
    for (size_t s = 0; s < sizeof(sets) / sizeof(*sets); s++) {
        for (uint16_t i = 0; i < sets[s]->n; i++) {
            const struct toc_name *item = &sets[s]->items[i];
            uint16_t value;

            cr_expect(!i || item->value > item[-1].value, "%s %s", sets[s]->name, item->name);
            cr_assert(toc_names_value(sets[s], item->name, strlen(item->name), &value));
            cr_expect_eq(value, item->value, "%s %s", sets[s]->name, item->name);
            cr_expect_eq(toc_names_name(sets[s], value), item->name);
        }
    }
}

Test(catalogue, every_large_number_can_saturate) {
    for (size_t o = 0; o < toc_objects_n; o++) {
        for (uint16_t i = 0; i < toc_objects[o]->n_fields; i++) {
            const struct toc_field *field = &toc_objects[o]->fields[i];
            size_t rows = 0;

            for (size_t s = 0; s < toc_sizes_n; s++)
                rows +=
                    toc_sizes[s].object == toc_objects[o] && toc_sizes[s].offset == field->offset;
            cr_expect_eq(rows,
                         field->kind == TOC_KIND_INT && field->width == 8 && !field->is_signed,
                         "%s.%s", toc_objects[o]->name, field->name);
        }
    }
    cr_expect_eq(toc_sizes_n, toc_names_size.n);
}

Test(catalogue, events) {
    static const struct {
        const char *pattern, *in, *out;
    } rows[] = {
        {"send*", "io_uring_sendmsg_zc", "recvmsg"},
        {"send*", "sendmmsg", "tocsin_start"},
        {"recv*", "io_uring_recv", "sendto"},
        {"wait*", "epoll_pwait2", "recvmsg"},
        {"tocsin_*", "tocsin_tick", "sendmsg"},
        {"sendmsg", "sendmsg", "sendmmsg"},
        {"*", "bpf", NULL},
        {"io_uring_*", "io_uring_setup", "bpf"},
    };
    for (uint16_t i = 0; i < toc_names_event.n; i++) {
        uint16_t id = toc_names_event.items[i].value;

        cr_assert(id < 63 && toc_event_info(id));
        cr_expect_str_eq(toc_event_info(id)->name, toc_names_event.items[i].name);
        cr_expect(*toc_event_info(id)->doc && toc_event_info(id)->groups);
    }
    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        uint64_t bits = toc_event_pattern(rows[i].pattern, strlen(rows[i].pattern));
        uint16_t in = toc_event_by_name(rows[i].in, strlen(rows[i].in));

        cr_expect(bits & toc_event_bit(in), "%s", rows[i].pattern);
        if (rows[i].out)
            cr_expect(!(bits & toc_event_bit(toc_event_by_name(rows[i].out, strlen(rows[i].out)))));
    }
    cr_expect_eq(toc_event_pattern("nothing*", 8), 0);
    cr_expect_eq(toc_event_pattern("", 0), 0);
    cr_expect_null(toc_event_info(63));
    cr_expect_eq(toc_event_by_name("sendmm", 6), TOC_EVENT_NONE);
}

static int64_t constant(const char *prefix, const char *name) {
    char full[64];
    int64_t value = -1;
    size_t n = (size_t)snprintf(full, sizeof(full), "%s%s", prefix, name);

    for (size_t i = strlen(prefix); i < n; i++)
        full[i] = (char)toupper((unsigned char)full[i]);
    cr_expect(toc_constant_value(full, n, &value), "%s", full);
    return value;
}

Test(catalogue, constants_agree_with_the_names) {
    for (uint16_t i = 0; i < toc_names_family.n; i++)
        if (toc_names_family.items[i].value != TOC_family_unknown)
            cr_expect_eq(constant("AF_", toc_names_family.items[i].name),
                         toc_names_family.items[i].value);
    for (uint16_t i = 1; i + 1 < toc_names_error.n; i++)
        cr_expect_eq(constant("", toc_names_error.items[i].name), toc_names_error.items[i].value);
    for (uint16_t i = 1; i < toc_names_socktype.n; i++)
        cr_expect_eq(constant("SOCK_", toc_names_socktype.items[i].name),
                     toc_names_socktype.items[i].value);
}

Test(catalogue, constants_are_unique) {
    int64_t value;

    for (size_t i = 0; i < toc_constants_n; i++) {
        cr_expect(toc_constant_value(toc_constants[i].name, strlen(toc_constants[i].name), &value));
        cr_expect_eq(value, toc_constants[i].value, "%s", toc_constants[i].name);
        cr_expect_geq(value, 0, "%s", toc_constants[i].name);
    }
    cr_expect(!toc_constant_value("MSG_OO", 6, &value));
}
