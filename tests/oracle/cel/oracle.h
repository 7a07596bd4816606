// SPDX-License-Identifier: Apache-2.0
// A second evaluator of the language, slow and obvious, that shares only the parser with the first.
#pragma once

#include "cel/ast.h"

/* A value as the specification speaks of it. Times are nanoseconds (since 1970, or of a duration);
 * a map's items are key, value, key, value …; an optional has one item or none. */
struct ov {
    enum cel_kind kind;
    enum cel_error error; /* of CEL_ERROR */
    bool b;
    int64_t i; /* INT; prefix length of a CIDR */
    uint64_t u;
    double d;
    __int128 ns;
    const char *s; /* STRING, BYTES; the name of a TYPE; the address of an IP, a CIDR */
    size_t n;      /* bytes of those; elements of a LIST, entries of a MAP, 0 or 1 of an OPTIONAL */
    const struct ov *items;
    const struct toc_object *object; /* of an OBJECT */
    const void *data, *base;
};

struct olocal {
    struct cel_name name;
    struct ov value;
    const struct olocal *next;
};

/* What an evaluation sees. Memory comes from the arena; without any left the process aborts. */
struct oracle {
    struct toc_arena *arena;
    const struct cel_scope *scope;
    const void *record;
    const struct ov *vars; /* one for each of scope->vars */
    const struct olocal *locals;
};

struct ov oracle_eval(struct oracle *o, const struct cel_node *node);

/* ---- Values: value.c ---- */

struct ov ov_error(enum cel_error error);
struct ov ov_bool(bool b);
struct ov ov_int(int64_t i);
struct ov ov_uint(uint64_t u);
struct ov ov_double(double d);
struct ov ov_string(const char *s, size_t n);
struct ov ov_bytes(const char *s, size_t n);
struct ov ov_type(const char *name);
struct ov ov_items(enum cel_kind kind, const struct ov *items, size_t n);
struct ov ov_optional(struct oracle *o, const struct ov *value); /* NULL: none */
/* From the parser's constants, and from those of a scope. */
struct ov ov_from(struct oracle *o, const struct cel_value *value);
/* An integer of any size; overflow when it does not fit. */
struct ov ov_int_of(__int128 i);
struct ov ov_uint_of(__int128 i);
/* A time in its range, or overflow. */
struct ov ov_timestamp(__int128 ns);
struct ov ov_duration(__int128 ns);
struct ov *ov_array(struct oracle *o, size_t n);
char *ov_text(struct oracle *o, size_t n);
bool ov_is(const struct ov *value, const char *text); /* a string or type of that text */
bool ov_is_number(const struct ov *value);
const char *ov_type_name(const struct ov *value);
void ov_print(const struct ov *value, struct toc_buf *buf);
/* Whether the evaluator under test gave the same: kind, value, order of entries, error. */
bool ov_same(const struct ov *a, const struct cel_value *b, struct toc_arena *arena);

/* ---- Order and equality: order.c ---- */

enum oorder { O_LESS = -1, O_EQUAL, O_GREATER, O_UNORDERED, O_NO_ORDER };
enum oorder ov_compare(const struct ov *a, const struct ov *b);
bool ov_equal(struct oracle *o, const struct ov *a, const struct ov *b);
const struct ov *ov_find(struct oracle *o, const struct ov *map, const struct ov *key);

/* ---- Records: record.c ---- */

struct ov oracle_field(struct oracle *o, const struct ov *object, const char *name, size_t n);
struct ov oracle_root(struct oracle *o, const char *name, size_t n);

/* ---- Parts of the evaluator ---- */

struct ov oracle_loop(struct oracle *o, const struct cel_node *node);
/* container[index], or container.name when `field`. */
struct ov oracle_element(struct oracle *o, const struct ov *container, const struct ov *index,
                         bool field);
bool oracle_is_missing(const struct ov *value);

/* Adds an entry to the map over `items`, which has room; false when map becomes an error. */
bool oracle_map_add(struct oracle *o, struct ov *map, struct ov *items, const struct ov *key,
                    const struct ov *value);
/* a.or(b), a.orValue(b), which look at b only when a is none; false: it is another call. */
bool oracle_lazy(struct oracle *o, const struct cel_node *node, const char *name, struct ov *ret);

/* Functions by name; each returns false when it knows no such function at all. No argument is an
 * error. `member` says whether args[0] stands before the point. */
struct ocall {
    struct oracle *o;
    const char *name;
    bool member;
    size_t n;
    const struct ov *args;
};
bool oracle_operator(const struct ocall *call, struct ov *ret);
bool oracle_basic(const struct ocall *call, struct ov *ret);
bool oracle_convert(const struct ocall *call, struct ov *ret);
bool oracle_time(const struct ocall *call, struct ov *ret);
bool oracle_strings(const struct ocall *call, struct ov *ret);
bool oracle_strings_make(const struct ocall *call, struct ov *ret);
bool oracle_lists(const struct ocall *call, struct ov *ret);
bool oracle_math(const struct ocall *call, struct ov *ret);
bool oracle_optional(const struct ocall *call, struct ov *ret);
bool oracle_network(const struct ocall *call, struct ov *ret);
bool oracle_base64(const struct ocall *call, struct ov *ret);

/* Whether the call is of that name with arguments of these kinds: one letter each, `b`ool `i`nt
 * `u`int `d`ouble `s`tring b`y`tes `l`ist `m`ap `T`imestamp `D`uration `o`ptional
 * `a`ddress `c`idr `*` any. */
bool oracle_is(const struct ocall *call, const char *name, bool member, const char *kinds);

struct ov oracle_address_text(struct oracle *o, const struct ov *value);

/* Text of numbers and times, and back: text.c. */
struct ov oracle_double_text(struct oracle *o, double d);
struct ov oracle_time_text(struct oracle *o, const struct ov *time);
struct ov oracle_parse_timestamp(const struct ov *text);
struct ov oracle_parse_duration(const struct ov *text);
