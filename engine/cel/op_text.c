// SPDX-License-Identifier: Apache-2.0
// Tests of strings, bytes and addresses that need no values: whether a text is one of a list,
// starts with another, and the like; whether an address is in a network.
#include "base/sort.h"
#include "cel/path.h"
#include "cel/test.h"

struct text_op {
    struct cel_code code;
    struct cel_path path;
    uint8_t kind; /* enum cel_test_kind */
    bool negate;
    size_t n;
    const struct cel_text *texts; /* of IS in order */
};

struct net_op {
    struct cel_code code;
    struct cel_path path;
    bool negate;
    size_t n;
    const struct cel_net *nets;
};

/* ---- Whether the bytes of a field that is there pass ---- */

static int by_length(const void *a, const void *b) {
    const struct cel_text *x = a, *y = b;

    if (x->n != y->n)
        return x->n < y->n ? -1 : 1;
    return x->n ? memcmp(x->s, y->s, x->n) : 0;
}

static bool is_listed(const struct text_op *op, const struct cel_text *text) {
    size_t low = 0, high = op->n;

    while (low < high) {
        size_t middle = (low + high) / 2;
        int order = by_length(&op->texts[middle], text);

        if (!order)
            return true;
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return false;
}

static bool text_passes(const struct text_op *op, const char *s, size_t n) {
    const struct cel_text *text = op->texts;

    switch ((enum cel_test_kind)op->kind) {
    case CEL_TEST_IS: return is_listed(op, &(struct cel_text){s, n});
    case CEL_TEST_STARTS: return n >= text->n && (!text->n || !memcmp(s, text->s, text->n));
    case CEL_TEST_ENDS:
        return n >= text->n && (!text->n || !memcmp(s + n - text->n, text->s, text->n));
    default: return !text->n || memmem(s, n, text->s, text->n);
    }
}

/* 1 yes, 0 no, -1: nobody knows. */
typedef int verdict;

/* The same where s is only the beginning. */
static verdict cut_passes(const struct text_op *op, const char *s, size_t n) {
    switch ((enum cel_test_kind)op->kind) {
    case CEL_TEST_IS:
        for (size_t i = 0; i < op->n; i++)
            if (op->texts[i].n > n && !memcmp(op->texts[i].s, s, n))
                return -1;
        return 0;
    case CEL_TEST_STARTS:
        if (n < op->texts->n && !memcmp(op->texts->s, s, n))
            return -1;
        return text_passes(op, s, n);
    case CEL_TEST_ENDS: return op->texts->n ? -1 : 1;
    default: return text_passes(op, s, n) ? 1 : -1;
    }
}

CEL_INLINE verdict is_text(const struct text_op *op, const struct cel_place *place) {
    const struct toc_ref *ref = cel_place_bytes(place);
    const char *s = (const char *)place->base + ref->off;
    verdict passes =
        cel_place_is_cut(place) ? cut_passes(op, s, ref->n) : text_passes(op, s, ref->n);

    return passes < 0 ? passes : passes != op->negate;
}

CEL_INLINE verdict is_net(const struct net_op *op, const struct cel_place *place) {
    const struct toc_ip *ip = cel_place_bytes(place);
    bool holds = false;

    for (size_t i = 0; i < op->n && !holds; i++)
        holds = cel_net_holds(&op->nets[i], ip);
    return holds != op->negate;
}

#define TEST(type, passes)                                                                         \
    static void run_##type(const struct cel_code *code, struct cel_frame *frame,                   \
                           struct cel_value *ret) {                                                \
        const struct type##_op *op = (const struct type##_op *)code;                               \
        struct cel_place place;                                                                    \
        verdict holds;                                                                             \
                                                                                                   \
        if (!cel_follow(&op->path, frame, &place, ret))                                            \
            return;                                                                                \
        holds = passes(op, &place);                                                                \
        if (holds < 0)                                                                             \
            cel_missing(ret, CEL_ERR_UNOBSERVED, place.step->field);                               \
        else                                                                                       \
            cel_set_bool(ret, holds);                                                              \
    }                                                                                              \
    static void mask_##type(const struct cel_code *code, const struct cel_span *span,              \
                            struct cel_masks *ret) {                                               \
        const struct type##_op *op = (const struct type##_op *)code;                               \
        const char *data = span->data;                                                             \
                                                                                                   \
        *ret = (struct cel_masks){0};                                                              \
        for (uint64_t bit = 1, i = 0; i < span->n; i++, bit <<= 1, data += span->size) {           \
            struct cel_place place = {.object = data, .base = span->base};                         \
            enum cel_error why;                                                                    \
            verdict holds;                                                                         \
                                                                                                   \
            if (!cel_find(&op->path, &place, &why)) {                                              \
                *(why == CEL_ERR_UNOBSERVED ? &ret->unobserved : &ret->no_field) |= bit;           \
                continue;                                                                          \
            }                                                                                      \
            holds = passes(op, &place);                                                            \
            *(holds < 0 ? &ret->unobserved : holds ? &ret->yes : &ret->no) |= bit;                 \
        }                                                                                          \
    }

TEST(text, is_text)
TEST(net, is_net)

/* ---- What each asks ---- */

static void test_text(const struct cel_code *code, struct cel_test *ret) {
    const struct text_op *op = (const struct text_op *)code;

    *ret = (struct cel_test){
        .kind = op->kind, .negate = op->negate, .path = &op->path, .n = op->n, .texts = op->texts};
}

static void test_net(const struct cel_code *code, struct cel_test *ret) {
    const struct net_op *op = (const struct net_op *)code;

    *ret = (struct cel_test){.kind = CEL_TEST_NETS,
                             .negate = op->negate,
                             .path = &op->path,
                             .n = op->n,
                             .nets = op->nets};
}

/* ---- Constructors ---- */

cel_code_ptr cel_op_text(struct cel_unit *unit, const struct cel_path *path, int kind,
                         struct cel_text *texts, size_t n, bool negate) {
    struct text_op *op = CEL_CLOSURE(unit, text_op, run_text);

    if (!op)
        return NULL;
    op->code.mask = mask_text;
    op->code.test = test_text;
    op->path = *path;
    op->kind = (uint8_t)kind;
    op->negate = negate;
    if (kind == CEL_TEST_IS)
        toc_sort(texts, n, sizeof(*texts), by_length);
    op->texts = texts;
    op->n = n;
    return &op->code;
}

cel_code_ptr cel_op_net(struct cel_unit *unit, const struct cel_path *path,
                        const struct cel_net *nets, size_t n, bool negate) {
    struct net_op *op = CEL_CLOSURE(unit, net_op, run_net);

    if (!op)
        return NULL;
    op->code.mask = mask_net;
    op->code.test = test_net;
    op->path = *path;
    op->negate = negate;
    op->nets = nets;
    op->n = n;
    return &op->code;
}
