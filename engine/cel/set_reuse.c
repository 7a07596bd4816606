// SPDX-License-Identifier: Apache-2.0
// Keeps what was found of records, a slot each, and finds out what must be found anew.
#include "cel/set_reuse.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "cel/set_kept.h"

/* Larger records are not worth the memory: four bytes are kept for eight of theirs. */
#define MAX_RECORD (32u << 10)
/* Keeping takes as long as looking at a few records: where the layout often changes it begins later
 * and later. */
enum { WORTH = 8, MAX_PATIENCE = 64 };

int cel_reuse_new(const struct cel_set *set, struct set_reuse **ret) {
    struct set_reuse *reuse = calloc(1, sizeof(*reuse));

    if (!reuse)
        return -ENOMEM;
    reuse->classes = set->classes;
    reuse->dirty = calloc(set->words, sizeof(uint64_t));
    reuse->everywhere = calloc(set->words, sizeof(uint64_t));
    reuse->noted = calloc(set->classes->n, SET_MAX_DOMAINS * sizeof(*reuse->noted));
    *ret = reuse;
    if (reuse->dirty && reuse->everywhere && reuse->noted)
        return 0;
    cel_reuse_free(ret);
    return -ENOMEM;
}

void cel_reuse_free(struct set_reuse **reuse) {
    struct set_reuse *r = *reuse;

    if (!r)
        return;
    for (size_t i = 0; i < TOC_CHANGE_SLOTS; i++) {
        free(r->slots[i].marks);
        free(r->slots[i].hits);
        free(r->slots[i].stale);
        free(r->slots[i].kept);
        free(r->slots[i].touch.dirty);
    }
    free(r->dirty);
    free(r->everywhere);
    free(r->noted);
    free(r);
    *reuse = NULL;
}

void cel_reuse_forget(struct set_reuse *reuse) {
    reuse->slot = NULL;
    for (size_t i = 0; i < TOC_CHANGE_SLOTS; i++)
        reuse->slots[i].state = SET_SLOT_EMPTY;
}

/* ---- What changed ---- */

/* Something that is read. */
static void note(struct cel_set_run *run, struct set_touch *touch, uint16_t class, uint16_t unit) {
    struct set_reuse *reuse = run->reuse;
    const struct set_classes *classes = reuse->classes;
    size_t words = classes->words, index_words = classes->index_words;
    uint16_t domain = unit / CEL_CHUNK;
    uint64_t *noted = &reuse->noted[class * SET_MAX_DOMAINS + domain];
    const uint64_t *conditions = cel_class_bits(classes->conditions, words, class, domain);

    if (*noted != run->record) {
        cel_add_bits(touch->dirty, conditions, words);
        cel_add_bits(touch->asked, cel_class_bits(classes->indexes, index_words, class, domain),
                     index_words);
    }
    *noted = run->record;
    if (!unit)
        cel_add_bits(touch->everywhere, conditions, words);
    if (class == SET_CLASS_ALL)
        memset(touch->wanted, 0xff, sizeof(touch->wanted));
    else if (unit)
        touch->wanted[unit / CEL_CHUNK] |= UINT64_C(1) << unit % CEL_CHUNK;
    else
        touch->wanted[SET_RECORD] |= 1;
}

/* A word of which somebody reads something, and what of it changed. */
static void note_word(struct cel_set_run *run, struct set_touch *touch, struct set_mark mark,
                      uint8_t changed) {
    const struct set_class *items = run->reuse->classes->items;
    uint32_t what = mark.bits >> 8;
    uint16_t class = cel_mark_class(mark);

    // A text changes in many words.
    if (what == run->reuse->last && !items[class].next)
        return;
    run->reuse->last = what;
    for (; class; class = items[class].next)
        if (items[class].bytes & changed)
            note(run, touch, class, cel_mark_unit(mark));
}

static void find_touched(struct cel_set_run *run, const struct toc_changes *changes) {
    struct set_reuse *reuse = run->reuse;
    const struct set_classes *classes = reuse->classes;
    struct set_slot *slot = reuse->slot;
    struct set_touch *touch = &slot->touch;

    memset(touch->dirty, 0, (2 * classes->words + classes->index_words) * sizeof(uint64_t));
    memset(touch->wanted, 0, sizeof(touch->wanted));
    reuse->last = 0;
    for (uint32_t i = 0; i < changes->n; i++) {
        size_t word = changes->words[i] >> 8;
        uint8_t changed = (uint8_t)changes->words[i];

        if (word < slot->n_marks && cel_mark_bytes(slot->marks[word]) & changed)
            note_word(run, touch, slot->marks[word], changed);
    }
    touch->is_asked = false;
    for (size_t i = 0; i < classes->index_words; i++)
        touch->is_asked |= touch->asked[i] != 0;
    touch->probes.state = SET_PROBES_UNKNOWN;
}

static void find_dirty(struct cel_set_run *run, const struct toc_changes *changes) {
    struct set_reuse *reuse = run->reuse;
    const struct set_classes *classes = reuse->classes;
    const struct set_slot *slot = reuse->slot;
    struct set_touch *touch = &reuse->slot->touch;

    if (!changes->again || touch->serial != changes->since)
        find_touched(run, changes);
    touch->serial = changes->serial;
    for (size_t i = 0; i < classes->words; i++) {
        uint64_t left = classes->always[i] | slot->stale[i], dirty = touch->dirty[i] | left;

        reuse->dirty[i] = dirty;
        reuse->everywhere[i] = touch->everywhere[i] | left | (dirty & classes->across[i]);
    }
    run->asked = touch->asked;
    memcpy(run->wanted, touch->wanted, sizeof(run->wanted));
    reuse->is_asked = touch->is_asked;
}

/* ---- Filling ---- */

static bool lists_are_short(struct cel_set_run *run) {
    for (size_t i = 1; i < run->set->n_domains; i++) {
        const struct cel_value *list = cel_set_list_of(run, (uint8_t)i);

        if (list->kind == CEL_LIST && list->n > CEL_CHUNK)
            return false;
    }
    return true;
}

/* Its arrays lie side by side, so that they are cleared at once. */
static bool reserve_touch(const struct set_classes *classes, struct set_touch *touch) {
    size_t words = classes->words;

    if (!touch->dirty)
        touch->dirty = calloc((2 + SET_CLAUSES) * words + classes->index_words, sizeof(uint64_t));
    if (!touch->dirty)
        return false;
    touch->everywhere = touch->dirty + words;
    touch->asked = touch->everywhere + words;
    touch->probes.bits = touch->asked + classes->index_words;
    return true;
}

/* Room for what is kept of a record of n words. */
static bool reserve(const struct set_classes *classes, struct set_slot *slot, size_t n) {
    if (!slot->kept)
        slot->kept = malloc(SET_MAX_KEPT * sizeof(*slot->kept));
    if (!slot->hits)
        slot->hits = calloc(classes->words, SET_CLAUSES * sizeof(uint64_t));
    if (!slot->stale)
        slot->stale = calloc(classes->words, sizeof(uint64_t));
    if (slot->cap_marks < n) {
        free(slot->marks);
        slot->marks = malloc(n * sizeof(*slot->marks));
        slot->cap_marks = slot->marks ? n : 0;
    }
    return slot->kept && slot->hits && slot->stale && slot->marks &&
           reserve_touch(classes, &slot->touch);
}

/* Guards that no index knows are not asked again: they may hold. */
static void add_others(const struct cel_set *set, uint64_t *hits) {
    for (size_t i = 0; i < set->n_others; i++) {
        const struct set_guard *guard = &set->guards[set->others[i]];

        for (uint32_t k = 0; k < guard->n; k++) {
            const struct set_target *target = &guard->targets[k];

            hits[target->clause * set->words + target->condition / 64] |= UINT64_C(1)
                                                                          << target->condition % 64;
        }
    }
}

/* Everything is found anew, and kept. */
static void fill(struct cel_set_run *run, size_t n) {
    struct set_reuse *reuse = run->reuse;
    const struct set_classes *classes = reuse->classes;
    struct set_slot *slot = reuse->slot;

    if (n > MAX_RECORD / 8 || !lists_are_short(run) || !reserve(classes, slot, n)) {
        slot->state = SET_SLOT_NEVER;
        reuse->slot = NULL;
        return;
    }
    slot->n_marks = n;
    slot->n_kept = 0;
    slot->found = ++reuse->n_found;
    slot->state = SET_SLOT_FILLED;
    slot->touch.serial = 0;
    cel_mark_record(run->set, run->activation.record, slot->marks, n);
    memset(slot->hits, 0, SET_CLAUSES * classes->words * sizeof(uint64_t));
    add_others(run->set, slot->hits);
    memset(slot->stale, 0, classes->words * sizeof(uint64_t));
    memset(reuse->dirty, 0xff, classes->words * sizeof(uint64_t));
    memset(reuse->everywhere, 0xff, classes->words * sizeof(uint64_t));
    reuse->is_asked = true;
}

/* What is left over from the record before is to be judged when its slot comes again. */
static void leave(struct set_reuse *reuse) {
    if (reuse->slot && reuse->slot->state == SET_SLOT_FILLED)
        memcpy(reuse->slot->stale, reuse->dirty, reuse->classes->words * sizeof(uint64_t));
    reuse->slot = NULL;
}

static void empty(struct set_slot *slot) {
    if (slot->state == SET_SLOT_FILLED && slot->used < WORTH)
        slot->patience = slot->patience < MAX_PATIENCE / 2 ? 2 * slot->patience + 1 : MAX_PATIENCE;
    else if (slot->state == SET_SLOT_FILLED)
        slot->patience = 0;
    slot->state = SET_SLOT_EMPTY;
    slot->used = slot->waited = 0;
}

void cel_reuse_begin(struct cel_set_run *run, const struct toc_changes *changes) {
    struct set_reuse *reuse = run->reuse;
    struct set_slot *slot;
    bool follows;

    leave(reuse);
    if (!changes || changes->slot >= TOC_CHANGE_SLOTS)
        return;
    slot = &reuse->slots[changes->slot];
    follows = slot->serial == changes->since;
    slot->serial = changes->serial;
    if (changes->whole || !follows)
        empty(slot);
    if (slot->state == SET_SLOT_NEVER ||
        (slot->state == SET_SLOT_EMPTY && slot->waited++ < slot->patience))
        return;
    reuse->slot = slot;
    slot->used++;
    if (slot->state == SET_SLOT_FILLED)
        find_dirty(run, changes);
    else
        fill(run, changes->size / 8);
}

bool cel_reuse_is_on(const struct cel_set_run *run) {
    return run->reuse && run->reuse->slot;
}
