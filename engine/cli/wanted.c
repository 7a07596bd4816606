// SPDX-License-Identifier: Apache-2.0
// What a live source is to watch.
#include "cli/wanted.h"

#include <string.h>

#include "base/text.h"
#include "cli/pushdown.h"
#include "cli/say.h"
#include "detect/demand.h"
#include "event/catalogue.h"
#include "source/watched.h"

static int no_such_event(const char *word, size_t n) {
    const char *names[64], *nearest;
    size_t n_names = 0;

    for (uint16_t id = 0; id < 64; id++)
        if (toc_watched_events() & toc_event_bit(id))
            names[n_names++] = toc_event_info(id)->name;
    nearest = toc_nearest(word, n, names, n_names);
    toc_say("--events: there is no event '%.*s'%s%s%s; 'tocsin events' lists them", (int)n, word,
            nearest ? ", did you mean '" : "", nearest ? nearest : "", nearest ? "'?" : "");
    return TOC_EXIT_WRONG;
}

static int add_word(const char *word, size_t n, uint64_t *events) {
    uint64_t found = toc_event_pattern(word, n);

    if (!found)
        return no_such_event(word, n);
    if (!(found & toc_watched_events())) {
        toc_say("--events: no call gives '%.*s' in this version", (int)n, word);
        return TOC_EXIT_WRONG;
    }
    *events |= found & toc_watched_events();
    return 0;
}

int toc_wanted_events(const struct toc_cli *cli, uint64_t otherwise, uint64_t *ret) {
    const char *word = cli->events;
    int status = 0;

    *ret = otherwise & toc_watched_events();
    if (!word)
        return 0;
    *ret = 0;
    while (!status) {
        size_t n = strcspn(word, ",");

        status = add_word(word, n, ret);
        if (!word[n])
            break;
        word += n + 1;
    }
    return status;
}

static uint64_t batches(void) {
    uint64_t events = 0;

    for (uint16_t id = 0; id < 64; id++)
        if (toc_event_info(id) && toc_event_info(id)->groups & GROUP_BATCH)
            events |= toc_event_bit(id);
    return events;
}

int toc_wanted(const struct toc_cli *cli, const struct toc_ruleset *ruleset,
               struct toc_demand *ret) {
    toc_demand_rules(ruleset, ret);
    if (!toc_pushdown_is_on(cli) || !toc_ruleset_n_rules(ruleset))
        ret->witnesses = TOC_SEES_ALL;
    return toc_wanted_events(cli, ret->events | batches(), &ret->events);
}
