// SPDX-License-Identifier: Apache-2.0
// What an expression amounts to where some members are never there, from its names up through
// && || ! ?: and macros. A part with such a member is an error, which false && and true || absorb.
#include "cel/parse.h"
#include "cel/parts.h"

struct finder {
    uint64_t (*missing)(void *ctx, const struct cel_member *member);
    void *ctx;
    uint64_t anywhere;
};

/* Without which of them either of two ways is open. */
static uint64_t either(uint64_t a, uint64_t b) {
    return a && b ? a | b : 0;
}

/* Of something that is no condition: whichever value it has. */
static uint64_t as_value(const struct cel_lacks *lacks) {
    return either(lacks->to_be_true, lacks->to_be_false);
}

static struct cel_lacks lacks_of(struct finder *finder, const struct cel_node *node);

/* It takes all kids for the one value, one of them for the other. */
static struct cel_lacks of_junction(struct finder *finder, const struct cel_node *node) {
    bool is_and = node->kind == CEL_NODE_AND, open = false;
    uint64_t all = 0, any = 0;

    for (uint32_t i = 0; i < node->n; i++) {
        struct cel_lacks kid = lacks_of(finder, node->kids[i]);
        uint64_t one = is_and ? kid.to_be_false : kid.to_be_true;

        all |= is_and ? kid.to_be_true : kid.to_be_false;
        any |= one;
        open |= !one;
    }
    any = open ? 0 : any;
    return (struct cel_lacks){is_and ? all : any, is_and ? any : all, 0};
}

static struct cel_lacks of_choice(struct finder *finder, const struct cel_node *node) {
    struct cel_lacks which = lacks_of(finder, node->kids[0]);
    struct cel_lacks a = lacks_of(finder, node->kids[1]), b = lacks_of(finder, node->kids[2]);

    return (struct cel_lacks){
        either(which.to_be_true | a.to_be_true, which.to_be_false | b.to_be_true),
        either(which.to_be_true | a.to_be_false, which.to_be_false | b.to_be_false), 0};
}

/* Of one element, as if a list had elements: without any, no member is looked at. */
static struct cel_lacks of_loop(struct finder *finder, const struct cel_node *node) {
    struct cel_lacks range = lacks_of(finder, node->kids[0]);
    struct cel_lacks body = lacks_of(finder, node->kids[1]);
    uint64_t needed = as_value(&range);

    return (struct cel_lacks){needed | body.to_be_true, needed | body.to_be_false, 0};
}

/* Once a chain has .? its value is an optional: what is not there is none. */
static bool is_optional(const struct cel_node *node) {
    for (; node->kind == CEL_NODE_SELECT || node->kind == CEL_NODE_INDEX; node = node->kids[0])
        if (node->optional)
            return true;
    return false;
}

/* All else needs all that it is made of. */
static struct cel_lacks of_whole(struct finder *finder, const struct cel_node *node) {
    uint64_t needed = 0;

    for (uint32_t i = 0; i < node->n; i++) {
        struct cel_lacks kid = {0};

        if (node->kids[i])
            kid = lacks_of(finder, node->kids[i]);
        needed |= as_value(&kid);
    }
    if (node->kind == CEL_NODE_SELECT && !is_optional(node)) {
        struct cel_member member = cel_member_of(node);
        uint64_t missing = finder->missing(finder->ctx, &member);

        finder->anywhere |= missing;
        needed |= missing;
    }
    // has() never fails.
    return (struct cel_lacks){needed, node->test ? 0 : needed, 0};
}

/* The deepest tree is CEL_MAX_DEPTH levels deep. */
static struct cel_lacks lacks_of(struct finder *finder, const struct cel_node *node) {
    struct cel_lacks kid;

    switch ((enum cel_node_kind)node->kind) {
    case CEL_NODE_AND:
    case CEL_NODE_OR: return of_junction(finder, node);
    case CEL_NODE_COND: return of_choice(finder, node);
    case CEL_NODE_LOOP:
        if (node->macro == CEL_MACRO_ALL || node->macro == CEL_MACRO_EXISTS ||
            node->macro == CEL_MACRO_BIND)
            return of_loop(finder, node);
        return of_whole(finder, node);
    case CEL_NODE_CALL:
        if (node->n != 1 || !cel_name_is(&node->name, "!_"))
            return of_whole(finder, node);
        kid = lacks_of(finder, node->kids[0]);
        return (struct cel_lacks){kid.to_be_false, kid.to_be_true, 0};
    default: return of_whole(finder, node);
    }
}

struct asked {
    struct finder finder;
    struct cel_lacks *ret;
};

static int find(struct cel_unit *unit, const struct cel_node *root, void *ctx) {
    struct asked *asked = ctx;

    (void)unit;
    *asked->ret = lacks_of(&asked->finder, root);
    asked->ret->anywhere = asked->finder.anywhere;
    return 0;
}

int cel_lacks(const struct cel_source *source,
              uint64_t (*missing)(void *ctx, const struct cel_member *member), void *ctx,
              struct cel_lacks *ret) {
    struct asked asked = {{missing, ctx, 0}, ret};

    *ret = (struct cel_lacks){0};
    return cel_parse_alone(source, find, &asked);
}
