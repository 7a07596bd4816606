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

    if (cel_follow(&op->path, frame, &place, ret))
        cel_set_bool(ret, true);
    else if (cel_is_absent(ret))
        cel_set_bool(ret, false);
}

/* ---- Tests: whether the bytes of a field that is there pass ---- */

CEL_INLINE bool in_range(const struct field_op *op, const void *bytes, enum cel_bits bits) {
    return (cel_load_bits(bits, bytes) - op->low <= op->span) != op->negate;
}

CEL_INLINE bool has_bits(const struct field_op *op, const void *bytes) {
    return cel_load_bits(CEL_BITS_U32, bytes) & op->low;
}

CEL_INLINE bool is_one_of(const struct field_op *op, const void *bytes) {
    uint64_t value = cel_load_bits(CEL_BITS_U16, bytes);

    return value < 64 && (op->low >> value & 1);
}

CEL_INLINE bool is_ip(const struct field_op *op, const void *bytes) {
    const struct toc_ip *ip = bytes;

    return (ip->version == op->ip.version &&
            !memcmp(ip->bytes, op->ip.bytes, ip->version == 4 ? 4 : 16)) != op->negate;
}

/* One pair of functions for each test, once and over many records: which test it is is then no
 * question while running. `passes` is about op and bytes. */
#define TEST(name, passes)                                                                         \
    static void run_##name(const struct cel_code *code, struct cel_frame *frame,                   \
                           struct cel_value *ret) {                                                \
        const struct field_op *op = (const struct field_op *)code;                                 \
        struct cel_place place;                                                                    \
                                                                                                   \
        if (cel_follow(&op->path, frame, &place, ret)) {                                           \
            const void *bytes = cel_place_bytes(&place);                                           \
                                                                                                   \
            cel_set_bool(ret, passes);                                                             \
        }                                                                                          \
    }                                                                                              \
    static bool scan_##name(const struct cel_code *code, const struct cel_value *range, size_t n,  \
                            struct cel_value *kept, bool decisive) {                               \
        const struct field_op *op = (const struct field_op *)code;                                 \
        const char *data = range->data;                                                            \
        size_t size = range->object->size;                                                         \
                                                                                                   \
        for (size_t i = 0; i < n; i++, data += size) {                                             \
            struct cel_place place = {.object = data, .base = range->base};                        \
            struct cel_value error;                                                                \
                                                                                                   \
            if (cel_follow_on(&op->path, &place, &error)) {                                        \
                const void *bytes = cel_place_bytes(&place);                                       \
                                                                                                   \
                if ((passes) == decisive)                                                          \
                    return true;                                                                   \
            } else {                                                                               \
                cel_keep_error(kept, &error);                                                      \
            }                                                                                      \
        }                                                                                          \
        return false;                                                                              \
    }

TEST(u8, in_range(op, bytes, CEL_BITS_U8))
TEST(u16, in_range(op, bytes, CEL_BITS_U16))
TEST(u32, in_range(op, bytes, CEL_BITS_U32))
TEST(u64, in_range(op, bytes, CEL_BITS_U64))
TEST(i8, in_range(op, bytes, CEL_BITS_I8))
TEST(i16, in_range(op, bytes, CEL_BITS_I16))
TEST(i32, in_range(op, bytes, CEL_BITS_I32))
TEST(i64, in_range(op, bytes, CEL_BITS_I64))
TEST(clamped, in_range(op, bytes, CEL_BITS_CLAMPED))
TEST(bits, has_bits(op, bytes))
TEST(one_of, is_one_of(op, bytes))
TEST(ip_is, is_ip(op, bytes))

#define BOTH(name)                                                                                 \
    { run_##name, scan_##name }

static const struct cel_code ranges[] = {
    [CEL_BITS_NONE] = BOTH(u64),        [CEL_BITS_U8] = BOTH(u8),   [CEL_BITS_U16] = BOTH(u16),
    [CEL_BITS_U32] = BOTH(u32),         [CEL_BITS_U64] = BOTH(u64), [CEL_BITS_I8] = BOTH(i8),
    [CEL_BITS_I16] = BOTH(i16),         [CEL_BITS_I32] = BOTH(i32), [CEL_BITS_I64] = BOTH(i64),
    [CEL_BITS_CLAMPED] = BOTH(clamped),
};
static const struct cel_code load_code = {run_load, NULL}, has_code = {run_has, NULL},
                             bits_code = BOTH(bits), one_of_code = BOTH(one_of),
                             ip_is_code = BOTH(ip_is);

static struct field_op *field_op(struct cel_unit *unit, const struct cel_path *path,
                                 const struct cel_code *code) {
    struct field_op *op = CEL_CLOSURE(unit, field_op, code->run);

    if (!op)
        return NULL;
    op->path = *path;
    op->code.scan = path->from == CEL_FROM_SLOT ? code->scan : NULL;
    return op;
}

cel_code_ptr cel_op_load(struct cel_unit *unit, const struct cel_path *path) {
    return (cel_code_ptr)field_op(unit, path, &load_code);
}

cel_code_ptr cel_op_has(struct cel_unit *unit, const struct cel_path *path) {
    return (cel_code_ptr)field_op(unit, path, &has_code);
}

cel_code_ptr cel_op_range(struct cel_unit *unit, const struct cel_path *path, uint64_t low,
                          uint64_t high, bool negate) {
    struct field_op *op = field_op(unit, path, &ranges[path->steps[path->n - 1].bits]);

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
    return mask_op(field_op(unit, path, &bits_code), bits);
}

cel_code_ptr cel_op_one_of(struct cel_unit *unit, const struct cel_path *path, uint64_t values) {
    return mask_op(field_op(unit, path, &one_of_code), values);
}

cel_code_ptr cel_op_ip_is(struct cel_unit *unit, const struct cel_path *path,
                          const struct toc_ip *ip, bool negate) {
    struct field_op *op = field_op(unit, path, &ip_is_code);

    if (!op)
        return NULL;
    op->ip = *ip;
    op->negate = negate;
    return &op->code;
}

bool cel_op_tests_slot(cel_code_ptr code, size_t slot) {
    return code->scan && ((const struct field_op *)code)->path.slot == slot;
}
