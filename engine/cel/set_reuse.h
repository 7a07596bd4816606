// SPDX-License-Identifier: Apache-2.0
// What was found of a record is kept for the next one that differs little from it: only conditions
// that depend on what changed are looked for and judged again, and only on elements that changed.
#pragma once

#include "cel/set_run.h"

struct set_reuse;

int cel_reuse_new(const struct cel_set *set, struct set_reuse **ret);
void cel_reuse_free(struct set_reuse **reuse);
void cel_reuse_forget(struct set_reuse *reuse);

/* At the begin of a record. */
void cel_reuse_begin(struct cel_set_run *run, const struct toc_changes *changes);
/* Is anything kept of the record at hand, or will be? */
bool cel_reuse_is_on(const struct cel_set_run *run);
/* As cel_set_find, cel_set_candidates and cel_set_judge; `all` are the condition's elements. */
uint64_t cel_reuse_find(struct cel_set_run *run);
void cel_reuse_candidates(struct cel_set_run *run, uint64_t *bits);
struct cel_set_verdict cel_reuse_judge(struct cel_set_run *run, uint32_t id, uint64_t all);
