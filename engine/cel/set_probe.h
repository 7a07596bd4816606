// SPDX-License-Identifier: Apache-2.0
// Where the fields that indexes ask for were, so that the next change to the same words of a record
// of the same layout finds them without following paths.
#pragma once

#include "cel/set_run.h"

/* More fields, or indexes, are looked for each time. */
#define SET_MAX_PROBES 24
#define SET_MAX_PROBED 12

/* A field of the record that an index looks at. */
struct set_probe {
    const struct set_index *index;
    const struct cel_step *step;
    uint32_t object; /* that holds it, from the beginning of the record */
    uint32_t second; /* a second number; 0: there is none */
    uint8_t second_bits;
};

/* Where an index found nothing. */
struct set_probed {
    const struct set_index *index;
    uint64_t unobserved, no_field;
};

struct set_probes {
    enum { SET_PROBES_UNKNOWN, SET_PROBES_KNOWN, SET_PROBES_NEVER } state;
    uint32_t n, n_probed;
    struct set_probe items[SET_MAX_PROBES];
    struct set_probed probed[SET_MAX_PROBED];
    uint64_t *bits; /* as run->bits, before any value is looked at */
};

/* Notes what a look finds, to be known from now on; from begin to end run->probes is set. */
void cel_probes_begin(struct cel_set_run *run, struct set_probes *probes);
void cel_probes_end(struct cel_set_run *run);

/* What cel_set_look would do, once known. */
void cel_probes_look(struct cel_set_run *run, const struct set_probes *probes);
