// SPDX-License-Identifier: Apache-2.0
// Compiled code: a tree of small closures, each with the function that runs it.
#pragma once

#include "cel/cel.h"
#include "cel/field.h"
#include "cel/unit.h"

/* One evaluation. */
struct cel_frame {
    const struct cel_activation *activation;
    struct toc_arena *scratch;
    uint64_t fuel; /* loop steps left */
    struct cel_value slots[CEL_MAX_SLOTS];
};

/* Loop steps of one evaluation: three nested macros over a small batch, or two over 1024 messages.
 */
#define CEL_FUEL (4u << 20)

/* Records side by side, at most CEL_CHUNK. */
#define CEL_CHUNK 64
struct cel_span {
    const char *data;
    const void *base; /* where their record begins */
    uint32_t size, n; /* bytes of each; how many */
    const struct cel_activation *activation;
};

/* What a condition gives for each of up to CEL_CHUNK elements, one bit each: at most one of these,
 * or none of them for any other error. */
struct cel_masks {
    uint64_t yes, no, unobserved, no_field;
};

struct cel_test;

/* The head of every closure; the operator's own operands follow it in its struct. */
struct cel_code {
    void (*run)(const struct cel_code *code, struct cel_frame *frame, struct cel_value *ret);
    /* Of a test of a field, else NULL: the same over records that the field's path begins at. */
    void (*mask)(const struct cel_code *code, const struct cel_span *span, struct cel_masks *ret);
    /* Of a test of a field, else NULL: what it asks (test.h). What has a mask has this, too. */
    void (*test)(const struct cel_code *code, struct cel_test *ret);
};

static inline uint64_t cel_bits_below(uint32_t n) {
    return n < 64 ? (UINT64_C(1) << n) - 1 : UINT64_MAX;
}

static inline void cel_exec(const struct cel_code *code, struct cel_frame *frame,
                            struct cel_value *ret) {
    code->run(code, frame, ret);
}

void cel_execute(const struct cel_code *code, const struct cel_activation *activation,
                 struct toc_arena *scratch, struct cel_value *ret);

/* Where a path begins. */
enum cel_from { CEL_FROM_ROOT, CEL_FROM_SLOT, CEL_FROM_CODE };

/* root.a.b, or m.a.b: all but the last step lead to objects. */
struct cel_path {
    uint8_t from; /* enum cel_from */
    uint8_t n;
    uint16_t slot;
    const struct cel_code *start;
    const struct cel_step *steps;
};

/* Constructors: in the unit's keep arena, NULL without memory. Operands are closures. */
typedef const struct cel_code *cel_code_ptr;

cel_code_ptr cel_op_const(struct cel_unit *unit, const struct cel_value *value);
/* The value of a constant closure, NULL for any other. */
const struct cel_value *cel_op_const_value(cel_code_ptr code);
cel_code_ptr cel_op_var(struct cel_unit *unit, size_t index);
cel_code_ptr cel_op_local(struct cel_unit *unit, size_t slot);

cel_code_ptr cel_op_load(struct cel_unit *unit, const struct cel_path *path);
cel_code_ptr cel_op_has(struct cel_unit *unit, const struct cel_path *path);
/* low <= field <= high, for INT, POINTER (as bits of uint64_t), BOOL and ENUM fields. */
cel_code_ptr cel_op_range(struct cel_unit *unit, const struct cel_path *path, uint64_t low,
                          uint64_t high, bool negate);
/* Whether a NAMES or INT field has one of the bits. */
cel_code_ptr cel_op_bits(struct cel_unit *unit, const struct cel_path *path, uint64_t bits);
/* How two fields of one kind, INT or POINTER, whose paths begin alike, compare. */
enum cel_order {
    CEL_ORDER_EQUAL,
    CEL_ORDER_NOT_EQUAL,
    CEL_ORDER_LESS,
    CEL_ORDER_LESS_EQUAL,
    CEL_ORDER_GREATER,
    CEL_ORDER_GREATER_EQUAL,
};
cel_code_ptr cel_op_order(struct cel_unit *unit, const struct cel_path *a, const struct cel_path *b,
                          enum cel_order order);
/* Whether an ENUM field has one of the values (bits of values below 64). */
cel_code_ptr cel_op_one_of(struct cel_unit *unit, const struct cel_path *path, uint64_t values);
cel_code_ptr cel_op_ip_is(struct cel_unit *unit, const struct cel_path *path,
                          const struct toc_ip *ip, bool negate);

/* Whether the function's class (cel_function.classify) of one or two fields is one of `classes`
 * (bits); b may be NULL. */
cel_code_ptr cel_op_class(struct cel_unit *unit, const struct cel_function *function,
                          const struct cel_path *a, const struct cel_path *b, uint64_t classes);
/* Whether an INT field is one of the numbers. */
cel_code_ptr cel_op_number_in(struct cel_unit *unit, const struct cel_path *path,
                              const uint64_t *numbers, size_t n);

/* Whether a text is one of, starts or ends with, or contains `texts`, which are kept and may be put
 * in order; whether an address is in one of `nets`. See enum cel_test_kind in test.h. */
struct cel_text;
struct cel_net;
cel_code_ptr cel_op_text(struct cel_unit *unit, const struct cel_path *path, int kind,
                         struct cel_text *texts, size_t n, bool negate);
cel_code_ptr cel_op_net(struct cel_unit *unit, const struct cel_path *path,
                        const struct cel_net *nets, size_t n, bool negate);

cel_code_ptr cel_op_not(struct cel_unit *unit, cel_code_ptr operand);
cel_code_ptr cel_op_and(struct cel_unit *unit, const cel_code_ptr *operands, size_t n);
cel_code_ptr cel_op_or(struct cel_unit *unit, const cel_code_ptr *operands, size_t n);
cel_code_ptr cel_op_cond(struct cel_unit *unit, cel_code_ptr test, cel_code_ptr yes,
                         cel_code_ptr no);
/* optional.or(other), or optional.orValue(other) when `value`. */
cel_code_ptr cel_op_or_else(struct cel_unit *unit, cel_code_ptr optional, cel_code_ptr other,
                            bool value);

cel_code_ptr cel_op_equal(struct cel_unit *unit, cel_code_ptr a, cel_code_ptr b, bool negate);
/* a < b, or a <= b when `or_equal`. */
cel_code_ptr cel_op_less(struct cel_unit *unit, cel_code_ptr a, cel_code_ptr b, bool or_equal,
                         bool swapped);
cel_code_ptr cel_op_in(struct cel_unit *unit, cel_code_ptr value, cel_code_ptr container);

cel_code_ptr cel_op_list(struct cel_unit *unit, const cel_code_ptr *items, const bool *optional,
                         size_t n);
cel_code_ptr cel_op_map(struct cel_unit *unit, const cel_code_ptr *entries, const bool *optional,
                        size_t n);
cel_code_ptr cel_op_index(struct cel_unit *unit, cel_code_ptr container, cel_code_ptr index,
                          bool optional);
/* container.name of a map or an object known only at run time; `test`: has(). */
cel_code_ptr cel_op_select(struct cel_unit *unit, cel_code_ptr container, const char *name,
                           size_t name_n, bool optional, bool test);

/* Calls overloads[0] without looking at the arguments when `exact`, else the first that fits. */
cel_code_ptr cel_op_call(struct cel_unit *unit, const struct cel_function *const *overloads,
                         size_t n_overloads, bool exact, const cel_code_ptr *args, size_t n);

/* Macros: see enum cel_macro for the operands. Slots hold the loop's variables; `two` names an
 * index or key beside the element. */
struct cel_loop {
    uint8_t macro;
    bool two;
    uint16_t slot;
    cel_code_ptr range, first, second;
};
cel_code_ptr cel_op_loop(struct cel_unit *unit, const struct cel_loop *loop);

/* ---- What a closure is, for those who run parts of it on their own ---- */

/* Of a field, whether tested, loaded or asked for; NULL for any other. */
const struct cel_path *cel_op_path(cel_code_ptr code);
/* See cel_program_number. */
bool cel_op_number(cel_code_ptr code, const void *record, struct cel_number *ret);
/* Whether it is the variable with that index. */
bool cel_op_is_var(cel_code_ptr code, size_t index);

/* Of a comparison of the variable with a number that holds for one range of it alone, that; false
 * for any other. */
bool cel_op_var_range(cel_code_ptr code, size_t index, int64_t *ret_low, int64_t *ret_high);

enum cel_logic { CEL_LOGIC_NONE, CEL_LOGIC_AND, CEL_LOGIC_OR, CEL_LOGIC_NOT };
enum cel_logic cel_op_logic(cel_code_ptr code, const cel_code_ptr **ret_operands, size_t *ret_n);

/* Of all() and exists() with one variable; NULL for any other. */
const struct cel_loop *cel_op_quantifier(cel_code_ptr code);

/* ---- For operators ---- */

/* A map with room for `cap` entries, and one more entry; false, with an error, for a key that is
 * there already or cannot be one. */
struct cel_map *cel_map_new(struct toc_arena *arena, size_t cap);
bool cel_map_add(struct cel_map *map, const struct cel_value *key, const struct cel_value *value,
                 struct cel_value *error);

/* optional.of(value) */
struct cel_value cel_optional_of(const struct cel_value *value, struct toc_arena *scratch);

/* The error of two that ranks first; either may be no error. */
static inline void cel_keep_error(struct cel_value *kept, const struct cel_value *other) {
    if (kept->kind != CEL_ERROR || other->error < kept->error)
        *kept = *other;
}

/* Whether the error says that a part of a path is not there: has() of what follows is then false,
 * where other errors stay errors. */
static inline bool cel_is_absent(const struct cel_value *error) {
    return error->kind == CEL_ERROR &&
           (error->error == CEL_ERR_UNOBSERVED || error->error == CEL_ERR_NO_SUCH_FIELD ||
            error->error == CEL_ERR_INDEX);
}

static inline void cel_set_bool(struct cel_value *ret, bool b) {
    ret->kind = CEL_BOOL;
    ret->b = b;
}

static inline void cel_set_int(struct cel_value *ret, int64_t i) {
    ret->kind = CEL_INT;
    ret->i = i;
}

static inline void cel_set_error(struct cel_value *ret, enum cel_error error, const char *text) {
    *ret = (struct cel_value){.kind = CEL_ERROR, .error = (uint8_t)error, .s = text};
}

/* Loop steps about to be taken; false, with an error in ret, when they are more than are left. */
static inline bool cel_burn(struct cel_frame *frame, uint64_t steps, struct cel_value *ret) {
    if (frame->fuel >= steps) {
        frame->fuel -= steps;
        return true;
    }
    frame->fuel = 0;
    cel_set_error(ret, CEL_ERR_RESOURCE, "the evaluation takes too many steps");
    return false;
}

/* A bare struct that starts with a cel_code, in the keep arena. */
#define CEL_CLOSURE(unit, type, function)                                                          \
    ({                                                                                             \
        struct type *_closure = cel_keep(unit, sizeof(*_closure));                                 \
        if (_closure)                                                                              \
            _closure->code.run = function;                                                         \
        _closure;                                                                                  \
    })
