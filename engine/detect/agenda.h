// SPDX-License-Identifier: Apache-2.0
// What is to be done about an event: which rules are run, and what is only added up. While nothing
// that conditions depend on changes it is the same for all events of one thread and socket.
#pragma once

#include "detect/rule.h"

struct toc_matcher;

struct toc_agenda_item {
    const struct toc_rule_place *place;
    struct toc_rule_counts *counts;
    uint32_t number;             /* of the place in its group */
    uint16_t unobserved, failed; /* of a rule that matches nothing */
    bool again;                  /* it may count what the event before in the slot counted for */
};

struct toc_agenda {
    uint64_t found; /* what cel_set_find said when it was made; 0: it is good for one event */
    uint32_t n_quiet, n;
    struct toc_agenda_item *items; /* rules that match nothing, then those to run, in order */
};

/* Room for the agendas of a group of rules. NULL without memory. */
struct toc_agenda *toc_agendas_new(const struct toc_rule_group *group);
void toc_agendas_free(struct toc_agenda **agendas);

/* That of an event of the group at hand, whose set has begun. Neither its kind nor its stage is
 * another while its slot is known. */
const struct toc_agenda *toc_agenda_for(struct toc_matcher *matcher, const struct toc_event *event,
                                        unsigned stage);
