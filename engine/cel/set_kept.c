// SPDX-License-Identifier: Apache-2.0
// Which conditions may hold, and what they give, of a record of which most is known.
#include "cel/set_kept.h"

#include <string.h>

static bool is_set(const uint64_t *bits, uint32_t i) {
    return bits[i / 64] >> i % 64 & 1;
}

/* At a record that was filled in nothing is touched yet. */
static void look(struct cel_set_run *run, struct set_touch *touch) {
    struct set_probes *probes = touch->serial ? &touch->probes : NULL;

    if (probes && probes->state == SET_PROBES_KNOWN) {
        cel_probes_look(run, probes);
        return;
    }
    if (probes && probes->state == SET_PROBES_UNKNOWN)
        cel_probes_begin(run, probes);
    cel_set_look(run);
    if (run->probes)
        cel_probes_end(run);
}

uint64_t cel_reuse_find(struct cel_set_run *run) {
    struct set_reuse *reuse = run->reuse;
    struct set_slot *slot = reuse->slot;
    size_t words = run->set->words;
    uint64_t anew = 0;

    if (reuse->is_asked) {
        look(run, &slot->touch);
        cel_add_bits(slot->hits, run->bits, SET_CLAUSES * words);
    }
    for (size_t i = 0; i < words; i++) {
        reuse->dirty[i] &= slot->hits[i] & slot->hits[words + i];
        anew |= reuse->dirty[i] & reuse->classes->judged[i];
    }
    return anew ? 0 : slot->found;
}

void cel_reuse_candidates(struct cel_set_run *run, uint64_t *bits) {
    struct set_reuse *reuse = run->reuse;
    const struct set_slot *slot = reuse->slot;

    cel_add_bits(bits, reuse->dirty, run->set->words);
    reuse->n_quiet = 0;
    for (uint32_t i = 0; i < slot->n_kept; i++) {
        const struct set_kept *kept = &slot->kept[i];

        if (kept->verdict.yes)
            bits[kept->id / 64] |= UINT64_C(1) << kept->id % 64;
        else if (!is_set(reuse->dirty, kept->id))
            reuse->quiet[reuse->n_quiet++] = kept->quiet;
    }
}

uint32_t cel_set_quiet(const struct cel_set_run *run, const struct cel_set_quiet **ret) {
    if (!cel_reuse_is_on(run))
        return 0;
    *ret = run->reuse->quiet;
    return run->reuse->n_quiet;
}

static struct set_kept *find(const struct set_slot *slot, uint32_t id) {
    for (uint32_t i = 0; i < slot->n_kept; i++)
        if (slot->kept[i].id == id)
            return &slot->kept[i];
    return NULL;
}

/* Whoever asks for it again has it judged again. */
static void give_up(struct set_reuse *reuse, uint32_t id) {
    reuse->slot->state = SET_SLOT_NEVER;
    reuse->dirty[id / 64] |= UINT64_C(1) << id % 64;
}

static void keep(struct set_reuse *reuse, struct set_kept *kept, uint32_t id,
                 const struct cel_set_verdict *verdict) {
    struct set_slot *slot = reuse->slot;
    struct cel_set_quiet quiet = cel_set_rest(verdict);
    bool is_no = !(verdict->yes | verdict->unobserved | verdict->no_field | verdict->failed);

    quiet.id = id;
    slot->found = ++reuse->n_found;
    if (kept && is_no)
        *kept = slot->kept[--slot->n_kept];
    else if (kept)
        *kept = (struct set_kept){id, *verdict, quiet};
    else if (!is_no && slot->n_kept < SET_MAX_KEPT)
        slot->kept[slot->n_kept++] = (struct set_kept){id, *verdict, quiet};
    else if (!is_no)
        give_up(reuse, id);
}

const struct cel_set_verdict *cel_set_known(const struct cel_set_run *run, uint32_t id) {
    const struct set_kept *kept;

    if (!cel_reuse_is_on(run) || is_set(run->reuse->dirty, id))
        return NULL;
    kept = find(run->reuse->slot, id);
    return kept ? &kept->verdict : NULL;
}

int cel_set_slot(const struct cel_set_run *run) {
    return cel_reuse_is_on(run) ? (int)(run->reuse->slot - run->reuse->slots) : -1;
}

bool cel_set_is_settled(const struct cel_set_run *run, uint32_t id) {
    return !is_set(run->reuse->dirty, id);
}

bool cel_set_same(struct cel_set_run *run, uint32_t watch) {
    bool same = !is_set(run->reuse->dirty, watch);

    run->reuse->dirty[watch / 64] &= ~(UINT64_C(1) << watch % 64);
    return same;
}

struct cel_set_verdict cel_reuse_judge(struct cel_set_run *run, uint32_t id, uint64_t all) {
    struct set_reuse *reuse = run->reuse;
    struct set_kept *kept = find(reuse->slot, id);
    struct cel_set_verdict old = kept ? kept->verdict : (struct cel_set_verdict){.no = all}, now;
    uint8_t domain = run->set->conditions[id].domain;
    uint64_t live = is_set(reuse->everywhere, id) || !domain ? all : all & run->wanted[domain];

    if (!is_set(reuse->dirty, id))
        return old;
    reuse->dirty[id / 64] &= ~(UINT64_C(1) << id % 64);
    now = cel_set_judge_some(run, id, 0, live);
    now.yes |= old.yes & ~live;
    now.no |= old.no & ~live;
    now.unobserved |= old.unobserved & ~live;
    now.no_field |= old.no_field & ~live;
    now.failed |= old.failed & ~live;
    keep(reuse, kept, id, &now);
    return now;
}
