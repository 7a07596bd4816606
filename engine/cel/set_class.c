// SPDX-License-Identifier: Apache-2.0
// Sorts the words of objects by who reads them.
#include "cel/set_class.h"

#include <errno.h>
#include <stdlib.h>

#include "cel/uses_node.h"

/* 0: there is none yet. */
static uint16_t class_of(const struct set_classes *classes, uint16_t first, uint8_t bytes) {
    while (first > SET_CLASS_ALL && classes->items[first].bytes != bytes)
        first = classes->items[first].next;
    return first;
}

static void number_class(struct set_classes *classes, uint16_t *first, uint8_t bytes, void *ctx) {
    (void)ctx;
    if (class_of(classes, *first, bytes))
        return;
    if (classes->n == SET_MAX_CLASSES) {
        *first = SET_CLASS_ALL;
        return;
    }
    classes->items[classes->n] = (struct set_class){.next = *first, .bytes = bytes};
    *first = classes->n++;
}

/* What depends on a class, where objects of these domains are meant. */
struct dependent {
    uint64_t *bits; /* by class and domain */
    size_t words;
    uint32_t number;
    uint32_t domains; /* a bit each */
};

static void set_bit(struct set_classes *classes, uint16_t *first, uint8_t bytes, void *ctx) {
    const struct dependent *on = ctx;
    uint64_t *bits = cel_class_bits(on->bits, on->words, class_of(classes, *first, bytes), 0);

    for (uint32_t domain = 0; domain < SET_MAX_DOMAINS; domain++, bits += on->words)
        if (on->domains >> domain & 1)
            bits[on->number / 64] |= UINT64_C(1) << on->number % 64;
}

static void hide(struct set_classes *classes, uint16_t *first, uint8_t bytes, void *ctx) {
    (void)classes, (void)bytes, (void)ctx;
    *first = SET_CLASS_ALL;
}

/* A text, and whether it is cut. */
static void each_with_cut(struct set_classes *classes, const struct toc_object *object,
                          const struct toc_field *field, cel_class_fn fn, void *ctx) {
    const struct toc_field *cut = cel_field_cut(object, field);

    cel_each_class(classes, field, fn, ctx);
    if (cut)
        cel_each_class(classes, cut, fn, ctx);
}

static void each_of_reads(struct set_classes *classes, const struct cel_reads *reads,
                          cel_class_fn fn, void *ctx) {
    for (const struct cel_use *use = reads->uses; use; use = use->next)
        for (uint16_t i = 0; i < use->object->n_fields; i++)
            if (use->fields >> i & 1)
                each_with_cut(classes, use->object, &use->object->fields[i], fn, ctx);
}

/* What an index looks at: the last field of each of its paths. */
static void each_of_path(struct set_classes *classes, const struct cel_path *path, cel_class_fn fn,
                         void *ctx) {
    const struct cel_step *step = path ? &path->steps[path->n - 1] : NULL;

    for (; step; step = step->other) {
        const struct set_shape *shape = cel_shape_with(classes, step->field);

        if (shape)
            each_with_cut(classes, shape->object, step->field, fn, ctx);
    }
}

static void number_all(const struct cel_set *set, struct set_classes *classes) {
    classes->n = SET_CLASS_ALL + 1;
    classes->items[SET_CLASS_ALL].bytes = 0xff;
    for (size_t i = 0; i < set->n_conditions; i++)
        for (uint32_t k = 0; k < set->conditions[i].n_reads; k++)
            if (set->conditions[i].reads[k]->hidden)
                cel_each_class(classes, set->conditions[i].reads[k]->hidden, hide, NULL);
    for (size_t i = 0; i < set->n_conditions; i++)
        for (uint32_t k = 0; k < set->conditions[i].n_reads; k++)
            each_of_reads(classes, set->conditions[i].reads[k], number_class, NULL);
    for (size_t i = 0; i < set->n_indexes; i++) {
        each_of_path(classes, set->indexes[i].path, number_class, NULL);
        each_of_path(classes, set->indexes[i].second, number_class, NULL);
    }
}

/* ---- What depends on them ---- */

static bool looks_at_list(const struct cel_set *set, uint8_t domain,
                          const struct cel_reads *reads) {
    const struct cel_path *path = cel_op_path(set->domains[domain].list);
    const struct cel_step *step = &path->steps[path->n - 1];

    while (step && !cel_reads_field(reads, step->field))
        step = step->other;
    return step != NULL;
}

static bool looks_at_root(const struct cel_reads *reads) {
    const struct cel_use *use = reads->uses;

    while (use && use->object != reads->root)
        use = use->next;
    return use != NULL;
}

/* Where the objects are that a program looks at: in elements of lists, or elsewhere in the record.
 */
static uint32_t domains_of(const struct cel_set *set, uint8_t element,
                           const struct cel_reads *reads) {
    uint32_t domains = (reads->element ? 1u << element : 0) | looks_at_root(reads);

    for (uint8_t i = 1; i < set->n_domains; i++)
        if (looks_at_list(set, i, reads))
            domains |= 1u << i;
    return domains;
}

static void fill_condition(const struct cel_set *set, struct set_classes *classes, uint32_t id) {
    const struct set_condition *condition = &set->conditions[id];
    uint8_t domain = condition->domain;
    uint64_t one = UINT64_C(1) << id % 64;

    if (condition->judged)
        classes->judged[id / 64] |= one;
    if (!condition->reads)
        classes->always[id / 64] |= one;
    for (uint32_t i = 0; i < condition->n_reads; i++) {
        const struct cel_reads *reads = condition->reads[i];
        struct dependent on = {classes->conditions, classes->words, id,
                               domains_of(set, domain, reads)};

        if (reads->vars || (reads->element && !domain))
            classes->always[id / 64] |= one;
        if (domain && looks_at_list(set, domain, reads))
            classes->across[id / 64] |= one;
        each_of_reads(classes, reads, set_bit, &on);
    }
}

/* What everything depends on. */
static void fill_all(uint64_t *bits, size_t words) {
    memset(cel_class_bits(bits, words, SET_CLASS_ALL, 0), 0xff,
           SET_MAX_DOMAINS * words * sizeof(*bits));
}

static void fill(const struct cel_set *set, struct set_classes *classes) {
    for (uint32_t i = 0; i < set->n_conditions; i++)
        fill_condition(set, classes, i);
    for (uint32_t i = 0; i < set->n_indexes; i++) {
        const struct set_index *index = &set->indexes[i];
        struct dependent on = {classes->indexes, classes->index_words, i,
                               index->list ? UINT32_MAX : 1u << index->domain};

        each_of_path(classes, index->path, set_bit, &on);
        each_of_path(classes, index->second, set_bit, &on);
    }
    fill_all(classes->conditions, classes->words);
    fill_all(classes->indexes, classes->index_words);
}

/* The object that all records are; NULL when there is not one. */
static const struct toc_object *root_of(const struct cel_set *set) {
    const struct toc_object *root = NULL;

    for (size_t i = 0; i < set->n_conditions; i++)
        for (uint32_t k = 0; k < set->conditions[i].n_reads; k++) {
            const struct cel_reads *reads = set->conditions[i].reads[k];

            if (!reads->root || (root && reads->root != root))
                return NULL;
            root = reads->root;
        }
    return root;
}

int cel_set_classify(struct cel_set *set) {
    const struct toc_object *root = root_of(set);
    struct set_classes *classes;

    if (!root)
        return 0;
    classes = set->classes = calloc(1, sizeof(*classes));
    if (!classes)
        return -ENOMEM;
    classes->words = set->words;
    classes->index_words = set->n_indexes / 64 + 1;
    if (cel_shape_of(classes, root) < 0) {
        cel_set_classes_free(&set->classes);
        return 0;
    }
    number_all(set, classes);
    classes->conditions = calloc(classes->n, SET_MAX_DOMAINS * classes->words * sizeof(uint64_t));
    classes->indexes =
        calloc(classes->n, SET_MAX_DOMAINS * classes->index_words * sizeof(uint64_t));
    classes->always = calloc(classes->words, sizeof(uint64_t));
    classes->judged = calloc(classes->words, sizeof(uint64_t));
    classes->across = calloc(classes->words, sizeof(uint64_t));
    if (!classes->conditions || !classes->indexes || !classes->always || !classes->judged ||
        !classes->across)
        return -ENOMEM;
    fill(set, classes);
    return 0;
}

void cel_set_classes_free(struct set_classes **classes) {
    struct set_classes *c = *classes;

    if (!c)
        return;
    for (uint16_t i = 0; i < c->n_shapes; i++) {
        free(c->shapes[i].classes);
        free(c->shapes[i].bytes);
        free(c->shapes[i].leads);
    }
    free(c->conditions);
    free(c->indexes);
    free(c->always);
    free(c->judged);
    free(c->across);
    free(c);
    *classes = NULL;
}
