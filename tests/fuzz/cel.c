// SPDX-License-Identifier: Apache-2.0
// Fuzzes the expression language: whatever compiles runs over an empty and a filled record.
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "cel/cel.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct part {
    uint64_t present;
    uint16_t variant, port;
    struct toc_ip ip;
    uint32_t changed, next;
    uint64_t ptr;
    struct toc_ref text, list;
    int64_t time;
    int32_t ret;
    uint16_t name;
    uint8_t flag;
};

static const struct toc_name name_items[] = {TOC_NAME("ok", 0), TOC_NAME("null", 1),
                                             TOC_NAME("fault", 2)};
static const struct toc_names names = {"status", name_items, 3};
static const struct toc_object object;

#define ALL .variants = TOC_ALL_VARIANTS
#define F(field, number, of_kind, ...)                                                             \
    {                                                                                              \
        .name = #field, .kind = TOC_KIND_##of_kind, .bit = number,                                 \
        .offset = offsetof(struct part, field), .unit = "", .doc = "", __VA_ARGS__                 \
    }

static const struct toc_field fields[] = {
    F(port, 0, INT, .width = 2, .variants = 1),
    F(ip, 1, IP, .variants = 3),
    F(changed, 2, NAMES, .names = &names, ALL),
    F(next, 3, OBJECT, .object = &object, ALL),
    F(ptr, 4, POINTER, ALL),
    F(text, 5, STRING, ALL),
    F(list, 6, LIST, .object = &object, ALL),
    F(time, 7, TIME, ALL),
    F(ret, 8, INT, .width = 4, .is_signed = 1, ALL),
    F(name, 9, ENUM, .names = &names, ALL),
    F(flag, 10, BOOL, ALL),
};

static const struct toc_object object = {.name = "part",
                                         .fields = fields,
                                         .n_fields = sizeof(fields) / sizeof(fields[0]),
                                         .variant_offset = offsetof(struct part, variant),
                                         .size = sizeof(struct part),
                                         .doc = ""};

static const struct cel_value port_items[] = {{.kind = CEL_INT, .i = 53}};
static const struct cel_list ports = {port_items, 1};
static const struct cel_constant constants[] = {
    {"params.ports", {.kind = CEL_LIST, .list = &ports}, NULL, NULL},
};

static void fill(struct part *parts) {
    parts[0] = (struct part){.present = 0x7ff,
                             .port = 53,
                             .ip = {4, {127, 0, 0, 1}},
                             .changed = 5,
                             .next = sizeof(struct part),
                             .ptr = UINT64_MAX,
                             .text = {3 * sizeof(struct part), 4},
                             .list = {sizeof(struct part), 2},
                             .time = INT64_MIN,
                             .ret = -11,
                             .name = 2,
                             .flag = 1};
    parts[1] = (struct part){.present = 0x102, .variant = 1, .ip = {6, {0x20}}, .ret = 7};
    parts[2] = (struct part){.present = 0, .variant = 2};
    memcpy(&parts[3], "text", 4);
}

static void show(const struct cel_value *value) {
    struct toc_buf buf = {0};

    cel_value_literal(value, &buf);
    cel_value_json(value, &buf);
    cel_value_text(value, &buf);
    cel_value_key(value, &buf);
    toc_buf_free(&buf);
}

static void run(const struct cel_program *program, struct toc_arena *scratch) {
    static const struct part empty;
    struct part parts[4] = {0};
    struct cel_activation activation = {.record = &empty};
    struct cel_value value = cel_run(program, &activation, scratch);

    show(&value);
    fill(parts);
    activation.record = parts;
    value = cel_run(program, &activation, scratch);
    show(&value);
}

static void compile_and_run(const char *text, size_t n, bool dyn, struct toc_arena *scratch) {
    struct cel_scope scope = {
        .root = &object, .root_variants = 1, .constants = constants, .n_constants = 1, .dyn = dyn};
    struct cel_source source = {.text = text, .n = n, .file = "fuzz"};
    _cleanup_toc_diags_ struct toc_diags diags = {0};
    _cleanup_cel_program_ struct cel_program *program = NULL;
    char *shown;

    if (!cel_compile(&source, &scope, &cel_type_dyn, &diags, &program)) {
        run(program, scratch);
        return;
    }
    for (size_t i = 0; i < diags.n; i++) {
        shown = toc_diag_format(&diags.items[i]);
        free(shown);
    }
}

static void fill_template(const char *text, size_t n, struct toc_arena *scratch) {
    struct cel_scope scope = {.root = &object, .root_variants = 1};
    struct cel_source source = {.text = text, .n = n};
    struct toc_diags diags = {0};
    struct cel_template *tmpl = NULL;
    struct part parts[4] = {0};
    struct cel_activation activation = {.record = parts};
    struct toc_buf out = {0};

    fill(parts);
    if (!cel_template_compile(&source, &scope, &diags, &tmpl))
        cel_template_run(tmpl, &activation, scratch, &out);
    toc_buf_free(&out);
    cel_template_free(&tmpl);
    toc_diags_clear(&diags);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    _cleanup_toc_arena_ struct toc_arena *scratch = NULL;

    if (toc_arena_new(4u << 20, &scratch))
        abort();
    compile_and_run((const char *)data, size, false, scratch);
    toc_arena_reset(scratch);
    compile_and_run((const char *)data, size, true, scratch);
    toc_arena_reset(scratch);
    fill_template((const char *)data, size, scratch);
    return 0;
}
