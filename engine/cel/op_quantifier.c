// SPDX-License-Identifier: Apache-2.0
// all() and exists(): the first element that decides ends them, errors are kept back till then.
#include "cel/op_loop.h"

/* One step of all() or exists(): true when it decides. */
CEL_INLINE bool judge(const struct loop *op, struct cel_frame *frame, struct cel_value *kept,
                      bool decisive) {
    struct cel_value value;

    cel_exec(op->loop.first, frame, &value);
    if (value.kind == CEL_BOOL)
        return value.b == decisive;
    if (value.kind != CEL_ERROR)
        cel_set_error(&value, CEL_ERR_NO_OVERLOAD, "the condition of a macro is a bool");
    cel_keep_error(kept, &value);
    return false;
}

static inline void bind_record(const struct loop *op, struct cel_frame *frame,
                               const struct cel_value *range, size_t i) {
    frame->slots[op->loop.slot] =
        (struct cel_value){.kind = CEL_OBJECT,
                           .object = range->object,
                           .base = range->base,
                           .data = (const char *)range->data + i * range->object->size};
}

/* One test over many records. Of what fails, what ranks first is run again for its error. */
static bool judge_test(const struct loop *op, struct cel_frame *frame,
                       const struct cel_value *range, size_t n, struct cel_value *kept,
                       bool decisive) {
    const struct cel_code *test = op->loop.first;
    struct cel_masks masks;

    for (size_t first = 0; first < n; first += CEL_CHUNK) {
        struct cel_span span = {(const char *)range->data + first * range->object->size,
                                range->base, range->object->size,
                                (uint32_t)(n - first < CEL_CHUNK ? n - first : CEL_CHUNK),
                                frame->activation};
        uint64_t failed;

        test->mask(test, &span, &masks);
        if (decisive ? masks.yes : masks.no)
            return true;
        failed = masks.unobserved ? masks.unobserved : masks.no_field;
        if (!failed)
            continue;
        bind_record(op, frame, range, first + (size_t)__builtin_ctzll(failed));
        judge(op, frame, kept, decisive);
    }
    return false;
}

/* Over records only one pointer changes from step to step. */
CEL_INLINE bool judge_records(const struct loop *op, struct cel_frame *frame,
                              const struct cel_value *range, size_t n, struct cel_value *kept,
                              bool decisive) {
    if (op->tests)
        return judge_test(op, frame, range, n, kept, decisive);
    for (size_t i = 0; i < n; i++) {
        bind_record(op, frame, range, i);
        if (judge(op, frame, kept, decisive))
            return true;
    }
    return false;
}

CEL_INLINE void quantify(const struct loop *op, struct cel_frame *frame, struct cel_value *ret,
                         bool decisive) {
    struct cel_value range, kept = {.kind = CEL_BOOL, .b = !decisive};
    bool decided = false;
    size_t n;

    if (!cel_loop_range(op, frame, &range, &n, ret) || !cel_burn(frame, n, ret))
        return;
    if (range.kind == CEL_LIST && range.form == CEL_FORM_RECORD && !op->loop.two) {
        decided = judge_records(op, frame, &range, n, &kept, decisive);
    } else {
        for (size_t i = 0; i < n && !decided; i++) {
            bind_step(op, frame, &range, i);
            decided = judge(op, frame, &kept, decisive);
        }
    }
    if (decided)
        cel_set_bool(ret, decisive);
    else
        *ret = kept;
}

void cel_run_all(const struct cel_code *code, struct cel_frame *frame, struct cel_value *ret) {
    quantify((const struct loop *)code, frame, ret, false);
}

void cel_run_exists(const struct cel_code *code, struct cel_frame *frame, struct cel_value *ret) {
    quantify((const struct loop *)code, frame, ret, true);
}

const struct cel_loop *cel_op_quantifier(cel_code_ptr code) {
    const struct loop *op = (const struct loop *)code;

    return (code->run == cel_run_all || code->run == cel_run_exists) && !op->loop.two ? &op->loop
                                                                                      : NULL;
}
