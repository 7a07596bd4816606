// SPDX-License-Identifier: Apache-2.0
// Fields of records: loading one, asking whether it was observed, and the tests that need no value.
#include "cel/path.h"

struct field_op {
    struct cel_code code;
    struct cel_path path;
    bool negate;
    uint64_t low, span; /* range; one_of and bits: `low` holds the mask */
    struct toc_ip ip;
};

static void run_load(const struct cel_code *code, struct cel_frame *frame, struct cel_value *ret) {
    const struct field_op *op = (const struct field_op *)code;
    struct cel_place place;

    if (cel_follow(&op->path, frame, &place, ret))
        cel_load(place.field, place.object, place.base, frame->scratch, ret);
}

static void run_has(const struct cel_code *code, struct cel_frame *frame, struct cel_value *ret) {
    const struct field_op *op = (const struct field_op *)code;
    struct cel_place place;

    cel_set_bool(ret, cel_follow(&op->path, frame, &place, ret));
}

static inline uint64_t load_bits(const struct cel_place *place) {
    const char *p = (const char *)place->object + place->field->offset;

    switch (place->field->kind) {
    case TOC_KIND_INT: return cel_load_clamped(place->field, place->object);
    case TOC_KIND_POINTER: return *(const uint64_t *)p;
    case TOC_KIND_ENUM: return *(const uint16_t *)p;
    case TOC_KIND_NAMES: return *(const uint32_t *)p;
    default: return *(const uint8_t *)p;
    }
}

static void run_range(const struct cel_code *code, struct cel_frame *frame, struct cel_value *ret) {
    const struct field_op *op = (const struct field_op *)code;
    struct cel_place place;

    if (cel_follow(&op->path, frame, &place, ret))
        cel_set_bool(ret, (load_bits(&place) - op->low <= op->span) != op->negate);
}

static void run_bits(const struct cel_code *code, struct cel_frame *frame, struct cel_value *ret) {
    const struct field_op *op = (const struct field_op *)code;
    struct cel_place place;

    if (cel_follow(&op->path, frame, &place, ret))
        cel_set_bool(ret, load_bits(&place) & op->low);
}

static void run_one_of(const struct cel_code *code, struct cel_frame *frame,
                       struct cel_value *ret) {
    const struct field_op *op = (const struct field_op *)code;
    struct cel_place place;
    uint64_t value;

    if (!cel_follow(&op->path, frame, &place, ret))
        return;
    value = load_bits(&place);
    cel_set_bool(ret, value < 64 && (op->low >> value & 1));
}

static void run_ip_is(const struct cel_code *code, struct cel_frame *frame, struct cel_value *ret) {
    const struct field_op *op = (const struct field_op *)code;
    const struct toc_ip *ip;
    struct cel_place place;

    if (!cel_follow(&op->path, frame, &place, ret))
        return;
    ip = (const struct toc_ip *)((const char *)place.object + place.field->offset);
    cel_set_bool(ret, (ip->version == op->ip.version &&
                       !memcmp(ip->bytes, op->ip.bytes, ip->version == 4 ? 4 : 16)) != op->negate);
}

static struct field_op *field_op(struct cel_unit *unit, const struct cel_path *path,
                                 void (*run)(const struct cel_code *, struct cel_frame *,
                                             struct cel_value *)) {
    struct field_op *op = CEL_CLOSURE(unit, field_op, run);

    if (op)
        op->path = *path;
    return op;
}

cel_code_ptr cel_op_load(struct cel_unit *unit, const struct cel_path *path) {
    return (cel_code_ptr)field_op(unit, path, run_load);
}

cel_code_ptr cel_op_has(struct cel_unit *unit, const struct cel_path *path) {
    return (cel_code_ptr)field_op(unit, path, run_has);
}

cel_code_ptr cel_op_range(struct cel_unit *unit, const struct cel_path *path, uint64_t low,
                          uint64_t high, bool negate) {
    struct field_op *op = field_op(unit, path, run_range);

    if (!op)
        return NULL;
    op->low = low;
    op->span = high - low;
    op->negate = negate;
    return &op->code;
}

static cel_code_ptr mask_op(struct field_op *op, uint64_t mask) {
    if (!op)
        return NULL;
    op->low = mask;
    return &op->code;
}

cel_code_ptr cel_op_bits(struct cel_unit *unit, const struct cel_path *path, uint32_t bits) {
    return mask_op(field_op(unit, path, run_bits), bits);
}

cel_code_ptr cel_op_one_of(struct cel_unit *unit, const struct cel_path *path, uint64_t values) {
    return mask_op(field_op(unit, path, run_one_of), values);
}

cel_code_ptr cel_op_ip_is(struct cel_unit *unit, const struct cel_path *path,
                          const struct toc_ip *ip, bool negate) {
    struct field_op *op = field_op(unit, path, run_ip_is);

    if (!op)
        return NULL;
    op->ip = *ip;
    op->negate = negate;
    return &op->code;
}
