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

bool cel_path_start(const struct cel_path *path, struct cel_frame *frame, struct cel_place *place,
                    struct cel_value *error) {
    struct cel_value value = frame->slots[path->slot];

    if (path->from == CEL_FROM_CODE)
        cel_exec(path->start, frame, &value);
    if (value.kind != CEL_OBJECT) {
        if (value.kind == CEL_ERROR)
            *error = value;
        else
            cel_set_error(error, CEL_ERR_NO_OVERLOAD, "a field of something that is no object");
        return false;
    }
    place->object = value.data;
    place->base = value.base;
    return true;
}

static void run_load(const struct cel_code *code, struct cel_frame *frame, struct cel_value *ret) {
    const struct field_op *op = (const struct field_op *)code;
    struct cel_place place;

    if (cel_follow(&op->path, frame, &place, ret))
        cel_load(place.step->field, place.object, place.base, frame->scratch, ret);
}

static void run_has(const struct cel_code *code, struct cel_frame *frame, struct cel_value *ret) {
    const struct field_op *op = (const struct field_op *)code;
    struct cel_place place;

    cel_set_bool(ret, cel_follow(&op->path, frame, &place, ret));
}

CEL_INLINE void range(const struct cel_code *code, struct cel_frame *frame, struct cel_value *ret,
                      enum cel_bits bits) {
    const struct field_op *op = (const struct field_op *)code;
    struct cel_place place;

    if (cel_follow(&op->path, frame, &place, ret))
        cel_set_bool(ret, (cel_load_bits(bits, cel_place_bytes(&place)) - op->low <= op->span) !=
                              op->negate);
}

/* One function for each way to load: the way is then no question while running. */
#define RANGE(name, bits)                                                                          \
    static void name(const struct cel_code *code, struct cel_frame *frame,                         \
                     struct cel_value *ret) {                                                      \
        range(code, frame, ret, bits);                                                             \
    }

RANGE(range_u8, CEL_BITS_U8)
RANGE(range_u16, CEL_BITS_U16)
RANGE(range_u32, CEL_BITS_U32)
RANGE(range_u64, CEL_BITS_U64)
RANGE(range_i8, CEL_BITS_I8)
RANGE(range_i16, CEL_BITS_I16)
RANGE(range_i32, CEL_BITS_I32)
RANGE(range_i64, CEL_BITS_I64)
RANGE(range_clamped, CEL_BITS_CLAMPED)

typedef void (*run_fn)(const struct cel_code *, struct cel_frame *, struct cel_value *);

static const run_fn ranges[] = {
    [CEL_BITS_NONE] = range_u64,        [CEL_BITS_U8] = range_u8,   [CEL_BITS_U16] = range_u16,
    [CEL_BITS_U32] = range_u32,         [CEL_BITS_U64] = range_u64, [CEL_BITS_I8] = range_i8,
    [CEL_BITS_I16] = range_i16,         [CEL_BITS_I32] = range_i32, [CEL_BITS_I64] = range_i64,
    [CEL_BITS_CLAMPED] = range_clamped,
};

static void run_bits(const struct cel_code *code, struct cel_frame *frame, struct cel_value *ret) {
    const struct field_op *op = (const struct field_op *)code;
    struct cel_place place;

    if (cel_follow(&op->path, frame, &place, ret))
        cel_set_bool(ret, cel_load_bits(CEL_BITS_U32, cel_place_bytes(&place)) & op->low);
}

static void run_one_of(const struct cel_code *code, struct cel_frame *frame,
                       struct cel_value *ret) {
    const struct field_op *op = (const struct field_op *)code;
    struct cel_place place;
    uint64_t value;

    if (!cel_follow(&op->path, frame, &place, ret))
        return;
    value = cel_load_bits(CEL_BITS_U16, cel_place_bytes(&place));
    cel_set_bool(ret, value < 64 && (op->low >> value & 1));
}

static void run_ip_is(const struct cel_code *code, struct cel_frame *frame, struct cel_value *ret) {
    const struct field_op *op = (const struct field_op *)code;
    const struct toc_ip *ip;
    struct cel_place place;

    if (!cel_follow(&op->path, frame, &place, ret))
        return;
    ip = cel_place_bytes(&place);
    cel_set_bool(ret, (ip->version == op->ip.version &&
                       !memcmp(ip->bytes, op->ip.bytes, ip->version == 4 ? 4 : 16)) != op->negate);
}

static struct field_op *field_op(struct cel_unit *unit, const struct cel_path *path, run_fn run) {
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
    struct field_op *op = field_op(unit, path, ranges[path->steps[path->n - 1].bits]);

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
