// SPDX-License-Identifier: Apache-2.0
// Many conditions over the same records: what they share is done once.
#pragma once

#include "base/changes.h"
#include "cel/cel.h"

/* A set is immutable while it runs: add every condition first, then seal it. It refers to the
 * programs, which outlive it. */
struct cel_set;

int cel_set_new(struct cel_set **ret);
void cel_set_free(struct cel_set **set);
#define _cleanup_cel_set_ __attribute__((cleanup(cel_set_free)))

/* Adds a condition: `when` of the record, or of each element of `list` (not NULL), which then is
 * vars[0] and the only variable. Conditions are numbered from 0 in the order they are added.
 * -ENOTSUP when `list` is no list that the record itself holds, -ENOMEM: nothing is added. */
int cel_set_add(struct cel_set *set, const struct cel_program *when,
                const struct cel_program *list);
/* Adds one that counts as a candidate on every record, and is never judged. */
int cel_set_add_unknown(struct cel_set *set);
/* Watches programs that the set does not run, of the record or of each element of `list`: whether
 * anything that they depend on changes. Numbered on from the conditions, which are all added by
 * then. -ENOMEM. */
int cel_set_watch(struct cel_set *set, const struct cel_program *const *programs, size_t n,
                  const struct cel_program *list);
/* Once all are added, and before the set is run: makes what finds them. -ENOMEM. */
int cel_set_seal(struct cel_set *set);
/* Of conditions and watches. */
size_t cel_set_size(const struct cel_set *set);

/* What one thread needs to run a set. -ENOMEM. */
struct cel_set_run;
int cel_set_run_new(const struct cel_set *set, struct cel_set_run **ret);
void cel_set_run_free(struct cel_set_run **run);

/* Turns to another record; the activation's record and vars[0] are the set's to choose, the rest
 * stays the caller's and lives until the next begin. The arena is emptied at will. `changes` may be
 * NULL; else what cannot have changed since an earlier record is as it was found there. */
void cel_set_begin(struct cel_set_run *run, const struct cel_activation *activation,
                   struct toc_arena *scratch, const struct toc_changes *changes);
/* What was found of earlier records says nothing any more: functions give other results. */
void cel_set_forget(struct cel_set_run *run);

/* Finds out which conditions may hold on the record at hand. Records of one slot for which it
 * returns the same number, and not 0, have the same candidates and the same that are quiet. */
uint64_t cel_set_find(struct cel_set_run *run);
/* Then: sets bit i % 64 of bits[i / 64] for each condition i that may be other than false on some
 * element, and is not quiet. Judging any other would give `no` for all, and no error; its list may
 * be one that is not there, when the record itself says that no element could satisfy it. The bits
 * of watches say nothing. */
void cel_set_candidates(struct cel_set_run *run, uint64_t *bits);

/* A condition that is not false for all elements: for how many it is which error. One that is known
 * to be true of none is quiet; it may be judged all the same. */
struct cel_set_quiet {
    uint32_t id;
    uint16_t unobserved, failed;
};
/* Once candidates are told: how many there are, and them. */
uint32_t cel_set_quiet(const struct cel_set_run *run, const struct cel_set_quiet **ret);

/* Up to this many elements are judged at a time. */
#define CEL_SET_CHUNK 64

/* What a condition gives, one bit an element: the same as running it on each would. */
struct cel_set_verdict {
    uint64_t yes, no;
    uint64_t unobserved, no_field; /* these errors, */
    uint64_t failed;               /* and any other */
};

/* The list of a condition on the record at hand: an error value when it has none. Without `list`
 * it counts as one of one element. */
struct cel_value cel_set_list(struct cel_set_run *run, uint32_t id);

/* What the condition gives, if that is known of this record or an earlier one: then of all
 * elements, of which there is one chunk. NULL: it is not. Good until a condition is judged. */
const struct cel_set_verdict *cel_set_known(const struct cel_set_run *run, uint32_t id);

/* Of a record whose slot is known, once candidates are found: whether the condition gives what it
 * gave when it was judged last in that slot. */
bool cel_set_is_settled(const struct cel_set_run *run, uint32_t id);

/* The slot of the record at hand; -1 when nothing is known of it. While it is known the list of no
 * condition has more than one chunk. */
int cel_set_slot(const struct cel_set_run *run);
/* Of a record whose slot is known: whether what a watch depends on stayed as it was when this was
 * last asked in that slot. */
bool cel_set_same(struct cel_set_run *run, uint32_t watch);

/* For how many elements it is an error, of a condition by no number. */
static inline struct cel_set_quiet cel_set_rest(const struct cel_set_verdict *verdict) {
    return (struct cel_set_quiet){.unobserved = (uint16_t)__builtin_popcountll(verdict->unobserved),
                                  .failed = (uint16_t)__builtin_popcountll(verdict->failed)};
}

/* Judges elements [CEL_SET_CHUNK * chunk, …) of a list that is one. */
struct cel_set_verdict cel_set_judge(struct cel_set_run *run, uint32_t id, uint32_t chunk);
