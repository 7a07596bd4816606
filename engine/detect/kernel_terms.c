// SPDX-License-Identifier: Apache-2.0
// One operand of a condition, as the kernel can decide it.
#include "detect/kernel_terms.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>

#include "base/cleanup.h"

/* Operands without white space; $ stands for the variable of `each`. With `value`, one follows. */
enum form { CHANGED, OURS, PORTS };
static const struct {
    const char *text;
    enum form form;
    bool value;
} forms[] = {
    {"\"name\"in$.changed_kernel", CHANGED, false},
    {"'name'in$.changed_kernel", CHANGED, false},
    {"!$.kernel.foreign_bpf", OURS, false},
    {"!$.?kernel.?foreign_bpf.orValue(false)", OURS, false},
    {"!$.peer.portin", PORTS, true},
    {"!$.?peer.?port.orValue(0)in", PORTS, true},
    {"!$.kernel.name.portin", PORTS, true},
};

static const struct {
    const char *name;
    enum toc_wire_deny_field field;
} fields[] = {
    {"proc.uid", TOC_WIRE_DENY_UID},
    {"proc.gid", TOC_WIRE_DENY_GID},
    {"proc.pid", TOC_WIRE_DENY_PID},
};

/* Of operators that begin alike the longer first. */
static const char *const operators[] = {"==", "!=", "<=", ">=", "<", ">"};

/* The parenthesis that opens a text of n bytes closes at its end. */
static bool is_wrapped(const char *text, size_t n) {
    int depth = 0;

    for (size_t i = 0; i < n; i++) {
        depth += (text[i] == '(') - (text[i] == ')');
        if (depth == 0 && i + 1 < n)
            return false;
    }
    return n >= 2 && text[0] == '(' && text[n - 1] == ')';
}

static void unwrap(char *text) {
    for (size_t n = strlen(text); is_wrapped(text, n); n = strlen(text)) {
        memmove(text, text + 1, n - 2);
        text[n - 2] = '\0';
    }
}

bool toc_kernel_plain(const char *text, size_t n, char ret[TOC_KERNEL_TEXT]) {
    size_t at = 0;

    for (size_t i = 0; i < n; i++) {
        if (strchr(" \t\r\n", text[i]))
            continue;
        if (at + 1 == TOC_KERNEL_TEXT)
            return false;
        ret[at++] = text[i];
    }
    ret[at] = '\0';
    unwrap(ret);
    if (*ret == '!')
        unwrap(ret + 1);
    return true;
}

/* What follows the form in a text, or NULL. */
static const char *after(const char *form, const char *var, const char *text) {
    for (; *form; form++) {
        size_t n = *form == '$' ? strlen(var) : 1;

        if (strncmp(*form == '$' ? var : form, text, n))
            return NULL;
        text += n;
    }
    return text;
}

/* A text that needs no event. */
static struct cel_value constant(const struct toc_kernel_terms *terms, const char *text,
                                 struct cel_program **program) {
    _cleanup_toc_diags_ struct toc_diags diags = {0};
    const struct cel_source source = {.text = text, .n = strlen(text)};
    const struct cel_activation nothing = {0};
    struct cel_scope scope = terms->scope;

    scope.root = NULL;
    scope.n_vars = 0;
    scope.variant_object = NULL;
    if (cel_compile(&source, &scope, &cel_type_dyn, &diags, program) < 0)
        return (struct cel_value){.kind = CEL_NULL};
    return cel_run(*program, &nothing, terms->arena);
}

static bool add_ports(struct toc_kernel_terms *terms, const char *text) {
    _cleanup_cel_program_ struct cel_program *program = NULL;
    struct cel_value list = constant(terms, text, &program);
    size_t n = list.kind == CEL_LIST ? cel_list_size(&list) : 0;
    struct toc_wire_deny *out = &terms->out;

    if (list.kind != CEL_LIST || n > TOC_WIRE_DENY_PORTS - out->n_ports)
        return false;
    for (size_t i = 0; i < n; i++) {
        struct cel_value port = cel_list_at(&list, i, terms->arena);

        if (port.kind != CEL_INT)
            return false;
        if (port.i > 0 && port.i <= UINT16_MAX)
            out->ports[out->n_ports++] = htons((uint16_t)port.i);
    }
    return true;
}

static struct toc_wire_deny_term term_of(const char *op, int64_t value) {
    struct toc_wire_deny_term term = {.low = INT64_MIN, .high = INT64_MAX};
    bool less = *op == '<', more = *op == '>';

    if (!more)
        term.high = value;
    if (!less)
        term.low = value;
    term.outside = *op == '!';
    // Of < and > the contrary is written, which needs no step beyond the value.
    if ((less || more) && !op[1])
        term = (struct toc_wire_deny_term){
            .outside = true, .low = less ? value : INT64_MIN, .high = less ? INT64_MAX : value};
    return term;
}

static bool add_compared(struct toc_kernel_terms *terms, enum toc_wire_deny_field field,
                         const char *text, bool negated) {
    struct toc_wire_deny *out = &terms->out;

    for (size_t i = 0; i < sizeof(operators) / sizeof(operators[0]); i++) {
        _cleanup_cel_program_ struct cel_program *program = NULL;
        struct toc_wire_deny_term term;
        struct cel_value value;

        if (strncmp(text, operators[i], strlen(operators[i])))
            continue;
        value = constant(terms, text + strlen(operators[i]), &program);
        if (value.kind != CEL_INT || out->n_terms == TOC_WIRE_DENY_TERMS)
            return false;
        term = term_of(operators[i], value.i);
        term.field = field;
        term.outside ^= negated;
        out->terms[out->n_terms++] = term;
        return true;
    }
    return false;
}

static bool add_form(struct toc_kernel_terms *terms, const char *text) {
    for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]); i++) {
        const char *rest = after(forms[i].text, terms->each_var, text);

        if (!rest || (!*rest != !forms[i].value))
            continue;
        terms->out.ours_alone |= forms[i].form == OURS;
        return forms[i].form != PORTS || add_ports(terms, rest);
    }
    return false;
}

bool toc_kernel_term(struct toc_kernel_terms *terms, const char *text, size_t n, bool of_when,
                     bool negated) {
    char plain[TOC_KERNEL_TEXT];

    if (!toc_kernel_plain(text, n, plain))
        return false;
    for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++)
        if (!strncmp(plain, fields[i].name, strlen(fields[i].name)))
            return add_compared(terms, fields[i].field, plain + strlen(fields[i].name), negated);
    return of_when && !negated && add_form(terms, plain);
}
