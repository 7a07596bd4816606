// SPDX-License-Identifier: Apache-2.0
// Which conditions may hold for the record at hand: the fields that indexes know are reached in one
// pass over the elements.
#include "cel/set_look.h"
#include "cel/path.h"
#include "cel/set_reuse.h"

/* ---- Elements ---- */

/* Whatever values are found. */
static void mark_all(struct cel_set_run *run, const struct set_index *index) {
    cel_mark_words(run, run->bits, index->all);
    if (run->probes)
        cel_mark_words(run, run->probes->bits, index->all);
}

/* Object i of a plan within an element, when its parent is reached. */
static inline void reach_object(const struct set_plan *plan, uint32_t i, const void *base,
                                struct set_reached *reached) {
    const struct cel_step *step = plan->objects[i].step;
    uint32_t offset;

    reached[i] = reached[plan->objects[i].parent];
    if (!reached[i].object)
        return;
    step = cel_step_for(step, reached[i].object);
    offset = step ? *(const uint32_t *)((const char *)reached[i].object + step->offset) : 0;
    reached[i].object = offset ? (const char *)base + offset : NULL;
    reached[i].why = step ? CEL_ERR_UNOBSERVED : CEL_ERR_NO_SUCH_FIELD;
}

/* The objects of a plan that are needed. */
static void reach(const struct cel_set_run *run, const struct set_plan *plan, const void *element,
                  const void *base) {
    run->reached[0].object = element;
    for (uint64_t left = run->needed; left; left &= left - 1)
        reach_object(plan, (uint32_t)__builtin_ctzll(left), base, run->reached);
    for (uint32_t i = SET_NEEDED; i < plan->n_objects; i++)
        reach_object(plan, i, base, run->reached);
}

/* No enum cel_error. */
#define FOUND (-1)
#define FOUND_CUT (-2)

/* Stands on a field: FOUND, or why it is not there. */
static inline int find_field(const struct set_reached *reached, const struct set_field *field,
                             struct look *ret) {
    const struct set_reached *in = &reached[field->object];

    if (!in->object)
        return in->why;
    ret->object = in->object;
    ret->step = cel_step_for(field->step, in->object);
    if (!ret->step)
        return CEL_ERR_NO_SUCH_FIELD;
    return *(const uint64_t *)in->object >> ret->step->bit & 1 ? FOUND : CEL_ERR_UNOBSERVED;
}

/* That it was found. Whether an item of a list is cut may change. */
static inline void note(const struct look *look, const void *second, const struct cel_step *of) {
    struct set_probes *probes = look->run->probes;
    const char *base = look->base;

    if (!probes)
        return;
    if (probes->n == SET_MAX_PROBES || (look->index->list && look->step->cut))
        probes->state = SET_PROBES_NEVER;
    else
        probes->items[probes->n++] =
            (struct set_probe){.index = look->index,
                               .step = look->step,
                               .object = (uint32_t)((const char *)look->object - base),
                               .second = second ? (uint32_t)((const char *)second - base) : 0,
                               .second_bits = second ? of->bits : 0};
}

/* The field of each item of the list that `look` stands on. */
static bool look_items(struct look *look) {
    const struct toc_ref *ref = cel_look_bytes(look);
    const struct set_index *index = look->index;
    const char *item = (const char *)look->base + ref->off;
    uint32_t size = look->step->field->object->size;
    bool all = true;

    for (uint32_t i = 0; i < ref->n; i++, item += size) {
        struct cel_place place = {.object = item, .base = look->base}, other = place;
        enum cel_error why;
        uint64_t second = 0;

        if (!cel_find(index->path, &place, &why) ||
            (index->second && !cel_find(index->second, &other, &why))) {
            all = false;
            continue;
        }
        if (index->second)
            second = cel_load_bits(other.step->bits, cel_place_bytes(&other));
        look->object = place.object;
        look->step = place.step;
        note(look, index->second ? cel_place_bytes(&other) : NULL, other.step);
        if (!cel_look_is_dull(look, second))
            cel_look_value(look, second);
        all &= !cel_look_is_cut(look);
    }
    return all;
}

/* What one index asks of the element that is reached. */
static inline int look_field(struct look *look) {
    const struct set_index *index = look->index;
    const struct set_reached *reached = look->run->reached;
    int error = find_field(reached, &index->field, look);
    struct look other = {0};
    uint64_t second = 0;

    if (error != FOUND)
        return error;
    if (index->list)
        return look_items(look) ? FOUND : CEL_ERR_UNOBSERVED;
    if (index->second) {
        error = find_field(reached, &index->other, &other);
        if (error != FOUND)
            return error;
        second = cel_look_bits(&other);
    }
    note(look, index->second ? cel_look_bytes(&other) : NULL, other.step);
    if (!cel_look_is_dull(look, second))
        cel_look_value(look, second);
    return cel_look_is_cut(look) ? FOUND_CUT : FOUND;
}

/* Everything that is asked of one element. */
static void look_element(struct cel_set_run *run, const struct set_plan *plan,
                         const struct cel_span *span, uint32_t place, uint32_t chunk) {
    struct look look = {.run = run, .base = span->base};
    bool is_first = !place && !chunk;

    reach(run, plan, span->data + (size_t)place * span->size, span->base);
    for (uint32_t i = 0; i < run->n_asking; i++) {
        struct set_gaps *gaps;
        int why;

        look.index = run->asking[i];
        if (look.index->first && !is_first)
            continue;
        why = look_field(&look);
        if (why == FOUND)
            continue;
        gaps = &run->gaps[look.index->number * SET_MAX_CHUNKS + chunk];
        if (why == FOUND_CUT)
            gaps->cut = true;
        else
            *(why == CEL_ERR_UNOBSERVED ? &gaps->unobserved : &gaps->no_field) |= UINT64_C(1)
                                                                                  << place;
    }
}

/* What one index found nothing of; of a text that is cut something. */
static void look_back(struct cel_set_run *run, const struct set_index *index, uint32_t chunk) {
    const struct set_gaps *gaps = &run->gaps[index->number * SET_MAX_CHUNKS + chunk];
    struct set_probes *probes = run->probes;

    // Where the field is not there conditions may be errors.
    if ((gaps->unobserved | gaps->no_field) && index->kind != SET_BY_PRESENCE)
        mark_all(run, index);
    else if (gaps->cut)
        cel_mark_words(run, run->bits, index->all);
    if (!probes)
        return;
    if (probes->n_probed == SET_MAX_PROBED)
        probes->state = SET_PROBES_NEVER;
    else
        probes->probed[probes->n_probed++] =
            (struct set_probed){index, gaps->unobserved, gaps->no_field};
}

static void look_chunk(struct cel_set_run *run, const struct set_plan *plan, uint8_t domain,
                       uint32_t chunk) {
    struct cel_span span = cel_set_span(run, domain, chunk);

    for (uint32_t i = 0; i < run->n_asking; i++)
        run->gaps[run->asking[i]->number * SET_MAX_CHUNKS + chunk] =
            (struct set_gaps){.record = run->record};
    for (uint64_t left = run->wanted[domain] & cel_bits_below(span.n); left; left &= left - 1)
        look_element(run, plan, &span, (uint32_t)__builtin_ctzll(left), chunk);
    for (uint32_t i = 0; i < run->n_asking; i++)
        look_back(run, run->asking[i], chunk);
}

static inline void ask(struct cel_set_run *run, const struct set_index *index) {
    run->asking[run->n_asking++] = index;
    run->needed |= index->needs;
}

/* Which indexes of a domain are asked, and which objects they need. */
static void choose(struct cel_set_run *run, uint8_t domain) {
    const struct set_plan *plan = &run->set->plans[domain];
    const struct set_index *indexes = run->set->indexes;

    run->n_asking = 0;
    run->needed = 0;
    for (uint32_t i = 0; i < plan->n_indexes && !run->asked; i++)
        ask(run, plan->indexes[i]);
    for (size_t i = 0; i < run->set->n_indexes && run->asked; i += 64)
        for (uint64_t left = run->asked[i / 64]; left; left &= left - 1) {
            size_t number = i + (size_t)__builtin_ctzll(left);

            if (number < run->set->n_indexes && indexes[number].domain == domain)
                ask(run, &indexes[number]);
        }
}

static void look(struct cel_set_run *run, uint8_t domain) {
    const struct set_plan *plan = &run->set->plans[domain];
    const struct cel_value *list = domain ? cel_set_list_of(run, domain) : NULL;
    uint32_t n = list ? list->n : 1;

    choose(run, domain);
    for (uint32_t i = 0; i < run->n_asking; i++) {
        const struct set_index *index = run->asking[i];

        cel_look_usual(run, index);
        if (list && (list->kind != CEL_LIST || (index->first && !n)))
            mark_all(run, index);
    }
    if (!run->n_asking || (list && list->kind != CEL_LIST))
        return;
    for (uint32_t chunk = 0; chunk * CEL_CHUNK < n; chunk++)
        look_chunk(run, plan, domain, chunk);
}

void cel_set_look(struct cel_set_run *run) {
    const struct cel_set *set = run->set;

    for (size_t k = 0; k < SET_CLAUSES; k++)
        memcpy(run->bits + k * set->words, set->base[k], set->words * sizeof(*run->bits));
    for (size_t i = 0; i < set->n_domains; i++)
        if (set->plans[i].n_indexes && run->wanted[i])
            look(run, (uint8_t)i);
}

uint64_t cel_set_find(struct cel_set_run *run) {
    const struct cel_set *set = run->set;

    if (cel_reuse_is_on(run))
        return cel_reuse_find(run);
    cel_set_look(run);
    for (size_t i = 0; i < set->n_others; i++)
        if (cel_set_may_hold(run, &set->guards[set->others[i]]))
            cel_mark(run, set->others[i]);
    return 0;
}

void cel_set_candidates(struct cel_set_run *run, uint64_t *bits) {
    size_t words = run->set->words;

    if (cel_reuse_is_on(run)) {
        cel_reuse_candidates(run, bits);
        return;
    }
    for (size_t i = 0; i < words; i++)
        bits[i] |= run->bits[i] & run->bits[words + i];
}
