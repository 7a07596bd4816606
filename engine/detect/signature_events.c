// SPDX-License-Identifier: Apache-2.0
// The events that a signature looks at: its own, and those of its correlation.
#include <string.h>

#include "detect/read.h"
#include "detect/signature.h"

static bool is_written(const struct toc_loaded *loaded, const char *key) {
    const struct toc_node *root = loaded->doc->root;

    for (const struct toc_node *node = root->kind == TOC_NODE_MAP ? root->child : NULL; node;
         node = node->next)
        if (!strcmp(node->key, key))
            return true;
    return false;
}

/* What is written wrongly has its error already. */
static void need(struct toc_loaded *loaded, const char *key) {
    if (is_written(loaded, key))
        return;
    toc_yaml_error(loaded->doc, loaded->doc->root, "a signature needs `%s`", key);
    loaded->good = false;
}

uint64_t toc_correlation_events(const struct toc_correlation_spec *spec) {
    uint64_t events = 0;

    for (size_t i = 0; i < spec->n_clauses; i++)
        events |= spec->clauses[i].events;
    return events;
}

uint64_t toc_correlation_all(const struct toc_correlation_spec *spec) {
    return toc_correlation_events(spec) | (spec->has_until ? spec->until.events : 0);
}

int toc_loaded_events(struct toc_loaded *loaded, const struct toc_node *events,
                      const struct toc_node *correlation, struct toc_arena *arena) {
    uint64_t own = 0;
    bool good = !events || toc_events_read(loaded->doc, events, &own), good_correlation = true;
    int err = 0;

    if (!events && is_written(loaded, "events"))
        good = false;
    if (correlation)
        // Where the events are not known, no clause is to blame for naming none.
        err = toc_correlation_read(loaded, correlation, own || good ? own : TOC_ALL_VARIANTS, arena,
                                   &loaded->correlation, &good_correlation);
    if (!is_written(loaded, "correlation")) {
        need(loaded, "events");
        need(loaded, "when");
    }
    loaded->names_known = !is_written(loaded, "correlation") ||
                          (loaded->correlation && loaded->correlation->all_named);
    loaded->pub.events = loaded->events = own;
    if (loaded->correlation) {
        loaded->pub.correlation = toc_correlation_names[loaded->correlation->type];
        loaded->events = toc_correlation_events(loaded->correlation);
        loaded->pub.events = toc_correlation_all(loaded->correlation);
    }
    // The sole name of `events`, also when that is a group, is what tests mean.
    loaded->default_event = TOC_EVENT_NONE;
    if (events ? own && !events->child->next : !(loaded->events & (loaded->events - 1)))
        loaded->default_event =
            (uint16_t)(loaded->events ? __builtin_ctzll(events ? own : loaded->events)
                                      : TOC_EVENT_NONE);
    // Of several events of which one is misspelt, any may be meant.
    if (!good && loaded->default_event == TOC_EVENT_NONE && own)
        loaded->default_event = (uint16_t)__builtin_ctzll(own);
    loaded->events_good = good && good_correlation && loaded->events;
    loaded->good &= good && good_correlation;
    return err;
}
