// SPDX-License-Identifier: Apache-2.0
// Fills rows with values of the types they ask for, as deep as it may go.
#include "generate.h"

#include <stdlib.h>
#include <string.h>

#define MAX_TYPE 12
#define MAX_VARS 24
#define MAX_DEPTH 6
#define MAX_BYTES 2000

struct gtype {
    char s[MAX_TYPE];
};

struct binding {
    struct gtype type[128]; /* by the letter of the variable */
};

struct gen {
    struct orandom *random;
    struct toc_buf *buf;
    struct gtype vars[MAX_VARS]; /* the variables in scope are a0, a1 … */
    size_t n_vars;
    bool mistake;
};

static void expr(struct gen *gen, const struct gtype *type, unsigned depth);

static struct gtype one_of(struct gen *gen, const char *letters) {
    struct gtype type = {{letters[orandom_below(gen->random, strlen(letters))]}};

    return type;
}

static struct gtype any_type(struct gen *gen) {
    static const char *const types[] = {
        "b",  "i",  "u",   "d",   "s",  "y",  "n", "T", "D",    "t",   "Li", "Ls", "LLi", "Lu",
        "Ld", "LT", "Msi", "Mis", "Oi", "Os", "I", "P", "MsLi", "Mbd", "A",  "a",  "c",   "La"};
    struct gtype type = {""};

    strcpy(type.s, types[orandom_below(gen->random, sizeof(types) / sizeof(types[0]))]);
    return type;
}

/* How many letters the type at the start of s has. */
static size_t type_length(const char *s) {
    if (*s == 'L' || *s == 'O')
        return 1 + type_length(s + 1);
    if (*s == 'M') {
        size_t key = type_length(s + 1);

        return 1 + key + type_length(s + 1 + key);
    }
    return *s ? 1 : 0;
}

static bool matches(const char *pattern, const char *type, struct binding *binding) {
    for (; *pattern; pattern++) {
        size_t n = type_length(type);
        char c = *pattern;

        if (strchr("XYKCNZ", c)) {
            if ((c == 'K' && !strchr("bius", *type)) || (c == 'C' && !strchr("biudsyTD", *type)) ||
                ((c == 'N' || c == 'Z') && !strchr("iud", *type)) || !n)
                return false;
            memcpy(binding->type[(int)c].s, type, n);
            binding->type[(int)c].s[n] = '\0';
            type += n;
        } else if (*type++ != c) {
            return false;
        }
    }
    return !*type;
}

/* A pattern with its variables replaced; those not bound yet get a type now. */
static struct gtype bound(struct gen *gen, const char *pattern, size_t n, struct binding *binding) {
    struct gtype type = {""};

    for (size_t i = 0; i < n; i++) {
        struct gtype *var = &binding->type[(int)pattern[i]];
        char letter[2] = {pattern[i]};
        bool is_var = strchr("XYKCNZ", pattern[i]);

        if (is_var && !var->s[0])
            *var = pattern[i] == 'K'                        ? one_of(gen, "bius")
                   : pattern[i] == 'C'                      ? one_of(gen, "biudsyTD")
                   : pattern[i] == 'N' || pattern[i] == 'Z' ? one_of(gen, "iud")
                                                            : any_type(gen);
        strncat(type.s, is_var ? var->s : letter, MAX_TYPE - 1 - strlen(type.s));
    }
    return type;
}

static const struct orow *choose(struct gen *gen, const struct orow *rows, size_t n,
                                 const struct gtype *type, struct binding *ret) {
    size_t total = 0, at = 0;

    for (size_t pass = 0;; pass++) {
        for (size_t i = 0; i < n; i++) {
            struct binding binding = {0};

            if (!matches(rows[i].type, type->s, &binding))
                continue;
            if (!pass)
                total += rows[i].weight;
            else if (at < rows[i].weight) {
                *ret = binding;
                return &rows[i];
            } else
                at -= rows[i].weight;
        }
        if (!total)
            return NULL;
        at = orandom_below(gen->random, total);
    }
}

static void literal(struct gen *gen, const struct gtype *type) {
    struct binding binding = {0};
    const struct orow *row = choose(gen, oracle_leaves, oracle_n_leaves, type, &binding);

    // A container of anything: of one literal element.
    if (row)
        toc_buf_adds(gen->buf, row->text);
    else if (type->s[0] == 'L' || type->s[0] == 'O') {
        struct gtype elem = {""};

        strcpy(elem.s, type->s + 1);
        toc_buf_adds(gen->buf, type->s[0] == 'L' ? "[" : "optional.of(");
        literal(gen, &elem);
        toc_buf_adds(gen->buf, type->s[0] == 'L' ? "]" : ")");
    } else if (type->s[0] == 'M') {
        size_t n = type_length(type->s + 1);
        struct gtype key = {""}, value = {""};

        memcpy(key.s, type->s + 1, n);
        strcpy(value.s, type->s + 1 + n);
        toc_buf_adds(gen->buf, "{");
        literal(gen, &key);
        toc_buf_adds(gen->buf, ": ");
        literal(gen, &value);
        toc_buf_adds(gen->buf, "}");
    } else {
        abort();
    }
}

static bool variable(struct gen *gen, const struct gtype *type) {
    for (size_t i = gen->n_vars; i-- > 0;) {
        if (strcmp(gen->vars[i].s, type->s) || !orandom_below(gen->random, 4))
            continue;
        toc_buf_addf(gen->buf, "a%zu", i);
        return true;
    }
    return false;
}

/* Writes a row; see its description for the marks. */
static void fill(struct gen *gen, const struct orow *row, struct binding *binding, unsigned depth) {
    size_t outer = gen->n_vars, named = outer;
    struct gtype types[MAX_VARS];

    for (const char *s = row->text; *s; s++) {
        if (*s == '@' && named < MAX_VARS) {
            types[named] = bound(gen, s + 1, type_length(s + 1), binding);
            toc_buf_addf(gen->buf, "a%zu", named++);
            s += type_length(s + 1);
        } else if (*s == '~') {
            // Parts before this one may have used the same names for variables of their own.
            for (; gen->n_vars < named; gen->n_vars++)
                gen->vars[gen->n_vars] = types[gen->n_vars];
        } else if (*s == '`') {
            const char *end = strchr(s + 1, '`');
            bool plain = s[1] == '=';
            struct gtype type = bound(gen, s + 1 + plain, (size_t)(end - s) - 1 - plain, binding);

            if (plain)
                literal(gen, &type);
            else
                expr(gen, &type, depth + 1);
            s = end;
        } else {
            toc_buf_addc(gen->buf, *s);
        }
    }
    gen->n_vars = outer;
}

static void expr(struct gen *gen, const struct gtype *type, unsigned depth) {
    struct binding binding = {0};
    const struct orow *row = NULL;
    bool leaf = depth >= MAX_DEPTH || gen->buf->n > MAX_BYTES || strlen(type->s) > 6 ||
                gen->n_vars + 4 > MAX_VARS;

    if (gen->mistake && (leaf || !orandom_below(gen->random, 4))) {
        gen->mistake = false;
        row = &oracle_mistakes[orandom_below(gen->random, oracle_n_mistakes)];
        toc_buf_addc(gen->buf, '(');
        fill(gen, row, &binding, MAX_DEPTH - 1);
        toc_buf_addc(gen->buf, ')');
        return;
    }
    if (!gen->mistake && variable(gen, type))
        return;
    if (!leaf && (gen->mistake || orandom_below(gen->random, depth + 1) < 2))
        row = choose(gen, oracle_rows, oracle_n_rows, type, &binding);
    if (!row) {
        literal(gen, type);
        return;
    }
    toc_buf_addc(gen->buf, '(');
    fill(gen, row, &binding, depth);
    toc_buf_addc(gen->buf, ')');
}

void oracle_generate(struct orandom *random, bool mistake, struct toc_buf *buf) {
    struct gen gen = {.random = random, .buf = buf, .mistake = mistake};
    struct gtype type = {"b"};

    if (!orandom_below(random, 2))
        type = any_type(&gen);
    expr(&gen, &type, 0);
    // No place was good enough.
    if (gen.mistake)
        toc_buf_adds(buf, " + null");
}
