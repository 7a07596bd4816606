// SPDX-License-Identifier: Apache-2.0
// Explains a failed test by running the operands of the condition one by one.
#include "detect/reason.h"

#include <errno.h>
#include <string.h>

#include "base/cleanup.h"
#include "cel/outline.h"
#include "detect/matcher.h"
#include "event/record.h"

/* Elements of `each`, and lines, that are worth a person's time. */
#define MAX_ELEMENTS 4
#define MAX_LINES 12

struct explainer {
    const struct toc_compiled *compiled;
    struct toc_arena *work, *scratch;
    struct cel_outline outline;
    struct cel_program **programs; /* one for each item that is a condition; NULL for others */
    struct toc_buf *out;
    bool missing;
    unsigned lines;
};

static void free_programs(struct explainer *explainer) {
    for (size_t i = 0; explainer->programs && i < explainer->outline.n; i++)
        cel_program_free(&explainer->programs[i]);
    toc_arena_free(&explainer->work);
    toc_arena_free(&explainer->scratch);
}

static int prepare(struct explainer *explainer) {
    const char *when = explainer->compiled->signature->when;
    struct cel_source source = {.text = when, .n = strlen(when), .file = ""};
    int err = toc_arena_new(TOC_MAX_SCRATCH, &explainer->work);

    if (!err)
        err = toc_arena_new(TOC_MAX_SCRATCH, &explainer->scratch);
    if (!err)
        err = cel_outline(&source, explainer->work, &explainer->outline);
    if (err)
        return err;
    explainer->programs =
        toc_arena_array(explainer->work, explainer->outline.n, sizeof(struct cel_program *));
    if (!explainer->programs)
        return -ENOMEM;
    for (size_t i = 0; i < explainer->outline.n; i++) {
        const struct cel_outline_item *item = &explainer->outline.items[i];
        struct cel_source part = {.text = when + item->part.at, .n = item->part.n, .file = ""};

        if (item->condition && cel_compile(&part, &explainer->compiled->scope, &cel_type_bool, NULL,
                                           &explainer->programs[i]) == -ENOMEM)
            return -ENOMEM;
    }
    return 0;
}

/* One line; a condition over several lines is told on one. */
static void say(struct explainer *explainer, const struct cel_outline_item *item,
                const char *element, const char *verdict) {
    const struct cel_part *part = &item->part;
    const char *text = explainer->compiled->signature->when + part->at;
    bool blank = false;

    if (explainer->lines++ >= MAX_LINES)
        return;
    toc_buf_addf(explainer->out, "%*s%s`", 2 * (item->depth ? item->depth : 1), "", element);
    for (uint32_t i = 0; i < part->n; i++) {
        bool is_blank = strchr(" \t\r\n", text[i]) != NULL;

        if (!is_blank || !blank)
            toc_buf_addc(explainer->out, is_blank ? ' ' : text[i]);
        blank = is_blank;
    }
    toc_buf_addf(explainer->out, "` is %s\n", verdict);
}

/* The fields that the event left out, since "unobserved" alone does not say which. */
static void say_unobserved(struct explainer *explainer, const struct cel_activation *activation) {
    const struct toc_compiled *compiled = explainer->compiled;

    for (size_t i = 0; i < compiled->n_why && explainer->lines < MAX_LINES; i++) {
        struct cel_value value;

        toc_arena_reset(explainer->scratch);
        value = cel_run(compiled->why[i].program, activation, explainer->scratch);
        if (value.kind != CEL_ERROR || value.error != CEL_ERR_UNOBSERVED)
            continue;
        toc_buf_addf(explainer->out, "    %s is unobserved\n", compiled->why[i].expr);
        explainer->lines++;
    }
}

/* The whole of `a && b` says nothing that a and b do not. */
static bool has_parts(const struct cel_outline *outline) {
    for (size_t i = 1; i < outline->n; i++)
        if (outline->items[i].condition)
            return true;
    return false;
}

/* Says what is to be said about an item. True when its parts are worth looking at. */
static bool explain_item(struct explainer *explainer, size_t i, const char *element,
                         const struct cel_value *value, bool *ret_unobserved) {
    const struct cel_outline_item *item = &explainer->outline.items[i];

    if (value->kind == CEL_BOOL && value->b == explainer->missing)
        return false;
    if (value->kind == CEL_ERROR && value->error == CEL_ERR_UNOBSERVED)
        *ret_unobserved = true;
    if (i == 0 && has_parts(&explainer->outline))
        return true;
    if (value->kind == CEL_BOOL)
        say(explainer, item, element, value->b ? "true" : "false");
    else if (value->kind == CEL_ERROR)
        say(explainer, item, element, cel_error_name(value->error));
    return true;
}

static void explain_one(struct explainer *explainer, const struct cel_activation *activation,
                        const char *element) {
    unsigned skip = UINT16_MAX; // parts deeper than this are of an item that explains nothing
    bool unobserved = false;

    for (size_t i = 0; i < explainer->outline.n; i++) {
        unsigned depth = explainer->outline.items[i].depth;
        struct cel_value value;

        if (!explainer->programs[i] || depth > skip)
            continue;
        toc_arena_reset(explainer->scratch);
        value = cel_run(explainer->programs[i], activation, explainer->scratch);
        skip = explain_item(explainer, i, element, &value, &unobserved) ? UINT16_MAX : depth;
    }
    if (unobserved)
        say_unobserved(explainer, activation);
}

static void explain_event(struct explainer *explainer, const struct toc_event *event) {
    const struct toc_compiled *compiled = explainer->compiled;
    struct toc_expr_context context = {0};
    struct cel_value element, list;
    struct cel_activation activation = {.record = event, .vars = &element, .user = &context};
    char name[128];

    if (!(compiled->signature->events >> event->variant & 1)) {
        toc_buf_addf(explainer->out, "  the signature does not look at %s\n",
                     toc_event_info(event->variant)->name);
        return;
    }
    if (!compiled->list) {
        explain_one(explainer, &activation, "");
        return;
    }
    list = cel_run(compiled->list, &activation, explainer->scratch);
    if (list.kind != CEL_LIST || !cel_list_size(&list)) {
        toc_buf_addf(explainer->out, "  `%s` is %s\n", compiled->signature->each_list,
                     list.kind == CEL_LIST ? "empty" : "unobserved");
        return;
    }
    for (size_t i = 0; i < cel_list_size(&list) && i < MAX_ELEMENTS; i++) {
        element = cel_list_at(&list, i, explainer->scratch);
        snprintf(name, sizeof(name), "%.100s[%zu]: ", compiled->signature->each_list, i);
        explain_one(explainer, &activation, name);
    }
}

/* No part was false: what kept the alert from coming is not in `when`. */
static void say_held(const struct toc_compiled *compiled, struct toc_buf *out) {
    const char *key = compiled->correlation ? "correlation" : "threshold";

    if (compiled->correlation || compiled->threshold)
        toc_buf_addf(out, "  `when` was true each time: look at the `%s`\n", key);
}

int toc_reason_explain(const struct toc_compiled *compiled, const struct toc_case *test,
                       bool missing, struct toc_buf *out) {
    __attribute__((cleanup(free_programs))) struct explainer explainer = {
        .compiled = compiled, .out = out, .missing = missing};
    size_t before = out->n;
    int err;

    if (!compiled->signature->when) {
        toc_buf_adds(out, "  the signature has no `when`: look at its `correlation`\n");
        return 0;
    }
    err = prepare(&explainer);
    for (size_t i = 0; i < test->n_events && !err; i++)
        explain_event(&explainer, test->events[i]);
    if (!err && missing && out->n == before)
        say_held(compiled, out);
    return err;
}
