// SPDX-License-Identifier: Apache-2.0
// The Common Expression Language: compile an expression once, run it over many records.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/diag.h"
#include "base/schema.h"

/* ---- Values ---- */

enum cel_kind {
    CEL_ERROR, /* evaluation failed: `error` says how; also a kind of value, as in the specification
                */
    CEL_NULL,
    CEL_BOOL,
    CEL_INT,
    CEL_UINT,
    CEL_DOUBLE,
    CEL_STRING,
    CEL_BYTES,
    CEL_LIST,
    CEL_MAP,
    CEL_TIMESTAMP, /* i: seconds since 1970, nanos */
    CEL_DURATION,  /* i: seconds, nanos of the same sign */
    CEL_TYPE,
    CEL_OBJECT, /* an object of a record */
    CEL_OPTIONAL,
    CEL_IP,
    CEL_CIDR,
    CEL_DYN,   /* types only: any of them */
    CEL_PARAM, /* types of functions only: the same type wherever it stands */
};

/* In order of rank: when both sides of && or || fail, the lower one is the result. */
enum cel_error {
    CEL_ERR_UNOBSERVED, /* the field exists and was not observed */
    CEL_ERR_NO_SUCH_FIELD,
    CEL_ERR_NO_SUCH_KEY,
    CEL_ERR_NO_OVERLOAD,
    CEL_ERR_OVERFLOW,
    CEL_ERR_DIVIDE_BY_ZERO,
    CEL_ERR_INDEX,
    CEL_ERR_ARGUMENT,    /* a conversion or function refused its argument */
    CEL_ERR_MATCH_LIMIT, /* a pattern ran into the limit of its matcher */
    CEL_ERR_RESOURCE,    /* scratch memory or cost limit */
};

struct cel_list; /* elements made by an expression or given by a caller: see cel_list_new */
struct cel_map;

/* How a LIST holds its elements. */
enum cel_form {
    CEL_FORM_ITEMS,  /* `list` */
    CEL_FORM_RECORD, /* `data`, `object`, `base`: n objects side by side in a record */
    CEL_FORM_NAMES,  /* `names`: those whose bit is set in n */
};

struct cel_value {
    uint8_t kind;  /* enum cel_kind */
    uint8_t error; /* enum cel_error, of CEL_ERROR */
    uint8_t form;  /* enum cel_form, of LIST */
    uint32_t n; /* bytes of STRING, BYTES; elements or bits of a LIST in a record; nanos (int32_t)
                   of times; prefix length of CIDR */
    union {
        bool b;
        int64_t i;
        uint64_t u;
        double d;
        const char *s; /* STRING, BYTES: not NUL-terminated. CEL_ERROR: a static text or NULL */
        const struct cel_list *list;
        const struct cel_map *map;
        const void *data; /* OBJECT: the struct in the record; LIST of a record: first element */
        const struct toc_names *names;
        const struct cel_type *type;      /* TYPE */
        const struct cel_value *optional; /* OPTIONAL: the value, or NULL for none */
        const struct toc_ip *ip;          /* IP, CIDR */
    };
    const struct toc_object *object; /* of OBJECT and of a record LIST's elements */
    const void *base;                /* of OBJECT and a record LIST: where the record begins */
};

/* ---- Types ---- */

struct cel_type {
    uint8_t kind;                    /* enum cel_kind */
    const struct cel_type *elem;     /* LIST element, MAP value; NULL: dyn */
    const struct cel_type *key;      /* MAP */
    const struct toc_object *object; /* OBJECT */
    const struct toc_names
        *names;        /* STRING of a closed set: comparing with another name is an error */
    uint64_t variants; /* OBJECT: variants it may be; 0 means all */
};

extern const struct cel_type cel_type_bool, cel_type_int, cel_type_uint, cel_type_double,
    cel_type_string, cel_type_bytes, cel_type_null, cel_type_timestamp, cel_type_duration,
    cel_type_dyn, cel_type_list_dyn, cel_type_map_dyn;

/* ---- What an expression may refer to ---- */

/* A name with a fixed value; dots are allowed ("params.ports"). The value outlives the program. */
struct cel_constant {
    const char *name;
    struct cel_value value;
    const struct cel_type *type; /* NULL: from the value */
    bool *used;                  /* set when an expression that compiles names it; NULL-able */
};

/* A name whose value comes with each evaluation, from cel_activation.vars[index in this table]. */
struct cel_var {
    const char *name;
    const struct cel_type *type;
};

#define CEL_MAX_ARGS 4

struct cel_call {
    struct toc_arena *scratch;
    const struct cel_activation *activation;
};

/* On the record at hand, all a and b with low <= a < end and b <= end - a are of this class. */
struct cel_class_range {
    uint64_t low, end;
    uint16_t number;
};

/* A function from outside the language. `call` gets n_args values that are no errors and fit
 * `args`; for a member function args[0] is the receiver. */
struct cel_function {
    const char *name;
    bool member;
    uint8_t n_args;
    const struct cel_type *args[CEL_MAX_ARGS];
    const struct cel_type *result;
    struct cel_value (*call)(const struct cel_call *call, const struct cel_value *args);
    /* May be NULL. Of a function of one or two numbers that never fails and whose result is of a
     * closed set: the value of that name. Comparing the result with a name then needs no text. */
    uint16_t (*classify)(const struct cel_activation *activation, uint64_t a, uint64_t b);
    /* May be NULL. The class that most are of, if classify is there. */
    void (*usual)(const struct cel_activation *activation, struct cel_class_range *ret);
};

struct cel_scope {
    const struct toc_object *root; /* its fields are top-level names; NULL: none */
    uint64_t root_variants;        /* variants of the root that the expression will meet; every one
                                      must have each field that is named … */
    bool any_variant;              /* … or only some one of them */
    const struct cel_constant *constants;
    size_t n_constants;
    const struct cel_var *vars;
    size_t n_vars;
    const struct cel_function *functions;
    size_t n_functions;
    const struct toc_field *hidden; /* the one that functions look at beside their arguments; or
                                       NULL */
    /* How many of these objects a list of a record may hold; NULL: 1024. */
    uint32_t (*list_limit)(const struct toc_object *object);
    bool dyn;                                /* leave type errors to run time */
    const struct toc_names *variant_names;   /* of the root's variants, for messages; may be NULL */
    const struct toc_object *variant_object; /* an object whose variant is always the root's (the
                                                arguments of an event); may be NULL */
};

/* The text of an expression and where it stands in a file. */
struct cel_source {
    const char *text;
    size_t n;
    const char *file; /* shown in diagnostics */
    /* Maps a byte offset of text to a place and its line (borrowed until the next call).
     * NULL: the text is the file. */
    void (*locate)(const void *ctx, size_t offset, struct toc_place *ret_place,
                   const char **ret_line, size_t *ret_line_n);
    const void *ctx;
};

/* ---- Programs ---- */

struct cel_program;

/* Parses, checks and compiles. `want` is the type the result must have (CEL_DYN: any).
 * -EBADMSG with diagnostics when it does not parse, -EINVAL when it does not check, -E2BIG beyond a
 * limit, -ENOMEM. The scope and what it points to outlive the program; the source need not. */
int cel_compile(const struct cel_source *source, const struct cel_scope *scope,
                const struct cel_type *want, struct toc_diags *diags, struct cel_program **ret);
void cel_program_free(struct cel_program **program);
#define _cleanup_cel_program_ __attribute__((cleanup(cel_program_free)))

const struct cel_type *cel_program_type(const struct cel_program *program);

/* An upper bound of the steps that one evaluation takes, as estimated when it was compiled. */
uint64_t cel_program_cost(const struct cel_program *program);

/* Where the variable with that index is a number outside of this range, the condition is false,
 * whatever the others are. */
void cel_program_var_range(const struct cel_program *program, size_t index, int64_t *ret_low,
                           int64_t *ret_high);

/* Where a record holds a number. */
struct cel_number {
    uint32_t at;  /* from its beginning; 0: it does not hold it */
    uint8_t bits; /* how it is read */
};
/* Whether a program does nothing but load a number of the record; then, of a record that is not
 * NULL, where that is. */
bool cel_program_number(const struct cel_program *program, const void *record,
                        struct cel_number *ret);
/* What the program gives of that record, or of another of the same layout. */
int64_t cel_number_of(const struct cel_number *number, const void *record);

struct cel_activation {
    const void *record;           /* the root object, at the start of its record */
    const struct cel_value *vars; /* one for each of cel_scope.vars */
    void *user;                   /* for functions from outside */
};

/* Where every variable is a number inside of its range: gives what running the condition gives,
 * without asking again what the ranges say. */
void cel_run_in_range(const struct cel_program *program, const struct cel_activation *activation,
                      struct toc_arena *scratch, struct cel_value *ret);

/* Runs. The result may point into the record, the scratch arena, the program or the constants; it
 * lives until the arena is reset. Never fails otherwise than by a CEL_ERROR value. A program is
 * immutable: any number of threads may run it, each with its own scratch. */
void cel_run_into(const struct cel_program *program, const struct cel_activation *activation,
                  struct toc_arena *scratch, struct cel_value *ret);

/* The same by value; inline, so that the few bytes that a caller looks at are all that is read. */
static inline struct cel_value cel_run(const struct cel_program *program,
                                       const struct cel_activation *activation,
                                       struct toc_arena *scratch) {
    struct cel_value value;

    cel_run_into(program, activation, scratch, &value);
    return value;
}

/* ---- Working with values ---- */

struct cel_list {
    const struct cel_value *items;
    size_t n;
};

struct cel_map {
    const struct cel_value *keys, *values; /* in order of insertion */
    size_t n;
};

struct cel_value cel_string(const char *s, size_t n);
struct cel_value cel_int(int64_t i);
struct cel_value cel_bool(bool b);
struct cel_value cel_uint(uint64_t u);
struct cel_value cel_fail(enum cel_error error, const char *static_text);

/* The value of a record's field; an error value when unobserved or not of this variant. Scratch
 * holds text that is made (addresses). */
struct cel_value cel_field_value(const struct toc_field *field, const void *object,
                                 const struct toc_object *type, const void *base,
                                 struct toc_arena *scratch);

/* Elements of any list value, record lists and lists of names included. */
size_t cel_list_size(const struct cel_value *list);
struct cel_value cel_list_at(const struct cel_value *list, size_t index, struct toc_arena *scratch);

bool cel_equal(const struct cel_value *a, const struct cel_value *b);

/* Total order over values of one kind: for grouping and distinct counts. Equal values (in CEL's
 * sense) give equal bytes. Errors (a group of their own) too. */
void cel_value_key(const struct cel_value *value, struct toc_buf *buf);

/* As a CEL literal ("abc", 5u, [1, 2]). */
void cel_value_literal(const struct cel_value *value, struct toc_buf *buf);
/* As a person reads it in a message: strings without quotes, pointers in hex. */
void cel_value_text(const struct cel_value *value, struct toc_buf *buf);
/* {"type":"uint","value":"5"} */
void cel_value_json(const struct cel_value *value, struct toc_buf *buf);

const char *cel_kind_name(enum cel_kind kind);
const char *cel_error_name(enum cel_error error); /* "unobserved", "no_such_field" … */

/* A type as a person writes it: list<int>, map<string, dyn>. */
void cel_type_text(const struct cel_type *type, struct toc_buf *buf);

/* ---- Messages: "text {expr} text", {{ and }} literal ---- */

struct cel_template;

int cel_template_compile(const struct cel_source *source, const struct cel_scope *scope,
                         struct toc_diags *diags, struct cel_template **ret);
void cel_template_free(struct cel_template **tmpl);
/* A part that fails prints "?". */
void cel_template_run(const struct cel_template *tmpl, const struct cel_activation *activation,
                      struct toc_arena *scratch, struct toc_buf *out);
