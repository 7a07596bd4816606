// SPDX-License-Identifier: Apache-2.0
// The expression language over records of one's own: compiles a condition, runs it over requests.
//
//     requests 'status >= 500 || path.startsWith("/admin")'
//
// It needs the libraries toc_cel and toc_base only; see the README beside it.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cel/cel.h"

/* ---- A record: `present` first, then the fields ---- */

enum { GET, POST };

struct request {
    uint64_t present; /* bit i: field i is known */
    uint16_t method;
    int32_t status;
    struct toc_ref path; /* bytes elsewhere in the record */
    char bytes[64];
};

static const struct toc_name method_items[] = {TOC_NAME("GET", GET), TOC_NAME("POST", POST)};
static const struct toc_names methods = {"method", method_items, 2};

static const struct toc_field fields[] = {
    {.name = "method",
     .kind = TOC_KIND_ENUM,
     .names = &methods,
     .variants = TOC_ALL_VARIANTS,
     .offset = offsetof(struct request, method),
     .bit = 0},
    {.name = "status",
     .kind = TOC_KIND_INT,
     .width = 4,
     .is_signed = 1,
     .variants = TOC_ALL_VARIANTS,
     .offset = offsetof(struct request, status),
     .bit = 1},
    {.name = "path",
     .kind = TOC_KIND_STRING,
     .variants = TOC_ALL_VARIANTS,
     .offset = offsetof(struct request, path),
     .bit = 2},
};

static const struct toc_object request_object = {
    .name = "request", .fields = fields, .n_fields = 3, .size = sizeof(struct request)};

static struct request request(uint16_t method, int32_t status, const char *path) {
    struct request request = {
        .present = 1 | (status ? 2 : 0) | 4, .method = method, .status = status};

    request.path = (struct toc_ref){offsetof(struct request, bytes), (uint32_t)strlen(path)};
    memcpy(request.bytes, path, strlen(path));
    return request;
}

/* ---- Compiling: errors come as diagnostics with place and hint ---- */

static struct cel_program *compile(const char *text) {
    const struct cel_source source = {.text = text, .n = strlen(text), .file = "condition"};
    const struct cel_scope scope = {.root = &request_object, .root_variants = 1};
    _cleanup_toc_diags_ struct toc_diags diags = {0};
    struct cel_program *program = NULL;

    cel_compile(&source, &scope, &cel_type_bool, &diags, &program);
    for (size_t i = 0; i < diags.n; i++) {
        char *shown = toc_diag_format(&diags.items[i]);

        fputs(shown ? shown : "out of memory\n", stderr);
        free(shown);
    }
    return program;
}

/* ---- Running: an error is a value, memory is a scratch arena ---- */

static void show(const struct cel_program *program, const struct request *record,
                 struct toc_arena *scratch) {
    const struct cel_activation activation = {.record = record};
    struct cel_value value = cel_run(program, &activation, scratch);
    _cleanup_toc_buf_ struct toc_buf text = {0};

    cel_value_literal(&value, &text);
    printf("%-10s %s\n", record->bytes, toc_buf_cstr(&text));
    toc_arena_reset(scratch);
}

int main(int argc, char **argv) {
    const char *text = argc > 1 ? argv[1] : "method == \"POST\" && status >= 400";
    _cleanup_cel_program_ struct cel_program *program = compile(text);
    _cleanup_toc_arena_ struct toc_arena *scratch = NULL;
    const struct request requests[] = {
        request(GET, 200, "/"), request(POST, 403, "/login"),
        request(POST, 0, "/pending"), // no status yet
    };

    if (!program || toc_arena_new(1 << 20, &scratch))
        return 2;
    for (size_t i = 0; i < sizeof(requests) / sizeof(requests[0]); i++)
        show(program, &requests[i], scratch);
    return 0;
}
