// SPDX-License-Identifier: Apache-2.0
// What one thread keeps while it runs a set.
#pragma once

#include "cel/set_node.h"

struct set_reuse;
struct set_probes;

/* What is known of a leaf on one chunk of the record at hand. */
struct set_memo {
    uint64_t record; /* number of the record it is of */
    uint64_t known;  /* elements that the masks say something about */
    struct cel_set_verdict masks;
};

/* Where the field of an index is not there, on one chunk of the record at hand; and whether it is
 * asked at all. */
struct set_gaps {
    uint64_t record;
    uint64_t unobserved, no_field;
    bool cut; /* some element has only the beginning of a text */
};

/* An object of the element at hand; NULL: it is not there, and why. */
struct set_reached {
    const void *object;
    enum cel_error why;
};

struct cel_set_run {
    const struct cel_set *set;
    struct cel_activation activation;
    struct toc_arena *scratch;
    uint64_t *bits;                  /* of conditions: words for each clause */
    uint64_t *hits;                  /* by guard: the record that it was last found on */
    struct set_gaps *gaps;           /* by index: SET_MAX_CHUNKS for each */
    struct set_reached *reached;     /* by object */
    struct cel_class_range *usual;   /* by index: values of the record that are dull */
    uint64_t record;                 /* counts them */
    struct set_reuse *reuse;         /* NULL: there is none */
    struct set_probes *probes;       /* NULL: what is found is not noted */
    const struct set_index **asking; /* those of the plan at hand that are asked … */
    uint32_t n_asking;
    uint64_t needed;                         /* … and bits of the objects that these need */
    const uint64_t *asked;                   /* bits of the indexes that are; NULL: all */
    uint64_t wanted[SET_MAX_DOMAINS];        /* elements of each chunk that are looked at */
    struct cel_value lists[SET_MAX_DOMAINS]; /* kind: an error, or a list */
    uint64_t listed[SET_MAX_DOMAINS];        /* the record that the list is of */
    struct set_memo memos[];                 /* SET_MAX_CHUNKS for each leaf */
};

/* The elements of a domain: an error value when there is no list, or one too long. */
const struct cel_value *cel_set_list_of(struct cel_set_run *run, uint8_t domain);
/* One chunk of them. */
struct cel_span cel_set_span(struct cel_set_run *run, uint8_t domain, uint32_t chunk);

/* Judges some elements of a chunk. */
struct cel_set_verdict cel_set_judge_some(struct cel_set_run *run, uint32_t id, uint32_t chunk,
                                          uint64_t live);
/* Looks at all that is asked and wanted: bits of conditions by clause go to run->bits. */
void cel_set_look(struct cel_set_run *run);

/* Does the guard's leaf give anything but `no` for some element that it is asked of? */
bool cel_set_may_hold(struct cel_set_run *run, const struct set_guard *guard);
