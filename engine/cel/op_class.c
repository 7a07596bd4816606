// SPDX-License-Identifier: Apache-2.0
// Tests of a number that need more than two bounds: the class a function gives it, or a list.
#include "cel/path.h"
#include "cel/test.h"

struct class_op {
    struct cel_code code;
    struct cel_path path;
    struct cel_path second; /* without steps: there is none */
    const struct cel_function *function;
    uint64_t classes;
};

struct list_op {
    struct cel_code code;
    struct cel_path path;
    size_t n;
    uint64_t numbers[]; /* ascending */
};

CEL_INLINE uint64_t bits_of(const struct cel_place *place) {
    return cel_load_bits(place->step->bits, cel_place_bytes(place));
}

CEL_INLINE bool is_of_class(const struct class_op *op, const struct cel_activation *activation,
                            uint64_t a, uint64_t b) {
    return op->classes >> op->function->classify(activation, a, b) & 1;
}

static void run_class(const struct cel_code *code, struct cel_frame *frame, struct cel_value *ret) {
    const struct class_op *op = (const struct class_op *)code;
    struct cel_place place;
    uint64_t a, b = 0;

    if (!cel_follow(&op->path, frame, &place, ret))
        return;
    a = bits_of(&place);
    if (op->second.n) {
        if (!cel_follow(&op->second, frame, &place, ret))
            return;
        b = bits_of(&place);
    }
    cel_set_bool(ret, is_of_class(op, frame->activation, a, b));
}

CEL_INLINE void note(struct cel_masks *masks, uint64_t bit, enum cel_error why) {
    *(why == CEL_ERR_UNOBSERVED ? &masks->unobserved : &masks->no_field) |= bit;
}

static void mask_class(const struct cel_code *code, const struct cel_span *span,
                       struct cel_masks *ret) {
    const struct class_op *op = (const struct class_op *)code;
    const char *data = span->data;

    *ret = (struct cel_masks){0};
    for (uint64_t bit = 1, i = 0; i < span->n; i++, bit <<= 1, data += span->size) {
        struct cel_place place = {.object = data, .base = span->base}, other = place;
        enum cel_error why;
        uint64_t b = 0;

        if (!cel_find(&op->path, &place, &why)) {
            note(ret, bit, why);
            continue;
        }
        if (op->second.n) {
            if (!cel_find(&op->second, &other, &why)) {
                note(ret, bit, why);
                continue;
            }
            b = bits_of(&other);
        }
        *(is_of_class(op, span->activation, bits_of(&place), b) ? &ret->yes : &ret->no) |= bit;
    }
}

static void test_class(const struct cel_code *code, struct cel_test *ret) {
    const struct class_op *op = (const struct class_op *)code;

    *ret = (struct cel_test){.kind = CEL_TEST_CLASS,
                             .path = &op->path,
                             .second = op->second.n ? &op->second : NULL,
                             .low = op->classes,
                             .function = op->function};
}

cel_code_ptr cel_op_class(struct cel_unit *unit, const struct cel_function *function,
                          const struct cel_path *a, const struct cel_path *b, uint64_t classes) {
    struct class_op *op = CEL_CLOSURE(unit, class_op, run_class);

    if (!op)
        return NULL;
    op->code.mask = mask_class;
    op->code.test = test_class;
    op->path = *a;
    if (b)
        op->second = *b;
    op->function = function;
    op->classes = classes;
    return &op->code;
}

/* ---- Lists of numbers ---- */

static bool is_listed(const struct list_op *op, uint64_t number) {
    size_t low = 0, high = op->n;

    while (low < high) {
        size_t middle = (low + high) / 2;

        if (op->numbers[middle] == number)
            return true;
        if (op->numbers[middle] < number)
            low = middle + 1;
        else
            high = middle;
    }
    return false;
}

static void run_list(const struct cel_code *code, struct cel_frame *frame, struct cel_value *ret) {
    const struct list_op *op = (const struct list_op *)code;
    struct cel_place place;

    if (cel_follow(&op->path, frame, &place, ret))
        cel_set_bool(ret, is_listed(op, bits_of(&place)));
}

static void mask_list(const struct cel_code *code, const struct cel_span *span,
                      struct cel_masks *ret) {
    const struct list_op *op = (const struct list_op *)code;
    const char *data = span->data;

    *ret = (struct cel_masks){0};
    for (uint64_t bit = 1, i = 0; i < span->n; i++, bit <<= 1, data += span->size) {
        struct cel_place place = {.object = data, .base = span->base};
        enum cel_error why;

        if (cel_find(&op->path, &place, &why))
            *(is_listed(op, bits_of(&place)) ? &ret->yes : &ret->no) |= bit;
        else
            note(ret, bit, why);
    }
}

static void test_list(const struct cel_code *code, struct cel_test *ret) {
    const struct list_op *op = (const struct list_op *)code;

    *ret = (struct cel_test){
        .kind = CEL_TEST_NUMBERS, .path = &op->path, .n = op->n, .numbers = op->numbers};
}

cel_code_ptr cel_op_number_in(struct cel_unit *unit, const struct cel_path *path,
                              const uint64_t *numbers, size_t n) {
    struct list_op *op = cel_keep(unit, sizeof(*op) + n * sizeof(op->numbers[0]));

    if (!op)
        return NULL;
    op->code = (struct cel_code){run_list, mask_list, test_list};
    op->path = *path;
    // Few, and once: each goes to its place among those before it.
    for (size_t i = 0, k; i < n; i++, op->n++) {
        for (k = i; k > 0 && op->numbers[k - 1] > numbers[i]; k--)
            op->numbers[k] = op->numbers[k - 1];
        op->numbers[k] = numbers[i];
    }
    return &op->code;
}
