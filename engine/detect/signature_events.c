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

int toc_loaded_events(struct toc_loaded *loaded, const struct toc_node *events,
                      const struct toc_node *correlation, struct toc_arena *arena) {
    uint64_t own = 0;
    bool good = !events || toc_events_read(loaded->doc, events, &own);
    int err = 0;

    if (correlation && good) {
        err = toc_correlation_read(loaded, correlation, own, arena, &loaded->correlation);
        good = loaded->correlation != NULL;
    }
    if (!is_written(loaded, "correlation")) {
        need(loaded, "events");
        need(loaded, "when");
    }
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
    loaded->events_good = good && loaded->events;
    loaded->good &= good;
    return err;
}
