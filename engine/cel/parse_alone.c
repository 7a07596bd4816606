// SPDX-License-Identifier: Apache-2.0
// The syntax tree of an expression without a scope, for those who take it apart.
#include <errno.h>

#include "cel/parse.h"

static int parse(struct cel_unit *unit,
                 int (*fn)(struct cel_unit *unit, const struct cel_node *root, void *ctx),
                 void *ctx) {
    const struct cel_node *root = cel_parse(unit);

    if (!root)
        return unit->no_memory ? -ENOMEM : -EBADMSG;
    return fn(unit, root, ctx);
}

int cel_parse_alone(const struct cel_source *source,
                    int (*fn)(struct cel_unit *unit, const struct cel_node *root, void *ctx),
                    void *ctx) {
    static const struct cel_scope nothing;
    struct cel_unit unit = {.source = source, .scope = &nothing};
    int err = -ENOMEM;

    if (toc_arena_new(CEL_MAX_ARENA, &unit.work) == 0 &&
        toc_arena_new(CEL_MAX_ARENA, &unit.keep) == 0)
        err = parse(&unit, fn, ctx);
    toc_arena_free(&unit.work);
    toc_arena_free(&unit.keep);
    return err;
}
