// SPDX-License-Identifier: Apache-2.0
// Tests: values as JSON, as text and as keys; messages.
#include <criterion/criterion.h>
#include <errno.h>

#include "toy.h"

typedef void (*print_fn)(const struct cel_value *value, struct toc_buf *buf);

static void print(const char *expr, print_fn fn, struct toc_buf *buf) {
    struct cel_source source = {.text = expr, .n = strlen(expr)};
    struct cel_scope scope = toy_scope(1);
    struct cel_activation activation = {.record = toy_record()};
    _cleanup_toc_diags_ struct toc_diags diags = {0};
    _cleanup_cel_program_ struct cel_program *program = NULL;
    _cleanup_toc_arena_ struct toc_arena *scratch = NULL;
    struct cel_value value;

    cr_assert_eq(cel_compile(&source, &scope, &cel_type_dyn, &diags, &program), 0, "%s", expr);
    cr_assert_eq(toc_arena_new(1 << 20, &scratch), 0);
    value = cel_run(program, &activation, scratch);
    fn(&value, buf);
    cr_assert_not_null(toc_buf_cstr(buf));
}

static void check_print(const struct toy_row *rows, size_t n, print_fn fn) {
    for (size_t i = 0; i < n; i++) {
        _cleanup_toc_buf_ struct toc_buf buf = {0};

        print(rows[i].expr, fn, &buf);
        cr_expect_str_eq(buf.p, rows[i].want, "%s gives %s", rows[i].expr, buf.p);
    }
}

static const struct toy_row json[] = {
    {"5", "{\"type\":\"int\",\"value\":\"5\"}"},
    {"5u", "{\"type\":\"uint\",\"value\":\"5\"}"},
    {"5.0", "{\"type\":\"double\",\"value\":\"5.0\"}"},
    {"-1.0 / 0.0", "{\"type\":\"double\",\"value\":\"-inf\"}"},
    {"true", "{\"type\":\"bool\",\"value\":true}"},
    {"null", "{\"type\":\"null\",\"value\":null}"},
    {"'a\"\\n'", "{\"type\":\"string\",\"value\":\"a\\\"\\n\"}"},
    {"b'abc'", "{\"type\":\"bytes\",\"value\":\"YWJj\"}"},
    {"[1, 'a']", "{\"type\":\"list\",\"value\":[{\"type\":\"int\",\"value\":\"1\"},"
                 "{\"type\":\"string\",\"value\":\"a\"}]}"},
    {"{'a': 1}", "{\"type\":\"map\",\"value\":[[{\"type\":\"string\",\"value\":\"a\"},"
                 "{\"type\":\"int\",\"value\":\"1\"}]]}"},
    {"int", "{\"type\":\"type\",\"value\":\"int\"}"},
    {"duration('-1.5s')",
     "{\"type\":\"duration\",\"value\":{\"seconds\":-1,\"nanos\":-500000000}}"},
    {"timestamp('1970-01-01T00:00:01Z')",
     "{\"type\":\"timestamp\",\"value\":{\"seconds\":1,\"nanos\":0}}"},
    {"ip('::1')", "{\"type\":\"ip\",\"value\":\"::1\"}"},
    {"cidr('10.0.0.0/8')", "{\"type\":\"cidr\",\"value\":\"10.0.0.0/8\"}"},
    {"1 / 0", "{\"error\":\"divide_by_zero: division by zero\",\"kind\":\"eval\"}"},
    {"msgs[2].len", "{\"error\":\"unobserved: len\",\"kind\":\"unobserved\"}"},
};

Test(cel_values, as_json_keep_their_type) {
    check_print(json, sizeof(json) / sizeof(json[0]), cel_value_json);
}

static const struct toy_row text[] = {
    {"'a\"b'", "a\"b"},
    {"4096u", "0x1000"},
    {"5", "5"},
    {"1.5", "1.5"},
    {"b'\\xff\\x01'", "ff01"},
    {"['a', 1u]", "[a, 0x1]"},
    {"{'k': true}", "{k: true}"},
    {"timestamp('2024-01-01T00:00:00Z')", "2024-01-01T00:00:00Z"},
    {"optional.of('x')", "x"},
    {"optional.none()", ""},
    {"msgs[0].changed", "[name, flags]"},
};

Test(cel_values, as_text_are_for_people) {
    check_print(text, sizeof(text) / sizeof(text[0]), cel_value_text);
}

Test(cel_values, equal_ones_have_equal_keys) {
    static const struct {
        const char *a, *b;
        bool same;
    } rows[] = {
        {"1", "1u", true},
        {"1", "1.0", true},
        {"-1", "-1.0", true},
        {"-1", "18446744073709551615u", false},
        {"0.0", "-0.0", true},
        {"1", "'1'", false},
        {"'a'", "b'a'", false},
        {"['a', 'b']", "['ab']", false},
        {"[['a'], 'b']", "[['a', 'b']]", false},
        {"[1, 2]", "[1.0, 2u]", true},
        {"1 / 0", "1 % 0", true},
        {"1 / 0", "msgs[2].len", false},
        {"event.abi", "'i386'", true},
        {"msgs[0].enter.name.ip", "'127.0.0.1'", true},
        {"duration('1s')", "timestamp('1970-01-01T00:00:01Z')", false},
        {"null", "false", false},
        {"ip('::1')", "'::1'", false},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        _cleanup_toc_buf_ struct toc_buf a = {0}, b = {0};

        print(rows[i].a, cel_value_key, &a);
        print(rows[i].b, cel_value_key, &b);
        cr_expect_eq(a.n == b.n && !memcmp(a.p, b.p, a.n), rows[i].same, "%s %s", rows[i].a,
                     rows[i].b);
    }
}

static void fill(const char *tmpl, struct toc_buf *out) {
    struct cel_source source = {.text = tmpl, .n = strlen(tmpl)};
    struct cel_scope scope = toy_scope(1);
    struct cel_activation activation = {.record = toy_record()};
    _cleanup_toc_diags_ struct toc_diags diags = {0};
    _cleanup_toc_arena_ struct toc_arena *scratch = NULL;
    struct cel_template *compiled = NULL;

    cr_assert_eq(toc_arena_new(1 << 20, &scratch), 0);
    if (cel_template_compile(&source, &scope, &diags, &compiled)) {
        toc_buf_addf(out, "%u:%u: %s", diags.items[0].line, diags.items[0].col,
                     diags.items[0].message);
    } else {
        cel_template_run(compiled, &activation, scratch, out);
        cel_template_free(&compiled);
    }
    cr_assert_not_null(toc_buf_cstr(out));
}

Test(cel_values, fill_messages) {
    static const struct toy_row rows[] = {
        {"", ""},
        {"plain", "plain"},
        {"{event.comm}[{event.ret}]", "dig[-11]"},
        {"{{{event.abi}}}", "{i386}"},
        {"{{}} {args.vec}", "{} 0xffff800000000000"},
        {"{msgs[2].len} and {1 / 0}", "? and ?"},
        {"{'}{'}{\"\\\"}\"}{ {'a': '}'}.a}", "}{\"}}"},
        {"{msgs.map(m, m.index)}", "[0, 1, 2]"},
        {"{event.comm", "1:1: this brace is never closed: a literal one is written `{{`"},
        {"a } b", "1:3: a brace closes nothing: a literal one is written `}}`"},
        {"ab\n{event.rett}", "2:8: event has no field `rett`"},
        {"{}", "1:2: expected a value, found the end"},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        _cleanup_toc_buf_ struct toc_buf out = {0};

        fill(rows[i].expr, &out);
        cr_expect_str_eq(out.p, rows[i].want, "%s gives %s", rows[i].expr, out.p);
    }
}

static void locate(const void *ctx, size_t offset, struct toc_place *place, const char **line,
                   size_t *line_n) {
    *place = (struct toc_place){"rule.yaml", 40, (uint32_t)(offset + 10)};
    *line = ctx;
    *line_n = strlen(ctx);
}

Test(cel_values, places_are_those_of_the_file) {
    struct cel_source source = {.text = "event.rett", .n = 10, .locate = locate, .ctx = "when: x"};
    _cleanup_toc_diags_ struct toc_diags diags = {0};
    struct cel_scope scope = toy_scope(1);
    struct cel_program *program = NULL;

    cr_assert_eq(cel_compile(&source, &scope, &cel_type_dyn, &diags, &program), -EINVAL);
    cr_expect_str_eq(diags.items[0].file, "rule.yaml");
    cr_expect_eq(diags.items[0].line, 40);
    cr_expect_eq(diags.items[0].col, 16);
    cr_expect_eq(diags.items[0].width, 4);
    cr_expect_str_eq(diags.items[0].source_line, "when: x");
}

Test(cel_values, cel_field_value_reads_one_field) {
    _cleanup_toc_arena_ struct toc_arena *scratch = NULL;
    const void *record = toy_record(), *empty = toy_empty();
    struct cel_value value;

    cr_assert_eq(toc_arena_new(1 << 16, &scratch), 0);
    value = cel_field_value(&toy_event.fields[2], record, &toy_event, record, scratch);
    cr_expect_eq(value.kind, CEL_LIST);
    cr_expect_eq(cel_list_size(&value), 3);
    value = cel_list_at(&value, 2, scratch);
    cr_expect_eq(value.kind, CEL_OBJECT);
    value = cel_field_value(&toy_event.fields[3], record, &toy_event, record, scratch);
    cr_expect_eq(value.error, CEL_ERR_NO_SUCH_FIELD);
    value = cel_field_value(&toy_event.fields[2], empty, &toy_event, empty, scratch);
    cr_expect_eq(value.error, CEL_ERR_UNOBSERVED);
}
