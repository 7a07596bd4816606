// SPDX-License-Identifier: Apache-2.0
// Fields of records: loading one, asking whether it was observed, and the tests that need no value.
#include "cel/path.h"
#include "cel/test.h"

struct field_op {
    struct cel_code code;
    struct cel_path path;
    bool negate;
    uint64_t low, span; /* range; one_of and bits: `low` holds the mask */
    struct cel_net net; /* ip_is: of one address */
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

    if (!cel_follow(&op->path, frame, &place, ret))
        return;
    // Most are numbers.
    if (place.step->field->kind == TOC_KIND_INT)
        cel_set_int(ret, (int64_t)cel_load_bits(place.step->bits, cel_place_bytes(&place)));
    else if (cel_place_is_cut(&place))
        cel_missing(ret, CEL_ERR_UNOBSERVED, place.step->field);
    else
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

static void mask_has(const struct cel_code *code, const struct cel_span *span,
                     struct cel_masks *ret) {
    const struct field_op *op = (const struct field_op *)code;

    *ret = (struct cel_masks){0};
    for (uint32_t i = 0; i < span->n; i++) {
        struct cel_place place = {.object = span->data + (size_t)i * span->size,
                                  .base = span->base};
        enum cel_error why;

        *(cel_find(&op->path, &place, &why) ? &ret->yes : &ret->no) |= UINT64_C(1) << i;
    }
}

/* ---- Tests: whether the bytes of a field that is there pass ---- */

CEL_INLINE bool in_range(const struct field_op *op, const void *bytes, enum cel_bits bits) {
    return (cel_load_bits(bits, bytes) - op->low <= op->span) != op->negate;
}

CEL_INLINE bool has_bits(const struct field_op *op, const void *bytes, enum cel_bits bits) {
    return cel_load_bits(bits, bytes) & op->low;
}

CEL_INLINE bool is_one_of(const struct field_op *op, const void *bytes) {
    uint64_t value = cel_load_bits(CEL_BITS_U16, bytes);

    return value < 64 && (op->low >> value & 1);
}

CEL_INLINE bool is_ip(const struct field_op *op, const void *bytes) {
    const struct toc_ip *ip = bytes;

    return (ip->version == op->net.ip.version &&
            !memcmp(ip->bytes, op->net.ip.bytes, ip->version == 4 ? 4 : 16)) != op->negate;
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
    static void mask_##name(const struct cel_code *code, const struct cel_span *span,              \
                            struct cel_masks *ret) {                                               \
        const struct field_op *op = (const struct field_op *)code;                                 \
        const char *data = span->data;                                                             \
                                                                                                   \
        *ret = (struct cel_masks){0};                                                              \
        for (uint64_t bit = 1, i = 0; i < span->n; i++, bit <<= 1, data += span->size) {           \
            struct cel_place place = {.object = data, .base = span->base};                         \
            enum cel_error why;                                                                    \
                                                                                                   \
            if (cel_find(&op->path, &place, &why)) {                                               \
                const void *bytes = cel_place_bytes(&place);                                       \
                                                                                                   \
                ret->yes |= (passes) ? bit : 0;                                                    \
            } else {                                                                               \
                *(why == CEL_ERR_UNOBSERVED ? &ret->unobserved : &ret->no_field) |= bit;           \
            }                                                                                      \
        }                                                                                          \
        ret->no = cel_bits_below(span->n) & ~(ret->yes | ret->unobserved | ret->no_field);         \
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
TEST(bits, has_bits(op, bytes, place.step->bits))
TEST(one_of, is_one_of(op, bytes))
TEST(ip_is, is_ip(op, bytes))

/* ---- What each asks ---- */

static void test_has(const struct cel_code *code, struct cel_test *ret) {
    ret->kind = CEL_TEST_HAS;
    ret->path = &((const struct field_op *)code)->path;
}

static void tell(const struct cel_code *code, enum cel_test_kind kind, struct cel_test *ret) {
    const struct field_op *op = (const struct field_op *)code;

    *ret = (struct cel_test){.kind = (uint8_t)kind,
                             .negate = op->negate,
                             .path = &op->path,
                             .low = op->low,
                             .high = op->low + op->span};
}

static void test_range(const struct cel_code *code, struct cel_test *ret) {
    tell(code, CEL_TEST_RANGE, ret);
}

static void test_bits(const struct cel_code *code, struct cel_test *ret) {
    tell(code, CEL_TEST_SOME_BIT, ret);
}

static void test_one_of(const struct cel_code *code, struct cel_test *ret) {
    tell(code, CEL_TEST_ONE_OF, ret);
}

static void test_ip_is(const struct cel_code *code, struct cel_test *ret) {
    tell(code, CEL_TEST_NETS, ret);
    ret->n = 1;
    ret->nets = &((const struct field_op *)code)->net;
}

#define RANGE(name)                                                                                \
    { run_##name, mask_##name, test_range }

static const struct cel_code ranges[] = {
    [CEL_BITS_NONE] = RANGE(u64),        [CEL_BITS_U8] = RANGE(u8),   [CEL_BITS_U16] = RANGE(u16),
    [CEL_BITS_U32] = RANGE(u32),         [CEL_BITS_U64] = RANGE(u64), [CEL_BITS_I8] = RANGE(i8),
    [CEL_BITS_I16] = RANGE(i16),         [CEL_BITS_I32] = RANGE(i32), [CEL_BITS_I64] = RANGE(i64),
    [CEL_BITS_CLAMPED] = RANGE(clamped),
};
static const struct cel_code load_code = {run_load, NULL, NULL},
                             has_code = {run_has, mask_has, test_has},
                             bits_code = {run_bits, mask_bits, test_bits},
                             one_of_code = {run_one_of, mask_one_of, test_one_of},
                             ip_is_code = {run_ip_is, mask_ip_is, test_ip_is};

static struct field_op *field_op(struct cel_unit *unit, const struct cel_path *path,
                                 const struct cel_code *code) {
    struct field_op *op = CEL_CLOSURE(unit, field_op, code->run);

    if (!op)
        return NULL;
    op->path = *path;
    op->code.mask = code->mask;
    op->code.test = code->test;
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

cel_code_ptr cel_op_bits(struct cel_unit *unit, const struct cel_path *path, uint64_t bits) {
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
    op->net = (struct cel_net){*ip, ip->version == 4 ? 32 : 128};
    op->negate = negate;
    return &op->code;
}

/* ---- What they are ---- */

const struct cel_path *cel_op_path(cel_code_ptr code) {
    struct cel_test test;

    if (code->run == run_load)
        return &((const struct field_op *)code)->path;
    cel_test_of(code, &test);
    return test.path;
}

static bool is_number(const struct cel_path *path) {
    const struct cel_step *step = &path->steps[path->n - 1];

    while (step && step->field->kind == TOC_KIND_INT)
        step = step->other;
    return !step;
}

bool cel_op_number(cel_code_ptr code, const void *record, struct cel_number *ret) {
    const struct cel_path *path = &((const struct field_op *)code)->path;
    struct cel_place place = {.object = record, .base = record};
    enum cel_error why;

    *ret = (struct cel_number){0};
    if (code->run != run_load || path->from != CEL_FROM_ROOT || !is_number(path))
        return false;
    if (record && cel_find(path, &place, &why)) {
        ret->at = (uint32_t)((const char *)cel_place_bytes(&place) - (const char *)record);
        ret->bits = place.step->bits;
    }
    return true;
}
