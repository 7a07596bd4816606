// SPDX-License-Identifier: Apache-2.0
// The inside of a set: conditions as trees over shared leaves.
#pragma once

#include "cel/code.h"
#include "cel/set.h"
#include "cel/test.h"

/* What the elements are: the record itself, or one of its lists. */
#define SET_RECORD 0
struct set_domain {
    cel_code_ptr list; /* loads it; NULL of SET_RECORD */
};

enum set_kind {
    SET_CONST,
    SET_AND, /* of kids */
    SET_OR,
    SET_NOT,
    SET_ALL,    /* a leaf of the record: the kid, over each element of `inner` */
    SET_EXISTS, /* likewise */
    SET_TEST,   /* a leaf: `code` has a mask */
    SET_NESTED, /* a leaf: `code` is a test of each item of a list that the element holds */
    SET_CODE,   /* a leaf: `code` is run for each element */
};

struct set_node {
    uint8_t kind;
    uint8_t domain; /* what its value is of: SET_RECORD, or the condition's list */
    uint8_t inner;  /* ALL, EXISTS: the domain of its kid */
    bool truth;     /* CONST */
    bool is_slot;   /* CODE: the element is in frame.slots[slot], else it is vars[0] */
    uint16_t slot;
    uint32_t cost; /* estimated: of several operands the cheap ones decide first */
    uint32_t memo; /* of a leaf: where its masks are kept while a record lasts */
    uint32_t
        guards[2];  /* of a leaf: number + 1 of the guard it is, of all elements and the first */
    uint32_t index; /* of a leaf: number + 1 of the index that knows the first of these guards */
    cel_code_ptr code;
    struct cel_test test; /* of a leaf that tests a field of the element or the record */
    uint32_t n;
    struct set_node **kids;
};

#define SET_MAX_DOMAINS 8
/* As many elements as one call has messages. */
#define SET_MAX_CHUNKS 16

struct cel_reads;
struct set_classes;

struct set_condition {
    struct set_node *root;          /* NULL: always true */
    const struct cel_reads **reads; /* of all programs; NULL: nobody knows */
    uint32_t n_reads;
    uint8_t domain;
    uint8_t clauses; /* how many are asked */
    bool judged;     /* else it is a watch, or unknown */
};

/* A condition is false, without an error, where all leaves of one of its clauses are false: on
 * every element, or on the first one. Of its clauses so many are asked. */
#define SET_CLAUSES 2

struct set_target {
    uint32_t condition;
    uint32_t clause;
};

/* A leaf that conditions have in a clause. */
struct set_guard {
    struct set_node *leaf;
    bool first; /* asked of the first element of a list alone */
    struct set_target *targets;
    uint32_t n, cap;
    uint64_t *dense[SET_CLAUSES]; /* once sealed, where targets are many: bits of conditions */
};

/* Leaves that are the same share a memo: found by what they test. */
struct set_object;
struct set_index;

/* What is looked up of each element of a domain: the objects, parents first, that fields are in,
 * the element itself at 0; and these fields. */
struct set_plan {
    struct set_object *objects;
    uint32_t n_objects;
    const struct set_index **indexes;
    uint32_t n_indexes;
};

struct cel_set {
    struct toc_arena *arena;
    struct set_domain domains[SET_MAX_DOMAINS];
    size_t n_domains;
    struct set_condition *conditions;
    size_t n_conditions, cap_conditions;
    struct set_node **leaves; /* by memo */
    size_t n_leaves, cap_leaves;
    uint32_t *places; /* hash table of leaves: number + 1 */
    size_t n_places;  /* a power of two */
    struct set_guard *guards;
    size_t n_guards, cap_guards;
    /* Once sealed: */
    size_t words;                /* of 64 conditions */
    uint64_t *base[SET_CLAUSES]; /* conditions without such a clause */
    struct set_index *indexes;
    size_t n_indexes;
    struct set_plan plans[SET_MAX_DOMAINS];
    uint32_t *others; /* guards that no index knows, asked one by one */
    size_t n_others;
    struct set_classes *classes; /* NULL: nothing found of a record says anything of another */
};

/* Files the condition under the leaves of its clauses. -ENOMEM. */
int cel_set_guard(struct cel_set *set, uint32_t id);
void cel_set_guards_free(struct cel_set *set);

/* What a NESTED leaf gives for the elements `wanted` of the span. */
void cel_set_nested(const struct set_node *node, const struct cel_span *span, uint64_t wanted,
                    struct cel_set_verdict *ret);

/* Where an element of a domain comes from: `slot`, or vars[0] when that is SET_VARIABLE. */
#define SET_VARIABLE UINT16_MAX
struct set_origin {
    struct cel_set *set;
    uint8_t domain;
    uint16_t slot;
};

/* All return NULL without memory. A node with room for n kids; it is no leaf. */
struct set_node *cel_set_node(const struct set_origin *origin, enum set_kind kind, uint32_t n);
/* The leaf that runs the code, shared with those that are the same. */
struct set_node *cel_set_leaf(const struct set_origin *origin, cel_code_ptr code);
/* The same of all() and exists(); the kid of a new one is to be given. */
struct set_node *cel_set_quantifier(const struct set_origin *origin, enum set_kind kind,
                                    cel_code_ptr code, bool *ret_new);

/* The tree of a condition over a domain. */
struct set_node *cel_set_tree(struct cel_set *set, cel_code_ptr code, uint8_t domain,
                              uint16_t slot);
/* The domain of a list that the record holds; 0 when it is none, or there are too many. */
uint8_t cel_set_domain(struct cel_set *set, cel_code_ptr list);
