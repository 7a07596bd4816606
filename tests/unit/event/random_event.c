// SPDX-License-Identifier: Apache-2.0
// Walks the catalogue and throws dice at each field.
#include "random_event.h"

#include <criterion/criterion.h>
#include <string.h>

#include "base/text.h"

struct dice {
    struct toc_builder *builder;
    uint64_t *state;
    uint16_t event;
};

static void fill(struct dice *dice, const struct toc_object *object, char *data);

static uint64_t roll(struct dice *dice, uint64_t sides) {
    return random_next(dice->state) % sides;
}

/* Small numbers, bounds, and anything. */
static uint64_t number(struct dice *dice) {
    uint64_t bits = random_next(dice->state) * 2 + roll(dice, 2);

    switch (roll(dice, 4)) {
    case 0: return roll(dice, 10);
    case 1: return UINT64_MAX - roll(dice, 3);
    case 2: return (UINT64_C(1) << roll(dice, 64)) - roll(dice, 2);
    default: return bits;
    }
}

static struct toc_ref bytes(struct dice *dice, const struct toc_field *field) {
    static const char hostile[] =
        "\\x41\n\"\0\x7f\xff\xc3\xa4\xe2\x82\xac\xed\xa0\x80 /a{}[],:\x1b";
    char text[80];
    size_t n = roll(dice, sizeof(text) + 1);

    for (size_t i = 0; i < n; i++)
        text[i] = roll(dice, 3) ? hostile[roll(dice, sizeof(hostile))] : (char)roll(dice, 256);
    if (field->kind == TOC_KIND_STRING)
        return toc_builder_escape(dice->builder, text, n);
    return toc_builder_bytes(dice->builder, text, n);
}

static struct toc_ip address(struct dice *dice, uint16_t family) {
    struct toc_ip ip = {.version = family == TOC_family_inet ? 4 : 6};

    for (int i = 0; i < (ip.version == 4 ? 4 : 16); i++)
        ip.bytes[i] = (uint8_t)(roll(dice, 2) ? roll(dice, 256) : 0);
    // In normal form no IPv6 address is a mapped one.
    if (ip.version == 6)
        ip.bytes[0] = 0xfe;
    return ip;
}

static uint32_t names(struct dice *dice, const struct toc_names *set) {
    uint32_t bits = 0;

    for (uint16_t i = 0; i < set->n; i++)
        bits |= (uint32_t)roll(dice, 2) << set->items[i].value;
    return bits;
}

static uint32_t object(struct dice *dice, const struct toc_object *what) {
    uint32_t off;
    char *data = toc_builder_alloc(dice->builder, what, 1, &off);

    cr_assert(data);
    fill(dice, what, data);
    return off;
}

static struct toc_ref list(struct dice *dice, const struct toc_object *what) {
    struct toc_ref ref = {0, (uint32_t)roll(dice, 5)};
    char *data = toc_builder_alloc(dice->builder, what, ref.n, &ref.off);

    cr_assert(data);
    for (uint32_t i = 0; i < ref.n; i++)
        fill(dice, what, data + i * what->size);
    return ref;
}

static void value(struct dice *dice, const struct toc_field *field, char *data, char *at) {
    const struct toc_addr *addr = (const struct toc_addr *)data;
    uint64_t any = number(dice);

    switch ((enum toc_kind)field->kind) {
    case TOC_KIND_BOOL: *at = (char)(any & 1); break;
    case TOC_KIND_INT: memcpy(at, &any, field->width); break;
    case TOC_KIND_POINTER:
    case TOC_KIND_TIME: memcpy(at, &any, 8); break;
    case TOC_KIND_ENUM:
        memcpy(at, &field->names->items[roll(dice, field->names->n)].value, 2);
        break;
    case TOC_KIND_NAMES: *(uint32_t *)at = names(dice, field->names); break;
    case TOC_KIND_STRING:
    case TOC_KIND_BYTES:
    case TOC_KIND_HEX: *(struct toc_ref *)at = bytes(dice, field); break;
    case TOC_KIND_IP: *(struct toc_ip *)at = address(dice, addr->variant); break;
    case TOC_KIND_OBJECT: *(uint32_t *)at = object(dice, field->object); break;
    case TOC_KIND_LIST: *(struct toc_ref *)at = list(dice, field->object); break;
    }
}

static void choose_variant(struct dice *dice, const struct toc_object *what, char *data) {
    struct toc_addr *addr = (struct toc_addr *)data;

    if (what != &toc_object_addr) {
        if (what->variant_offset)
            *(uint16_t *)(data + what->variant_offset) = dice->event;
        return;
    }
    if (!roll(dice, 8))
        return;
    addr->variant = roll(dice, 2) ? TOC_family_inet + (uint16_t)roll(dice, 2) * 8
                                  : toc_names_family.items[roll(dice, toc_names_family.n)].value;
    TOC_SET(addr, addr, family, addr->variant);
}

static bool is_set_already(const struct toc_object *what, const struct toc_field *field) {
    return (what == &toc_object_addr && field->bit == TOC_addr_family) ||
           (what == &toc_object_meta && field->bit == TOC_meta_name);
}

static void fill(struct dice *dice, const struct toc_object *what, char *data) {
    uint64_t *present = (uint64_t *)data;

    choose_variant(dice, what, data);
    for (uint16_t i = 0; i < what->n_fields; i++) {
        const struct toc_field *field = &what->fields[i];
        bool exists = field->variants >> toc_object_variant(what, data) & 1;

        // Without a family only what every address has can be told apart when read back.
        if (what == &toc_object_addr && !TOC_HAS(addr, (struct toc_addr *)data, family))
            exists = field->variants == TOC_ALL_VARIANTS;
        if (!exists || field->derived || is_set_already(what, field) || !roll(dice, 4))
            continue;
        value(dice, field, data, data + field->offset);
        *present |= UINT64_C(1) << field->bit;
    }
}

/* As a producer does where memory did not change: the view at exit refers to what entry has. */
static void share(struct dice *dice, struct toc_event *event) {
    for (uint32_t i = 0; i < event->msgs.n; i++) {
        struct toc_msg *msg = (struct toc_msg *)((char *)event + event->msgs.off) + i;
        const struct toc_view *enter = toc_at(event, msg->enter);
        struct toc_view *leave = (struct toc_view *)((char *)event + msg->exit);

        if (!msg->enter || !msg->exit || !enter->name || !enter->iov || roll(dice, 2))
            continue;
        TOC_SET(view, leave, name, enter->name);
        TOC_SET(view, leave, iov, enter->iov);
    }
}

const struct toc_event *random_event(struct toc_builder *builder, uint64_t *state) {
    struct dice dice = {.builder = builder, .state = state};
    const struct toc_event *event;
    struct toc_event *root;

    dice.event = toc_names_event.items[roll(&dice, toc_names_event.n)].value;
    root = toc_builder_begin(builder, dice.event);
    fill(&dice, &toc_object_meta, (char *)toc_builder_meta(builder));
    if (toc_builder_args(builder))
        fill(&dice, &toc_object_args, (char *)toc_builder_args(builder));
    for (uint16_t i = 0; i < toc_object_event.n_fields; i++) {
        const struct toc_field *field = &toc_object_event.fields[i];

        if (!(field->variants >> dice.event & 1) || toc_field_present(field, root) ||
            !roll(&dice, 4))
            continue;
        value(&dice, field, (char *)root, (char *)root + field->offset);
        root->present |= UINT64_C(1) << field->bit;
    }
    share(&dice, root);
    cr_assert_eq(toc_builder_end(builder, &event), 0);
    return event;
}
