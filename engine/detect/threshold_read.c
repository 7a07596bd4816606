// SPDX-License-Identifier: Apache-2.0
// Reads and compiles `threshold`, of a signature or of a pack.
#include <errno.h>
#include <stdlib.h>

#include "base/cleanup.h"
#include "base/text.h"
#include "detect/read.h"
#include "detect/threshold.h"

enum { TYPE, TRACK, COUNT, TIMESPAN, MULTIPLIER, N_KEYS };

static const struct toc_key keys[N_KEYS] = {
    [TYPE] = {"type", TOC_WANT_STRING, true},
    [TRACK] = {"track", TOC_WANT_STRINGS, false},
    [COUNT] = {"count", TOC_WANT_COUNT, false},
    [TIMESPAN] = {"timespan", TOC_WANT_EXPR, false},
    [MULTIPLIER] = {"multiplier", TOC_WANT_COUNT, false},
};

static const char *const types[] = {"limit", "threshold", "both", "backoff"};

static bool read_timespan(const struct toc_yaml *doc, const struct toc_node *node, int64_t *ret) {
    if (toc_duration_parse(node->text, node->n, ret) >= 0 && *ret > 0)
        return true;
    toc_diag_set_hint(toc_yaml_error(doc, node, "`%s` is no timespan", node->text),
                      "a number above 0 and ns, us, ms, s, m, h or d: 60s");
    return false;
}

/* A backoff has a multiplier and no window; the others the other way round. */
static bool check_keys(const struct toc_yaml *doc, const struct toc_node *map,
                       const struct toc_node **at, enum toc_threshold_type type, bool complete) {
    unsigned other = type == TOC_THRESHOLD_BACKOFF ? TIMESPAN : MULTIPLIER;

    if (at[other]) {
        toc_yaml_error_key(doc, at[other], "`%s` has no meaning with %s", keys[other].name,
                           types[type]);
        return false;
    }
    if (type == TOC_THRESHOLD_BACKOFF || at[TIMESPAN] || !complete)
        return true;
    toc_yaml_error(doc, map, "%s needs `timespan`", types[type]);
    return false;
}

static bool read_numbers(const struct toc_yaml *doc, const struct toc_node **at,
                         struct toc_threshold *threshold) {
    bool good;

    threshold->count = at[COUNT] ? (uint64_t)at[COUNT]->i : 1;
    threshold->multiplier = at[MULTIPLIER] ? (uint64_t)at[MULTIPLIER]->i : 10;
    if (!threshold->count)
        toc_yaml_error(doc, at[COUNT], "`count` must be at least 1");
    if (threshold->multiplier < 2)
        toc_yaml_error(doc, at[MULTIPLIER], "`multiplier` must be at least 2");
    good = threshold->count && threshold->multiplier >= 2;
    return (!at[TIMESPAN] || read_timespan(doc, at[TIMESPAN], &threshold->timespan)) && good;
}

int toc_threshold_compile(const struct toc_yaml *doc, const struct toc_node *map,
                          const struct cel_scope *scope, struct toc_arena *arena,
                          struct toc_threshold **ret) {
    __attribute__((cleanup(toc_threshold_free))) struct toc_threshold *threshold =
        calloc(1, sizeof(*threshold));
    const struct toc_node *at[N_KEYS];
    int type, err;
    bool good, complete;

    *ret = NULL;
    if (!threshold)
        return -ENOMEM;
    complete = good = toc_read_map(doc, map, "`threshold`", keys, N_KEYS, false, at);
    type = at[TYPE] ? toc_read_choice(doc, at[TYPE], "type", types, 4) : -EINVAL;
    good &= type >= 0;
    // What is wrong elsewhere is told too.
    if (type >= 0) {
        threshold->type = (enum toc_threshold_type)type;
        good &= check_keys(doc, map, at, threshold->type, complete);
    }
    good &= read_numbers(doc, at, threshold);
    err = toc_group_compile(doc, at[TRACK], scope, arena, &threshold->track);
    if (err == -ENOMEM)
        return err;
    if (good && !err)
        *ret = TAKE_PTR(threshold);
    return 0;
}

void toc_threshold_free(struct toc_threshold **threshold) {
    if (!threshold || !*threshold)
        return;
    toc_group_clear(&(*threshold)->track);
    free(*threshold);
    *threshold = NULL;
}
