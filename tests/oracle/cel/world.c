// SPDX-License-Identifier: Apache-2.0
// A schema with a field of every kind, and random records of it.
#include "world.h"

#include <stdlib.h>
#include <string.h>

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))
#define V(variant) (UINT64_C(1) << (variant))
#define ALL .variants = TOC_ALL_VARIANTS

static const struct toc_name status_items[] = {TOC_NAME("ok", 0), TOC_NAME("null", 1),
                                               TOC_NAME("fault", 2)};
static const struct toc_names status_names = {"status", status_items, COUNT(status_items)};
static const struct toc_name flag_items[] = {TOC_NAME("name", 0), TOC_NAME("iov", 1),
                                             TOC_NAME("flags", 5), TOC_NAME("last", 31)};
static const struct toc_names flag_names = {"flag", flag_items, COUNT(flag_items)};

struct peer {
    uint64_t present;
    uint16_t variant; /* 0: none; 1: ip and port; 2: path */
    uint16_t port;
    struct toc_ip ip;
    struct toc_ref path;
    uint64_t ptr;
};

struct part {
    uint64_t present;
    uint16_t status;
    uint32_t peer;
};

struct item {
    uint64_t present;
    uint32_t index, flags;
    int64_t len;
    uint64_t bytes;
    uint32_t enter, kernel;
    struct toc_ref data, raw;
    int8_t small;
    uint8_t byte;
    int16_t word;
};

struct root {
    uint64_t present;
    uint16_t variant, status;
    int32_t ret;
    int64_t time;
    uint8_t on;
    struct toc_ref name, items;
    uint32_t part;
};

#define F(object, member, number, k, ...)                                                          \
    {                                                                                              \
        .name = #member, .kind = TOC_KIND_##k, .offset = offsetof(struct object, member),          \
        .bit = number, .unit = "", .doc = "", __VA_ARGS__                                          \
    }
#define OBJECT(ident, variant_at)                                                                  \
    {                                                                                              \
        .name = #ident, .fields = ident##_fields, .n_fields = COUNT(ident##_fields),               \
        .size = sizeof(struct ident), .variant_offset = variant_at, .doc = ""                      \
    }

static const struct toc_field peer_fields[] = {
    F(peer, ip, 0, IP, .variants = V(1)),
    F(peer, port, 1, INT, .width = 2, .variants = V(1)),
    F(peer, path, 2, STRING, .variants = V(2)),
    F(peer, ptr, 3, POINTER, ALL),
};
static const struct toc_object peer_object = OBJECT(peer, offsetof(struct peer, variant));

static const struct toc_field part_fields[] = {
    F(part, status, 0, ENUM, .names = &status_names, ALL),
    F(part, peer, 1, OBJECT, .object = &peer_object, ALL),
};
static const struct toc_object part_object = OBJECT(part, 0);

static const struct toc_field item_fields[] = {
    F(item, index, 0, INT, .width = 4, ALL),
    F(item, flags, 1, NAMES, .names = &flag_names, ALL),
    F(item, len, 2, INT, .width = 8, .is_signed = 1, ALL),
    F(item, bytes, 3, INT, .width = 8, ALL),
    F(item, enter, 4, OBJECT, .object = &part_object, ALL),
    F(item, kernel, 5, OBJECT, .object = &part_object, ALL),
    F(item, data, 6, BYTES, ALL),
    F(item, raw, 7, HEX, ALL),
    F(item, small, 8, INT, .width = 1, .is_signed = 1, ALL),
    F(item, byte, 9, INT, .width = 1, ALL),
    F(item, word, 10, INT, .width = 2, .is_signed = 1, ALL),
};
static const struct toc_object item_object = OBJECT(item, 0);

static const struct toc_field root_fields[] = {
    F(root, status, 0, ENUM, .names = &status_names, ALL),
    F(root, ret, 1, INT, .width = 4, .is_signed = 1, ALL),
    F(root, time, 2, TIME, ALL),
    F(root, on, 3, BOOL, ALL),
    F(root, name, 4, STRING, ALL),
    F(root, items, 5, LIST, .object = &item_object, ALL),
    F(root, part, 6, OBJECT, .object = &part_object, ALL),
};
static const struct toc_object root_object = OBJECT(root, offsetof(struct root, variant));

/* ---- A record ---- */

#define ITEMS 4
#define PARTS (2 * ITEMS + 1)

struct record {
    struct root root;
    struct item items[ITEMS];
    struct part parts[PARTS];
    struct peer peers[PARTS];
    char text[32];
};

#define AT(record, member) ((uint32_t)((const char *)&(record)->member - (const char *)(record)))

static const char text[32] = "dig\0/run/x\xff\x01h\xc3\xa9llo w\xc3\xb6rld ";

/* All, seldom most, seldom half of the fields. */
static uint64_t presence(struct orandom *random) {
    uint64_t bits = orandom_bits(random);

    switch (orandom_below(random, 12)) {
    case 0: return bits;
    case 1: return bits | orandom_bits(random);
    default: return UINT64_MAX;
    }
}

static uint64_t number(struct orandom *random) {
    static const uint64_t telling[] = {0,          1,         2,          3,          5,
                                       53,         127,       128,        255,        256,
                                       32767,      65535,     INT32_MAX,  UINT32_MAX, INT64_MAX,
                                       UINT64_MAX, INT64_MIN, 1500000000, 1000000000, 4096};

    return telling[orandom_below(random, COUNT(telling))];
}

static struct toc_ref text_ref(struct orandom *random, const struct record *record) {
    static const struct toc_ref pieces[] = {{0, 3}, {4, 6}, {12, 6}, {12, 14}, {5, 0}, {18, 7}};
    struct toc_ref ref = pieces[orandom_below(random, COUNT(pieces))];

    ref.off += AT(record, text);
    return ref;
}

static void fill_peer(struct orandom *random, const struct record *record, struct peer *peer) {
    peer->present = presence(random);
    peer->variant = (uint16_t)orandom_below(random, 3);
    peer->port = (uint16_t)number(random);
    peer->ptr = number(random);
    peer->path = text_ref(random, record);
    peer->ip = orandom_below(random, 2) ? (struct toc_ip){4, {127, 0, 0, 1}}
                                        : (struct toc_ip){6, {0x20, 1, 0xd, 0xb8, [15] = 1}};
    peer->ip.bytes[3] = (uint8_t)orandom_below(random, 2);
}

static void fill_item(struct orandom *random, struct record *record, unsigned i) {
    struct item *item = &record->items[i];

    *item = (struct item){.present = presence(random),
                          .index = i,
                          .flags = orandom_bits(random) & 0x80000023,
                          .len = (int64_t)number(random),
                          .bytes = number(random),
                          .enter = AT(record, parts[2 * i]),
                          .kernel = AT(record, parts[2 * i + 1]),
                          .small = (int8_t)number(random),
                          .byte = (uint8_t)number(random),
                          .word = (int16_t)number(random)};
    item->data = text_ref(random, record);
    item->raw = (struct toc_ref){AT(record, text) + 10, (uint32_t)orandom_below(random, 3)};
}

static size_t field_size(const struct toc_field *field) {
    switch ((enum toc_kind)field->kind) {
    case TOC_KIND_BOOL: return 1;
    case TOC_KIND_INT: return field->width;
    case TOC_KIND_ENUM: return 2;
    case TOC_KIND_NAMES:
    case TOC_KIND_OBJECT: return 4;
    case TOC_KIND_IP: return sizeof(struct toc_ip);
    default: return 8;
    }
}

/* A field that was not observed, or is none of the variant, holds zero bytes. */
static void clear_absent(const struct toc_object *type, void *object) {
    uint64_t present = 0, *bits = object;
    uint16_t variant = toc_object_variant(type, object);

    for (uint16_t i = 0; i < type->n_fields; i++) {
        const struct toc_field *field = &type->fields[i];
        uint64_t bit = UINT64_C(1) << field->bit;

        if (*bits & bit && field->variants >> variant & 1)
            present |= bit;
        else
            memset((char *)object + field->offset, 0, field_size(field));
    }
    *bits = present;
}

void *oworld_record(struct orandom *random) {
    struct record *record = calloc(1, sizeof(*record));

    if (!record)
        abort();
    memcpy(record->text, text, sizeof(text));
    for (unsigned i = 0; i < ITEMS; i++)
        fill_item(random, record, i);
    for (unsigned i = 0; i < PARTS; i++) {
        record->parts[i] = (struct part){.present = presence(random),
                                         .status = (uint16_t)orandom_below(random, 3),
                                         .peer = AT(record, peers[i])};
        fill_peer(random, record, &record->peers[i]);
    }
    record->root = (struct root){
        .present = presence(random),
        .status = (uint16_t)orandom_below(random, 3),
        .ret = (int32_t)number(random),
        .time = (int64_t)number(random),
        .on = (uint8_t)orandom_below(random, 2),
        .items = {AT(record, items), (uint32_t)(ITEMS - orandom_below(random, 16) % (ITEMS + 1))},
        .part = AT(record, parts[PARTS - 1]),
    };
    record->root.name = text_ref(random, record);
    for (unsigned i = 0; i < PARTS; i++) {
        clear_absent(&peer_object, &record->peers[i]);
        clear_absent(&part_object, &record->parts[i]);
    }
    for (unsigned i = 0; i < ITEMS; i++)
        clear_absent(&item_object, &record->items[i]);
    clear_absent(&root_object, &record->root);
    return record;
}

size_t oworld_size(void) {
    return sizeof(struct record) / 8 * 8;
}

/* ---- Names beside the fields ---- */

static const struct cel_value port_items[] = {{.kind = CEL_INT, .i = 53},
                                              {.kind = CEL_INT, .i = 123}};
static const struct cel_list port_list = {port_items, COUNT(port_items)};
static const struct cel_constant constants[] = {
    {"FLAG", {.kind = CEL_INT, .i = 0x40}, NULL, NULL},
    {"params.ports", {.kind = CEL_LIST, .list = &port_list}, NULL, NULL},
    {"params.kind", {.kind = CEL_STRING, .s = "dig", .n = 3}, NULL, NULL},
};
static const struct cel_type item_type = {.kind = CEL_OBJECT, .object = &item_object};
static const struct cel_var vars[OWORLD_VARS] = {{"it", &item_type}, {"any", &cel_type_dyn}};

struct cel_scope oworld_scope(bool dyn) {
    return (struct cel_scope){.root = &root_object,
                              .root_variants = 1,
                              .constants = constants,
                              .n_constants = COUNT(constants),
                              .vars = vars,
                              .n_vars = COUNT(vars),
                              .dyn = dyn};
}

void oworld_vars(const void *data, struct cel_value values[OWORLD_VARS]) {
    const struct record *record = data;

    values[0] = (struct cel_value){
        .kind = CEL_OBJECT, .object = &item_object, .data = &record->items[3], .base = record};
    values[1] = (struct cel_value){.kind = CEL_INT, .i = record->items[3].len};
}

void oworld_print(const void *record, struct toc_buf *buf) {
    struct cel_value root = {
        .kind = CEL_OBJECT, .object = &root_object, .data = record, .base = record};

    cel_value_literal(&root, buf);
}
