// SPDX-License-Identifier: Apache-2.0
// A call of a regex function whose pattern is a constant: compiled when the expression is.
#include "cel/code.h"
#include "cel/compile.h"
#include "cel/lex.h"
#include "cel/path.h"
#include "cel/regex.h"
#include "cel/test.h"

struct regex_call {
    struct cel_code code;
    cel_regex_fn function;
    struct cel_regex *regex;
    cel_code_ptr subject, limit; /* limit may be NULL */
    struct cel_text texts[2];    /* of a test of a field: the pattern, and what it holds */
};

/* matches() of a field of which only the first bytes are kept. */
static void run_cut(const struct cel_code *code, struct cel_frame *frame, struct cel_value *ret) {
    const struct regex_call *op = (const struct regex_call *)code;
    struct cel_value subject, error;
    struct cel_place place;
    int r;

    if (!cel_follow(cel_op_path(op->subject), frame, &place, ret))
        return;
    cel_load(place.step->field, place.object, place.base, frame->scratch, &subject);
    r = cel_regex_match_cut(op->regex, &subject, frame->scratch, &error);
    if (r < 0)
        *ret = error;
    else if (r)
        cel_set_bool(ret, true);
    else
        cel_missing(ret, CEL_ERR_UNOBSERVED, place.step->field);
}

static bool is_cut(const struct regex_call *op, struct cel_frame *frame) {
    const struct cel_path *path = op->code.test ? cel_op_path(op->subject) : NULL;
    struct cel_place place;
    struct cel_value error;

    return path && path->steps[path->n - 1].cut && cel_follow(path, frame, &place, &error) &&
           cel_place_is_cut(&place);
}

static void run_regex(const struct cel_code *code, struct cel_frame *frame, struct cel_value *ret) {
    const struct regex_call *op = (const struct regex_call *)code;
    struct cel_value args[3];

    if (is_cut(op, frame)) {
        run_cut(code, frame, ret);
        return;
    }
    cel_exec(op->subject, frame, &args[0]);
    if (args[0].kind != CEL_ERROR && op->limit) {
        cel_exec(op->limit, frame, &args[2]);
        if (args[2].kind == CEL_ERROR)
            args[0] = args[2];
    }
    *ret = args[0].kind == CEL_ERROR ? args[0] : op->function(op->regex, args, frame->scratch);
}

static void test_regex(const struct cel_code *code, struct cel_test *ret) {
    const struct regex_call *op = (const struct regex_call *)code;

    *ret = (struct cel_test){.kind = CEL_TEST_MATCHES,
                             .path = cel_op_path(op->subject),
                             .n = op->texts[1].n ? 2 : 1,
                             .texts = op->texts};
}

/* matches() of a field. */
static bool is_test(const struct cel_node *node) {
    const struct cel_node *field = node->kids[0];

    return node->type->kind == CEL_BOOL && field->kind == CEL_NODE_FIELD && !field->test &&
           cel_one_field(field) &&
           (field->field->kind == TOC_KIND_STRING || field->field->kind == TOC_KIND_BYTES ||
            field->field->kind == TOC_KIND_HEX);
}

/* Points into the pattern where it stands as a literal. */
static void report(struct cel_unit *unit, const struct cel_node *pattern,
                   const struct cel_re2_error *error) {
    const char *text = unit->source->text + pattern->at;
    size_t at = 0, n = pattern->end - pattern->at, end = n;

    if (pattern->kind == CEL_NODE_CONST && !pattern->name.n) {
        at = cel_literal_offset(text, n, error->at);
        end = cel_literal_offset(text, n, error->at + error->n);
    }
    cel_unit_error(unit, pattern->at + at, end > at ? end - at : 1, "pattern: %s", error->text);
}

bool cel_compile_regex(struct cel_unit *unit, const struct cel_node *node, const cel_code_ptr *kids,
                       cel_code_ptr *ret) {
    const struct cel_value *pattern = node->n > 1 ? cel_op_const_value(kids[1]) : NULL;
    struct cel_cleanup *cleanup;
    struct cel_re2_error error;
    struct regex_call *op;
    cel_regex_fn function;

    if (!node->exact || !pattern || pattern->kind != CEL_STRING ||
        !(function = cel_regex_function(node->overloads[0])))
        return false;
    *ret = NULL;
    op = CEL_CLOSURE(unit, regex_call, run_regex);
    cleanup = cel_keep(unit, sizeof(*cleanup));
    if (!op || !cleanup)
        return true;
    if (!cel_regex_new(pattern->s, pattern->n, node->kids[0]->type->kind == CEL_BYTES, NULL,
                       &op->regex, &error)) {
        if (!error.text)
            unit->no_memory = true;
        else if (!unit->scope->dyn)
            report(unit, node->kids[1], &error);
        // Left to run time it fails there.
        return !unit->scope->dyn;
    }
    *cleanup = (struct cel_cleanup){cel_regex_free, op->regex, unit->cleanups};
    unit->cleanups = cleanup;
    op->function = function;
    op->subject = kids[0];
    op->limit = node->n > 2 ? kids[2] : NULL;
    op->texts[0] = (struct cel_text){pattern->s, pattern->n};
    op->texts[1].s = cel_regex_literal(op->regex, &op->texts[1].n);
    op->code.test = is_test(node) ? test_regex : NULL;
    *ret = &op->code;
    return true;
}
