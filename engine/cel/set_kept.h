// SPDX-License-Identifier: Apache-2.0
// What is kept of the records that came in slots.
#pragma once

#include "cel/set_mark.h"
#include "cel/set_probe.h"
#include "cel/set_reuse.h"

/* Conditions that give something but false; with more, nothing is kept. */
#define SET_MAX_KEPT 256

enum set_slot_state {
    SET_SLOT_EMPTY,  /* the next record is looked at whole, and kept, once patience allows it */
    SET_SLOT_FILLED, /* what is kept holds for the record before */
    SET_SLOT_NEVER,  /* it is not worth it until the layout changes */
};

/* What a condition gives, where that is not `no` for all. */
struct set_kept {
    uint32_t id;
    struct cel_set_verdict verdict;
    struct cel_set_quiet quiet; /* if it is true of no element */
};

/* What the words that a change names are read for. The next change may name the same ones. */
struct set_touch {
    uint64_t serial;                  /* of the record that they were named for last; 0: of none */
    uint64_t *dirty;                  /* conditions that depend on them … */
    uint64_t *everywhere;             /* … of which these are to be judged on all elements */
    uint64_t *asked;                  /* indexes to be asked … */
    bool is_asked;                    /* … if any, … */
    uint64_t wanted[SET_MAX_DOMAINS]; /* … of these elements */
    struct set_probes probes;
};

struct set_slot {
    enum set_slot_state state;
    uint64_t serial;   /* of the record */
    uint32_t used;     /* how often what is kept served */
    uint32_t patience; /* records like the one before that are to come first … */
    uint32_t waited;   /* … and have */
    struct set_mark *marks;
    size_t n_marks, cap_marks;
    uint64_t *hits;  /* by clause: bits of conditions, found on this record or one before */
    uint64_t *stale; /* conditions that were not judged when they should have been */
    struct set_touch touch;
    struct set_kept *kept;
    uint32_t n_kept;
    uint64_t found; /* another number whenever what is kept changes */
};

struct set_reuse {
    const struct set_classes *classes;
    struct set_slot slots[TOC_CHANGE_SLOTS];
    struct set_slot *slot; /* of the record at hand; NULL: nothing is known of it */
    uint64_t *dirty;       /* conditions to be judged anew … */
    uint64_t *everywhere;  /* … on all elements */
    uint64_t *noted;       /* by class and domain: the record that it was last seen to change on */
    uint32_t last;         /* class and unit noted last, of the record at hand */
    bool is_asked;         /* some index is */
    uint64_t n_found;      /* counts what is found */
    uint32_t n_quiet;      /* of the record at hand … */
    struct cel_set_quiet quiet[SET_MAX_KEPT]; /* … those that are true of no element */
};

static inline void cel_add_bits(uint64_t *to, const uint64_t *bits, size_t words) {
    for (size_t i = 0; i < words; i++)
        to[i] |= bits[i];
}
