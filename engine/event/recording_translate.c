// SPDX-License-Identifier: Apache-2.0
// Turns a record of another layout into ours: anew, or by what changed since the one before.
#include "event/recording_translate.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "event/recording_translate_copy.h"

int toc_translator_new(const struct toc_object *root, struct toc_translator **ret) {
    struct toc_translator *t __attribute__((cleanup(toc_translator_free))) = calloc(1, sizeof(*t));
    int err;

    if (!t)
        return -ENOMEM;
    err = toc_plans_make(&t->plans, root, &toc_object_event);
    if (!err)
        err = toc_builder_new(&t->builder);
    if (err)
        return err;
    *ret = TAKE_PTR(t);
    return 0;
}

void toc_translator_free(struct toc_translator **translator) {
    if (!*translator)
        return;
    toc_plans_clear(&(*translator)->plans);
    toc_builder_free(&(*translator)->builder);
    for (size_t i = 0; i < TOC_CHANGE_SLOTS; i++)
        free((*translator)->slots[i]);
    free(*translator);
    *translator = NULL;
}

/* Ours is complete: keeps it, if it is not too large. 0 or -EPROTO. */
static int finish(struct toc_translator *t, const struct toc_event *event, uint32_t used,
                  const struct toc_changes *theirs) {
    struct toc_translated *kept = t->kept;

    t->changes.size = event->size;
    if (!kept || event->size > TOC_TRANSLATED_BYTES)
        return toc_record_check(event, event->size) ? -EPROTO : 0;
    if (toc_record_check_mask(event, event->size, &kept->mask))
        return -EPROTO;
    memcpy(kept->record, event, event->size);
    kept->used = used;
    kept->size = event->size;
    kept->unknown = t->unknown;
    kept->serial = theirs->serial;
    return 0;
}

static int translate(struct toc_translator *t, uint16_t event_id, const struct toc_changes *theirs,
                     const struct toc_event **ret) {
    char *memory = (char *)toc_builder_begin(t->builder, event_id);
    uint32_t used;
    int err;

    t->bad = false;
    t->unknown = 0;
    t->view = 0;
    if (t->kept)
        toc_translated_begin(t->kept, t->data, t->n);
    toc_copy_object(t, t->plans.items[0], t->data, memory);
    if (t->bad)
        return -EPROTO;
    used = t->builder->used;
    if (t->kept && used <= TOC_TRANSLATED_BYTES)
        memcpy(t->kept->before, memory, used);
    err = toc_builder_end(t->builder, ret);
    return err ? err : finish(t, *ret, used, theirs);
}

/* Where to keep a record of the slot; NULL: it is too large, or memory is out. */
static struct toc_translated *slot_of(struct toc_translator *t, const struct toc_changes *theirs) {
    struct toc_translated **slot = theirs ? &t->slots[theirs->slot] : NULL;

    if (!slot || t->n > TOC_TRANSLATED_BYTES)
        return NULL;
    if (!*slot) {
        *slot = malloc(sizeof(**slot));
        if (*slot)
            (*slot)->serial = 0;
    }
    return *slot;
}

int toc_translate(struct toc_translator *t, const void *record, uint32_t n,
                  const struct toc_changes *theirs, uint64_t *unknown,
                  const struct toc_event **ret) {
    const struct toc_object *root = t->plans.items[0]->theirs;
    uint16_t event_id;
    int err;

    if (n < root->size || !root->variant_offset)
        return -EPROTO;
    event_id = toc_object_variant(root, record);
    if (!toc_event_info(event_id))
        return -EPROTO;
    t->data = record;
    t->n = n;
    t->kept = slot_of(t, theirs);
    t->changes = theirs ? *theirs : (struct toc_changes){0};
    t->changes.words = t->words;
    t->changes.again = false;
    t->changes.whole =
        !t->kept || theirs->whole || theirs->since != t->kept->serial || n != t->kept->n ||
        !toc_translated_follow(t->kept, record, theirs, t->builder, t->words, &t->changes.n);
    if (!t->changes.whole) {
        t->changes.size = t->kept->size;
        *ret = (const struct toc_event *)(const void *)t->kept->record;
        *unknown += t->kept->unknown;
        return 0;
    }
    err = translate(t, event_id, theirs, ret);
    *unknown += t->unknown;
    return err;
}

const struct toc_changes *toc_translator_changes(const struct toc_translator *t) {
    return &t->changes;
}
