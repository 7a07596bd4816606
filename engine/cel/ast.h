// SPDX-License-Identifier: Apache-2.0
// The syntax tree of an expression, as the parser makes it and the checker completes it.
#pragma once

#include "cel/cel.h"

enum cel_node_kind {
    CEL_NODE_CONST,  /* value; a name only when it is a constant of the scope */
    CEL_NODE_IDENT,  /* name; the checker turns it into CONST, VAR, LOCAL, FIELD or FAIL */
    CEL_NODE_SELECT, /* kids[0].name: of a map or something dynamic once checked */
    CEL_NODE_INDEX,  /* kids[0][kids[1]] */
    CEL_NODE_CALL,   /* name(kids…); member: kids[0] is the receiver */
    CEL_NODE_AND,    /* two or more kids */
    CEL_NODE_OR,
    CEL_NODE_COND,
    CEL_NODE_LIST,
    CEL_NODE_MAP,  /* kids: key, value, key, value … */
    CEL_NODE_LOOP, /* a macro over kids[0]; `macro` says what the other kids are */
    /* Made by the checker: */
    CEL_NODE_VAR,   /* slot: index in cel_scope.vars */
    CEL_NODE_LOCAL, /* slot: a macro's variable */
    CEL_NODE_FIELD, /* field of kids[0], or of the root when it has no kid */
    CEL_NODE_FAIL,  /* value: the error that it evaluates to */
};

enum cel_macro {
    CEL_MACRO_ALL,        /* range, predicate */
    CEL_MACRO_EXISTS,     /* range, predicate */
    CEL_MACRO_EXISTS_ONE, /* range, predicate */
    CEL_MACRO_LIST,       /* range, filter or NULL, result or NULL: map, filter, transformList */
    CEL_MACRO_MAP,        /* range, filter or NULL, value: transformMap */
    CEL_MACRO_ENTRY,      /* range, filter or NULL, map of one entry: transformMapEntry */
    CEL_MACRO_BIND,       /* value, body: cel.bind */
    CEL_MACRO_OPT_MAP,    /* optional, result */
    CEL_MACRO_OPT_FLAT,   /* optional, optional result */
};

struct cel_name {
    const char *s;
    uint32_t n;
};

struct cel_node {
    uint8_t kind;            /* enum cel_node_kind */
    uint8_t macro;           /* enum cel_macro */
    bool member;             /* CALL */
    bool test;               /* SELECT, FIELD: inside has() */
    bool optional;           /* SELECT with .?, INDEX with [?] */
    bool absolute;           /* IDENT with a leading dot */
    bool grouped;            /* stands in parentheses */
    bool exact;              /* CALL: overloads[0] fits, whatever the values are */
    bool has_optional;       /* LIST, MAP: some entry is optional */
    uint16_t depth;          /* of the tree below, at least 1 */
    uint32_t at, end;        /* the bytes of the text it covers */
    uint32_t focus, focus_n; /* the bytes a message about it points at */
    struct cel_name name;
    struct cel_name vars[2]; /* LOOP; the second is empty in the one-variable form */
    uint32_t n;
    struct cel_node **kids;
    bool *optionals; /* LIST, MAP: for each entry; NULL when none */
    struct cel_value value;
    /* By the checker: */
    const struct cel_type *type;
    uint16_t slot;
    const struct toc_field *field;   /* FIELD: the first of that name */
    const struct toc_object *object; /* FIELD: whose field it is */
    uint64_t variants;               /* FIELD: variants the object may be */
    const struct cel_function **overloads;
    uint32_t n_overloads;
};
