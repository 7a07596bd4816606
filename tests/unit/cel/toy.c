// SPDX-License-Identifier: Apache-2.0
// A small world of records for the tests of the language, and trying an expression in it.
#include "toy.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))
#define V(variant) (UINT64_C(1) << (variant))
#define ALL TOC_ALL_VARIANTS

/* ---- Names ---- */
static const struct toc_name kind_items[] = {TOC_NAME("send", TOY_SEND), TOC_NAME("recv", TOY_RECV),
                                             TOC_NAME("wait", TOY_WAIT)};
static const struct toc_names kind_names = {"event", kind_items, COUNT(kind_items)};
static const struct toc_name abi_items[] = {TOC_NAME("x86_64", 0), TOC_NAME("i386", 1),
                                            TOC_NAME("x32", 2)};
static const struct toc_names abi_names = {"abi", abi_items, COUNT(abi_items)};
static const struct toc_name status_items[] = {TOC_NAME("ok", 0), TOC_NAME("null", 1),
                                               TOC_NAME("fault", 2), TOC_NAME("absent", 3)};
static const struct toc_names status_names = {"status", status_items, COUNT(status_items)};
static const struct toc_name part_items[] = {TOC_NAME("name", 0), TOC_NAME("iov", 1),
                                             TOC_NAME("flags", 5)};
static const struct toc_names part_names = {"part", part_items, COUNT(part_items)};

/* ---- Objects ---- */

struct addr {
    uint64_t present;
    uint16_t variant; /* 0 none, 1 inet, 2 unix */
    uint16_t port;
    struct toc_ip ip;
    struct toc_ref path;
    uint64_t ptr;
};

struct view {
    uint64_t present;
    uint16_t status;
    uint32_t name;
};

struct msg {
    uint64_t present;
    uint32_t index, changed;
    int64_t len;
    uint64_t bytes;
    uint32_t enter, kernel;
    struct toc_ref data;
};

struct meta {
    uint64_t present;
    uint16_t name, abi;
    int32_t ret;
    int64_t time;
    uint8_t traced;
    struct toc_ref comm;
};

struct args {
    uint64_t present;
    uint16_t variant;
    int32_t fd, epfd;
    uint32_t flags;
    uint64_t vec;
};

struct event {
    uint64_t present;
    uint16_t variant;
    uint32_t event, args, timeout;
    struct toc_ref msgs;
};

#define F(object, member, number, k, ...)                                                          \
    {                                                                                              \
        .name = #member, .kind = TOC_KIND_##k, .offset = offsetof(struct object, member),          \
        .bit = number, .unit = "", .doc = "", __VA_ARGS__                                          \
    }
#define OBJECT(ident, struct_name, variant_at)                                                     \
    {                                                                                              \
        .name = #struct_name, .fields = ident, .n_fields = COUNT(ident),                           \
        .size = sizeof(struct struct_name), .variant_offset = variant_at, .doc = ""                \
    }

static const struct toc_field addr_fields[] = {
    F(addr, ip, 0, IP, .variants = V(1)),
    F(addr, port, 1, INT, .width = 2, .variants = V(1)),
    F(addr, path, 2, STRING, .variants = V(2)),
    F(addr, ptr, 3, POINTER, .variants = ALL),
};
static const struct toc_object addr_object =
    OBJECT(addr_fields, addr, offsetof(struct addr, variant));

static const struct toc_field view_fields[] = {
    F(view, status, 0, ENUM, .names = &status_names, .variants = ALL),
    F(view, name, 1, OBJECT, .object = &addr_object, .variants = ALL),
};
static const struct toc_object view_object = OBJECT(view_fields, view, 0);

static const struct toc_field msg_fields[] = {
    F(msg, index, 0, INT, .width = 4, .variants = ALL),
    F(msg, changed, 1, NAMES, .names = &part_names, .variants = ALL),
    F(msg, len, 2, INT, .width = 8, .is_signed = 1, .variants = ALL),
    F(msg, bytes, 3, INT, .width = 8, .variants = ALL),
    F(msg, enter, 4, OBJECT, .object = &view_object, .variants = ALL),
    F(msg, kernel, 5, OBJECT, .object = &view_object, .variants = ALL),
    F(msg, data, 6, BYTES, .variants = ALL),
};
const struct toc_object toy_msg = OBJECT(msg_fields, msg, 0);

static const struct toc_field meta_fields[] = {
    F(meta, name, 0, ENUM, .names = &kind_names, .variants = ALL),
    F(meta, abi, 1, ENUM, .names = &abi_names, .variants = ALL),
    F(meta, ret, 2, INT, .width = 4, .is_signed = 1, .variants = ALL),
    F(meta, time, 3, TIME, .variants = ALL),
    F(meta, traced, 4, BOOL, .variants = ALL),
    F(meta, comm, 5, STRING, .variants = ALL),
};
static const struct toc_object meta_object = OBJECT(meta_fields, meta, 0);

static const struct toc_field args_fields[] = {
    F(args, fd, 0, INT, .width = 4, .is_signed = 1, .variants = V(TOY_SEND) | V(TOY_RECV)),
    F(args, epfd, 1, INT, .width = 4, .is_signed = 1, .variants = V(TOY_WAIT)),
    F(args, flags, 2, INT, .width = 4, .variants = ALL),
    F(args, vec, 3, POINTER, .variants = V(TOY_SEND)),
    {.name = "vec",
     .kind = TOC_KIND_INT,
     .width = 4,
     .offset = offsetof(struct args, flags),
     .bit = 4,
     .variants = V(TOY_RECV),
     .unit = "",
     .doc = ""},
};
static const struct toc_object args_object =
    OBJECT(args_fields, args, offsetof(struct args, variant));

static const struct toc_field event_fields[] = {
    F(event, event, 0, OBJECT, .object = &meta_object, .variants = ALL),
    F(event, args, 1, OBJECT, .object = &args_object, .variants = ALL),
    F(event, msgs, 2, LIST, .object = &toy_msg, .variants = V(TOY_SEND) | V(TOY_RECV)),
    F(event, timeout, 3, OBJECT, .object = &view_object, .variants = V(TOY_RECV)),
};
const struct toc_object toy_event = OBJECT(event_fields, event, offsetof(struct event, variant));

/* ---- A record ---- */

static struct {
    struct event event;
    struct meta meta;
    struct args args;
    struct msg msgs[3];
    struct view enter[2], kernel[2];
    struct addr addr[4];
    char text[16];
} record = {
    .meta =
        {.present = 63, .name = TOY_SEND, .abi = 1, .ret = -11, .time = 1500000000, .traced = 1},
    .args = {.present = 13,
             .variant = TOY_SEND,
             .fd = 3,
             .flags = 0x80000040u,
             .vec = 0xffff800000000000},
    .msgs = {{.present = 127, .index = 0, .changed = 1 | 32, .len = 7, .bytes = UINT64_MAX},
             {.present = 127, .index = 1, .len = -1, .bytes = 5},
             {.present = 3, .index = 2, .changed = 2}},
    .enter = {{.present = 3}, {.present = 1, .status = 2}},
    .kernel = {{.present = 3}, {.present = 3, .status = 3}},
    .addr = {{.present = 11, .variant = 1, .port = 53, .ip = {4, {127, 0, 0, 1}}, .ptr = 0x1000},
             {.present = 3, .variant = 1, .port = 65535, .ip = {6, {0x20, 1, 0xd, 0xb8, [15] = 1}}},
             {.present = 4, .variant = 2},
             {.present = 0, .variant = 1}},
    .text = "dig\0/run/x\xff\x01",
};

#define AT(member) ((uint32_t)((const char *)&record.member - (const char *)&record))

const void *toy_record(void) {
    record.event = (struct event){.present = 7,
                                  .variant = TOY_SEND,
                                  .event = AT(meta),
                                  .args = AT(args),
                                  .msgs = {AT(msgs), 3}};
    record.meta.comm = (struct toc_ref){AT(text), 3};
    record.msgs[0].enter = AT(enter[0]);
    record.msgs[0].kernel = AT(kernel[0]);
    record.msgs[0].data = (struct toc_ref){AT(text) + 10, 2};
    record.msgs[1].enter = AT(enter[1]);
    record.msgs[1].kernel = AT(kernel[1]);
    record.enter[0].name = AT(addr[0]);
    record.kernel[0].name = AT(addr[1]);
    record.kernel[1].name = AT(addr[2]);
    record.addr[2].path = (struct toc_ref){AT(text) + 4, 6};
    return &record;
}

const void *toy_empty(void) {
    static const struct event empty;

    return &empty;
}

/* ---- Expressions ---- */

static struct cel_value twice(const struct cel_call *call, const struct cel_value *args) {
    (void)call;
    return cel_int(2 * args[0].i);
}

static const struct cel_value port_items[] = {{.kind = CEL_INT, .i = 53},
                                              {.kind = CEL_INT, .i = 123}};
static const struct cel_list port_list = {port_items, 2};
static const struct cel_constant constants[] = {
    {"MSG_DONTWAIT", {.kind = CEL_INT, .i = 0x40}, NULL, NULL},
    {"params.ports", {.kind = CEL_LIST, .list = &port_list}, NULL, NULL},
    {"params.kind", {.kind = CEL_STRING, .s = "send", .n = 4}, NULL, NULL},
};
static const struct cel_type space_type = {.kind = CEL_STRING, .names = &status_names};
static const struct cel_function functions[] = {
    {"twice", false, 1, {&cel_type_int}, &cel_type_int, twice, NULL, NULL},
};
static const struct cel_type msg_type = {.kind = CEL_OBJECT, .object = &toy_msg};
static const struct cel_var vars[] = {{"v", &msg_type}, {"space", &space_type}};

struct cel_scope toy_scope(uint64_t variants) {
    return (struct cel_scope){.root = &toy_event,
                              .root_variants = variants,
                              .constants = constants,
                              .n_constants = COUNT(constants),
                              .vars = vars,
                              .n_vars = COUNT(vars),
                              .functions = functions,
                              .n_functions = COUNT(functions),
                              .variant_names = &kind_names,
                              .variant_object = &args_object};
}

static void show_diag(const struct toc_diags *diags, char *text, size_t size) {
    const struct toc_diag *diag = diags->n ? &diags->items[0] : NULL;

    for (size_t i = 1; i < diags->n && diag->severity != TOC_ERROR; i++)
        diag = &diags->items[i];
    if (!diag)
        snprintf(text, size, "no diagnostic");
    else
        snprintf(text, size, "%u:%u: %s%s%s%s", diag->line, diag->col, diag->message,
                 diag->hint ? " (" : "", diag->hint ? diag->hint : "", diag->hint ? ")" : "");
}

const char *toy_eval_in(const char *expr, const struct cel_scope *scope, const void *rec) {
    static char text[2048];
    struct cel_source source = {.text = expr, .n = strlen(expr)};
    _cleanup_toc_diags_ struct toc_diags diags = {0};
    _cleanup_cel_program_ struct cel_program *program = NULL;
    _cleanup_toc_arena_ struct toc_arena *scratch = NULL;
    _cleanup_toc_buf_ struct toc_buf buf = {0};
    struct cel_value values[2] = {{.kind = CEL_OBJECT, .object = &toy_msg, .base = rec},
                                  {.kind = CEL_STRING, .s = "null", .n = 4}};
    struct cel_activation activation = {.record = rec, .vars = values};
    struct cel_value value;

    values[0].data = rec == &record ? (const void *)&record.msgs[1] : NULL;
    if (cel_compile(&source, scope, &cel_type_dyn, &diags, &program)) {
        show_diag(&diags, text, sizeof(text));
        return text;
    }
    cr_assert_eq(toc_arena_new(1 << 20, &scratch), 0);
    value = cel_run(program, &activation, scratch);
    if (value.kind == CEL_ERROR)
        toc_buf_addf(&buf, "error: %s", cel_error_name(value.error));
    else
        cel_value_literal(&value, &buf);
    snprintf(text, sizeof(text), "%s", toc_buf_cstr(&buf));
    return text;
}

const char *toy_eval(const char *expr) {
    struct cel_scope scope = toy_scope(V(TOY_SEND));

    return toy_eval_in(expr, &scope, toy_record());
}

const char *toy_eval_dyn(const char *expr) {
    struct cel_scope scope = toy_scope(V(TOY_SEND));

    scope.dyn = true;
    return toy_eval_in(expr, &scope, toy_record());
}

void toy_check(const struct toy_row *rows, size_t n, const char *(*eval)(const char *)) {
    for (size_t i = 0; i < n; i++) {
        const char *got = eval(rows[i].expr);

        cr_expect_str_eq(got, rows[i].want, "%s\n  gives %s\n  not   %s", rows[i].expr, got,
                         rows[i].want);
    }
}
