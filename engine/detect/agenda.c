// SPDX-License-Identifier: Apache-2.0
// Makes agendas of what the set finds, and keeps them by slot.
#include "detect/agenda.h"

#include <stdlib.h>
#include <string.h>

#include "detect/matcher.h"
#include "event/record.h"

/* Longer ones are made for each event. */
#define MAX_KEPT 512

/* Behind those of slots, where any fits. */
#define ONCE TOC_CHANGE_SLOTS

struct toc_agenda *toc_agendas_new(const struct toc_rule_group *group) {
    struct toc_agenda *agendas = calloc(TOC_CHANGE_SLOTS + 1, sizeof(*agendas));

    if (!agendas)
        return NULL;
    agendas[ONCE].items = calloc(group->n + 1, sizeof(*agendas[ONCE].items));
    if (!agendas[ONCE].items)
        toc_agendas_free(&agendas);
    return agendas;
}

void toc_agendas_free(struct toc_agenda **agendas) {
    for (size_t i = 0; *agendas && i <= ONCE; i++)
        free((*agendas)[i].items);
    free(*agendas);
    *agendas = NULL;
}

static struct toc_agenda_item *add(struct toc_matcher *matcher, struct toc_agenda *agenda,
                                   uint32_t number) {
    const struct toc_rule_place *place = &matcher->rules->groups[matcher->group].places[number];
    struct toc_agenda_item *item = &agenda->items[agenda->n++];

    *item = (struct toc_agenda_item){
        .place = place, .counts = &matcher->rule_counts[place->rule], .number = number};
    return item;
}

/* Rules that are known to match nothing, where something is not observed. */
static void add_quiet(struct toc_matcher *matcher, struct toc_agenda *agenda,
                      const struct toc_event *event, unsigned stage) {
    const struct toc_rule_group *group = &matcher->rules->groups[matcher->group];
    const struct cel_set_quiet *quiet;

    for (uint32_t i = cel_set_quiet(matcher->runs[matcher->group], &quiet); i-- > 0;) {
        const struct toc_rule_place *place = &group->places[quiet[i].id];
        struct toc_agenda_item *item;

        if (!(place->stages >> stage & 1) || !(place->events >> event->variant & 1))
            continue;
        item = add(matcher, agenda, quiet[i].id);
        item->unobserved = quiet[i].unobserved;
        item->failed = quiet[i].failed;
    }
}

static bool may_count_again(unsigned stage, const struct toc_rule_place *place) {
    return place->amounts && !place->scoped && place->stages >> stage & 1;
}

/* Rules whose condition may hold. Who looks on wants to see all, and what was done about a call is
 * told even where the condition could not be judged. */
static void make(struct toc_matcher *matcher, struct toc_agenda *agenda,
                 const struct toc_event *event, unsigned stage, bool all) {
    const struct toc_rule_group *group = &matcher->rules->groups[matcher->group];
    size_t words = group->n / 64 + 1;

    agenda->n = 0;
    memset(matcher->candidates, all ? 0xff : 0, words * sizeof(matcher->candidates[0]));
    cel_set_candidates(matcher->runs[matcher->group], matcher->candidates);
    if (!all)
        add_quiet(matcher, agenda, event, stage);
    agenda->n_quiet = agenda->n;
    for (size_t word = 0; word < words; word++)
        for (uint64_t left = matcher->candidates[word]; left; left &= left - 1) {
            size_t number = word * 64 + (size_t)__builtin_ctzll(left);

            // Behind the rules are watches.
            if (number >= group->n)
                return;
            add(matcher, agenda, (uint32_t)number)->again =
                !all && may_count_again(stage, &group->places[number]);
        }
}

/* Without memory it is made again. */
static void keep(struct toc_agenda *kept, const struct toc_agenda *made, uint64_t found) {
    struct toc_agenda_item *items;

    kept->found = 0;
    if (made->n > MAX_KEPT)
        return;
    items = realloc(kept->items, (made->n + 1) * sizeof(*items));
    if (!items)
        return;
    *kept = *made;
    kept->items = items;
    kept->found = found;
    memcpy(items, made->items, made->n * sizeof(*items));
}

const struct toc_agenda *toc_agenda_for(struct toc_matcher *matcher, const struct toc_event *event,
                                        unsigned stage) {
    struct cel_set_run *run = matcher->runs[matcher->group];
    struct toc_agenda *agendas = matcher->agendas[matcher->group], *once = &agendas[ONCE];
    bool all = matcher->probe || event->actions.n;
    uint64_t found = cel_set_find(run);
    struct toc_agenda *kept = found && !all ? &agendas[cel_set_slot(run)] : NULL;

    if (kept && kept->found == found)
        return kept;
    make(matcher, once, event, stage, all);
    if (kept)
        keep(kept, once, found);
    return once;
}
