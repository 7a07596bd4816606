// SPDX-License-Identifier: Apache-2.0
// The facts of an event: each slot's path becomes an expression whose value, or values, it takes.
#include "facts.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cel/cel.h"
#include "detect/expression.h"
#include "event/catalogue.h"
#include "event/pointer.h"

enum { NUMBER, SET, MOST, HASH };

static const struct toc_name truth[] = {TOC_NAME("false", 0), TOC_NAME("true", 1)};
static const struct toc_names toc_names_truth = {"bool", truth, 2};
static const struct toc_names toc_names_space = {"", NULL, 0}, toc_names_none = {"", NULL, 0};

static const struct {
    const char *path;
    int form;
    enum toc_filter_stage stage;
    const struct toc_names *names;
} slots[] = {
#define SLOT(name, path, form, stage, names) {path, form, TOC_FILTER_##stage, &toc_names_##names},
#include "event/filter_slots.def"
};

struct facts {
    struct cel_scope scopes[64];
    struct cel_program *programs[64][TOC_FILTER_SLOTS]; /* by event; NULL: it has no such field */
    struct toc_arena *scratch;
};

/* One expression whose value is a list, or absent, whichever way the slot's path goes. */
static void expression_of(const char *path, char *ret, size_t size) {
    char function[32] = "";
    const char *at = path;
    int n;

    if (strchr(path, '(')) {
        n = (int)(strchr(path, '(') - path);
        snprintf(function, sizeof(function), "%.*s", n, path);
        at = path + n + 1;
    }
    n = (int)strcspn(at, ")");
    if (!strcmp(path, "msgs"))
        snprintf(ret, size, "[size(msgs) > 0]");
    else if (strstr(path, ".items"))
        snprintf(ret, size,
                 "[msgs.exists(m, has(m.enter.control.items) && "
                 "size(m.enter.control.items) > 0)]");
    else if (strstr(path, "segs.base"))
        snprintf(ret, size,
                 "msgs.filter(m, has(m.enter.iov.segs)).map(m, m.enter.iov.segs.map(s, "
                 "[ptr_space(s.base), ptr_space(s.base, uint(s.len))]))");
    else if (!strncmp(at, "msgs.", 5))
        snprintf(ret, size, "msgs.filter(m, has(m.%.*s)).map(m, %s(m.%.*s))", n - 5, at + 5,
                 function, n - 5, at + 5);
    else
        snprintf(ret, size, "[%s(%.*s)]", function, n, at);
}

static void compile(struct facts *f, unsigned event, size_t slot) {
    char text[512];
    struct cel_source source = {.text = text};

    expression_of(slots[slot].path, text, sizeof(text));
    source.n = strlen(text);
    if (cel_compile(&source, &f->scopes[event], &cel_type_dyn, NULL, &f->programs[event][slot]))
        f->programs[event][slot] = NULL;
}

void facts_new(struct facts **ret) {
    struct facts *f = calloc(1, sizeof(*f));
    static const uint16_t events[] = {
        TOC_EVENT_sendmmsg, TOC_EVENT_recvmmsg, TOC_EVENT_recvmmsg_time32, TOC_EVENT_sendmsg,
        TOC_EVENT_recvmsg,  TOC_EVENT_sendto,   TOC_EVENT_recvfrom};

    cr_assert(f && toc_arena_new(1u << 20, &f->scratch) == 0);
    for (size_t i = 0; i < sizeof(events) / sizeof(events[0]); i++) {
        toc_scope_init(&f->scopes[events[i]], UINT64_C(1) << events[i]);
        for (size_t slot = 0; slot < TOC_FILTER_SLOTS; slot++)
            compile(f, events[i], slot);
    }
    for (size_t slot = 0; slot < TOC_FILTER_SLOTS; slot++)
        cr_assert(f->programs[TOC_EVENT_recvmmsg][slot], "%s", slots[slot].path);
    *ret = f;
}

void facts_free(struct facts **facts) {
    struct facts *f = *facts;

    for (size_t event = 0; event < 64; event++)
        for (size_t slot = 0; slot < TOC_FILTER_SLOTS; slot++)
            cel_program_free(&f->programs[event][slot]);
    toc_arena_free(&f->scratch);
    free(f);
    *facts = NULL;
}

static uint16_t name_number(const struct toc_names *names, const struct cel_value *value) {
    uint16_t number = 0;

    if (names == &toc_names_space) {
        while (strlen(toc_space_name((enum toc_space)number)) != value->n ||
               memcmp(toc_space_name((enum toc_space)number), value->s, value->n) != 0)
            number++;
        return number;
    }
    cr_assert(toc_names_value(names, value->s, value->n, &number), "%.*s", (int)value->n, value->s);
    return number;
}

static void add(const struct facts *f, size_t slot, const struct cel_value *value,
                struct toc_filter_facts *ret) {
    __u64 number = value->u, *to = &ret->value[slot];

    if (value->kind == CEL_LIST) {
        for (size_t i = 0; i < cel_list_size(value); i++) {
            struct cel_value item = cel_list_at(value, i, f->scratch);

            add(f, slot, &item, ret);
        }
        return;
    }
    if (value->kind == CEL_STRING)
        number = name_number(slots[slot].names, value);
    else if (value->kind == CEL_BOOL)
        number = value->b;
    else
        cr_assert(value->kind == CEL_INT, "%s", slots[slot].path);
    switch (slots[slot].form) {
    case NUMBER: *to = number; break;
    case SET:
    case HASH: *to |= 1ull << (number & 63); break;
    case MOST: *to = number > *to ? number : *to; break;
    }
}

void facts_of(const struct facts *f, const struct toc_event *event, struct toc_filter_facts *ret) {
    struct toc_expr_context context = {0};
    const struct cel_activation activation = {.record = event, .user = &context};

    *ret = (struct toc_filter_facts){0};
    for (size_t slot = 0; slot < TOC_FILTER_SLOTS; slot++) {
        const struct cel_program *program = f->programs[event->variant][slot];
        struct cel_value value;

        toc_arena_reset(f->scratch);
        value = program ? cel_run(program, &activation, f->scratch)
                        : cel_fail(CEL_ERR_NO_SUCH_FIELD, NULL);
        if (value.kind == CEL_ERROR) {
            ret->absent |= UINT64_C(1) << slot;
            continue;
        }
        add(f, slot, &value, ret);
        ret->known |= UINT64_C(1) << slot;
    }
}

void facts_until(enum toc_filter_stage stage, struct toc_filter_facts *facts) {
    for (size_t slot = 0; slot < TOC_FILTER_SLOTS; slot++) {
        uint64_t bit = UINT64_C(1) << slot;

        if (slots[slot].stage <= stage)
            continue;
        facts->known &= ~bit;
        facts->absent &= ~bit;
    }
}
