// SPDX-License-Identifier: Apache-2.0
// The inside of a set: conditions as trees over shared leaves.
#pragma once

#include "cel/code.h"
#include "cel/set.h"

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
    uint32_t memo; /* ALL, EXISTS, TEST, CODE: where its masks are kept while a record lasts */
    cel_code_ptr code;
    uint32_t n;
    struct set_node **kids;
};

#define SET_MAX_DOMAINS 8
/* As many elements as one call has messages. */
#define SET_MAX_CHUNKS 16

struct set_condition {
    struct set_node *root; /* NULL: always true */
    uint8_t domain;
};

/* Conditions that are false wherever the leaf is. */
struct set_guard {
    const struct set_node *leaf;
    uint32_t *ids;
    size_t n;
};

/* Leaves that are the same share a memo: found by what they test. */
struct cel_set {
    struct toc_arena *arena;
    struct set_domain domains[SET_MAX_DOMAINS];
    size_t n_domains;
    struct set_condition *conditions;
    size_t n_conditions, cap_conditions;
    const struct set_node **leaves; /* by memo */
    size_t n_leaves, cap_leaves;
    struct set_guard *guards;
    size_t n_guards;
    uint32_t *always; /* conditions without a guard */
    size_t n_always;
};

/* Files the condition under its guard. -ENOMEM. */
int cel_set_guard(struct cel_set *set, uint32_t id);
void cel_set_guards_free(struct cel_set *set);

/* What is known of a leaf on one chunk of the record at hand. */
struct set_memo {
    uint64_t record; /* number of the record it is of */
    uint64_t known;  /* elements that the masks say something about */
    struct cel_set_verdict masks;
};

/* What a NESTED leaf gives for the elements `wanted` of the span. */
void cel_set_nested(const struct set_node *node, const struct cel_span *span, uint64_t wanted,
                    struct cel_set_verdict *ret);

/* The tree of a condition over a domain, whose element is vars[0] when `slot` is SET_VARIABLE.
 * NULL without memory. */
#define SET_VARIABLE UINT16_MAX
struct set_node *cel_set_tree(struct cel_set *set, cel_code_ptr code, uint8_t domain,
                              uint16_t slot);
/* The domain of a list that the record holds; 0 when it is none, or there are too many. */
uint8_t cel_set_domain(struct cel_set *set, cel_code_ptr list);
