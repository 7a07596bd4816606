// SPDX-License-Identifier: Apache-2.0
// Reads `enforce` of a pack: what is to be done about the calls of a signature, and whether it can.
#include "detect/enforce.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "detect/enforce_kernel.h"
#include "event/variants.h"

enum { DENY, SET, FREEZE, N_KEYS };

static const struct toc_key keys[N_KEYS] = {
    [DENY] = {"deny", TOC_WANT_STRING, false},
    [SET] = {"set", TOC_WANT_MAP, false},
    [FREEZE] = {"freeze", TOC_WANT_ANY, false},
};

/* The calls that can be held at entry, and the places of their arguments. Pointers are left out:
 * what another one leads to belongs to the program; a timeout can be taken away. */
#define HELD (EVENT_BATCHES | EVENT_SINGLES)
#define FROZEN (EV(sendmmsg) | EV(sendmsg) | EV(sendto))
static const struct {
    const char *name;
    uint64_t events;
    uint8_t arg;
    int64_t low, high;
} arguments[] = {
    {"sockfd", HELD & ~EV(recvmmsg_time32), 0, INT32_MIN, INT32_MAX},
    {"fd", EV(recvmmsg_time32), 0, INT32_MIN, INT32_MAX},
    {"vlen", EVENT_BATCHES, 2, 0, UINT32_MAX},
    {"flags", HELD & ~(EV(sendmsg) | EV(recvmsg)), 3, 0, UINT32_MAX},
    {"flags", EV(sendmsg) | EV(recvmsg), 2, 0, UINT32_MAX},
    {"timeout", EV(recvmmsg) | EV(recvmmsg_time32), 4, 0, 0},
};
#define N_ARGUMENTS (sizeof(arguments) / sizeof(arguments[0]))

struct reader {
    const struct toc_pack *pack;
    const struct toc_rule_body *body;
    const struct toc_pack *link;   /* whose file it is */
    const struct toc_node *node;   /* the signature's entry */
    const struct toc_node *freeze; /* in it; NULL: not asked for */
    const struct toc_signature *signature;
    struct toc_action *action;
    struct toc_buf asked;
    bool good;
};

static struct toc_diag *refuse(struct reader *r, const struct toc_node *node, const char *why) {
    r->good = false;
    return toc_yaml_error_key(r->link->doc, node, "%s", why);
}

/* errno(3) has two names for these; 0: it is none of them. */
static uint16_t second_name(const struct toc_node *node) {
    static const struct {
        const char *name;
        uint16_t value;
    } rows[] = {{"EWOULDBLOCK", EWOULDBLOCK}, {"EDEADLOCK", EDEADLOCK}, {"ENOTSUP", ENOTSUP}};

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        if (!strcmp(node->text, rows[i].name))
            return rows[i].value;
    return 0;
}

static void read_deny(struct reader *r, const struct toc_node *node) {
    uint16_t value = second_name(node);

    if (!value)
        toc_names_value(&toc_names_error, node->text, node->n, &value);
    // Names above 511 are the kernel's own and never reach a program.
    if (!value || value > 511) {
        r->good = false;
        toc_diag_set_hint(
            toc_yaml_error(r->link->doc, node, "`%s` is no name of an error", node->text),
            "the name of an errno: EPERM, EACCES, ENETUNREACH …");
        return;
    }
    r->action->deny = value;
    toc_buf_addf(&r->asked, "deny: %s", node->text);
}

static void set_hint(struct reader *r, struct toc_diag *diag) {
    _cleanup_toc_buf_ struct toc_buf names = {0};
    uint64_t events = r->signature->events & HELD;

    for (size_t i = 0; i < N_ARGUMENTS; i++)
        if ((events & arguments[i].events) == events)
            toc_buf_addf(&names, "%sargs.%s", names.n ? ", " : "", arguments[i].name);
    toc_diag_set_hint(diag, "what can be set here: %s",
                      toc_buf_cstr(&names) && names.n ? names.p : "nothing");
}

static void read_argument(struct reader *r, const struct toc_node *node) {
    uint64_t events = r->signature->events & HELD;
    struct toc_action *a = r->action;
    size_t i = N_ARGUMENTS;

    if (!strncmp(node->key, "args.", 5))
        for (i = 0; i < N_ARGUMENTS; i++)
            if (!strcmp(node->key + 5, arguments[i].name) &&
                (events & arguments[i].events) == events)
                break;
    if (i == N_ARGUMENTS) {
        r->good = false;
        set_hint(r, toc_yaml_error_key(r->link->doc, node, "`%s` cannot be set", node->key));
        return;
    }
    if (node->kind != TOC_NODE_INT || node->big || node->i < arguments[i].low ||
        node->i > arguments[i].high) {
        r->good = false;
        toc_diag_set_hint(toc_yaml_error(r->link->doc, node, "`%s` is no value for `%s`",
                                         node->text ? node->text : toc_node_what(node), node->key),
                          "an integer from %lld to %lld", (long long)arguments[i].low,
                          (long long)arguments[i].high);
        return;
    }
    a->set[a->n_set].arg = arguments[i].arg;
    a->set[a->n_set++].value = (uint32_t)node->i;
    toc_buf_addf(&r->asked, "%s%s: %lld", a->n_set > 1 ? ", " : "set: ", node->key,
                 (long long)node->i);
}

static void read_set(struct reader *r, const struct toc_node *map) {
    for (const struct toc_node *node = map->child; node; node = node->next)
        read_argument(r, node);
    if (!map->child)
        refuse(r, map, "`set` names no argument");
}

static void read_freeze(struct reader *r, const struct toc_node *node) {
    if (node->kind != TOC_NODE_BOOL) {
        r->good = false;
        toc_yaml_error(r->link->doc, node, "`freeze` is true or false, not %s",
                       toc_node_what(node));
        return;
    }
    if (!node->i)
        return;
    r->freeze = node;
    r->action->freeze = true;
    toc_buf_addf(&r->asked, "%sfreeze: true", r->asked.n ? ", " : "");
}

/* A member of `when` that cannot be judged at entry. */
static void check_known(struct reader *r) {
    char later[128];

    for (size_t i = 0; i < r->signature->n_expressions; i++) {
        const struct toc_expression *e = &r->signature->expressions[i];

        if ((e->kind != TOC_EXPR_WHEN && e->kind != TOC_EXPR_EACH) ||
            !toc_known_later(e->text, r->signature, r->freeze, later, sizeof(later)))
            continue;
        r->good = false;
        toc_diag_set_hint(
            toc_yaml_error_key(r->link->doc, r->node,
                               "`%s` cannot be enforced: its `%s` looks at `%s`, "
                               "which is not known when the call begins",
                               r->signature->id, e->where, later),
            "known at entry: event.abi and the like, proc, sock, args, batch.requested, "
            "timeout.enter, enter of each message, its payload with `freeze: true`");
        return;
    }
}

/* Sends whose calls can be held; a receive beside them would go on unfrozen. */
static void check_freeze(struct reader *r) {
    static const uint64_t receives =
#define EVENT(name, number, groups, doc) ((groups)&GROUP_RECV ? 1ull << (number) : 0) |
#include "event/events.def"
        0;
    struct toc_diag *diag;

    if (r->signature->events & receives)
        diag = refuse(r, r->freeze,
                      "`freeze` is for sends: a receive writes into the very memory that would be "
                      "frozen");
    else if (r->signature->events & ~FROZEN)
        diag = refuse(r, r->freeze,
                      "`freeze` holds sendmmsg, sendmsg and sendto, and this is for others, too");
    else
        return;
    toc_diag_set_hint(
        diag, "sendmmsg, sendmsg and sendto can be frozen; deny and set are for receives too");
}

static void check_signature(struct reader *r) {
    uint64_t events = r->signature->events;

    if (r->signature->correlation)
        refuse(r, r->node, "a signature that remembers other events cannot be enforced");
    else if (toc_enforce_in_kernel(r->signature))
        r->good &= toc_enforce_kernel_read(r->pack, r->body, r->link, r->node, r->action);
    else if (!(events & HELD))
        toc_diag_set_hint(
            refuse(r, r->node, "none of its events can be held at entry"),
            "sendmmsg, recvmmsg, recvmmsg_time32, sendmsg, recvmsg, sendto, recvfrom");
    else if (!(r->signature->stages & 1 << TOC_stage_call))
        refuse(r, r->node, "its `stages` leave out `call`");
    else
        check_known(r);
    if (r->freeze)
        check_freeze(r);
}

static void read_entry(struct reader *r) {
    const struct toc_node *at[N_KEYS];

    if (!toc_read_map(r->link->doc, r->node, "an action", keys, N_KEYS, false, at)) {
        r->good = false;
        return;
    }
    if (at[DENY])
        read_deny(r, at[DENY]);
    if (at[SET])
        read_set(r, at[SET]);
    if (at[FREEZE])
        read_freeze(r, at[FREEZE]);
    if (at[DENY] && at[SET])
        refuse(r, at[DENY], "a call that is denied has nothing to set");
    if (r->good && !r->asked.n)
        toc_diag_set_hint(refuse(r, r->node, "no action"),
                          "deny: EPERM, set: {args.vlen: 64}, or freeze: true");
}

static const char *place_of(const struct reader *r, struct toc_arena *arena) {
    const char *line;
    size_t line_n;
    struct toc_place place =
        toc_yaml_place(r->link->doc, toc_yaml_info(r->node)->start, &line, &line_n);
    char text[512];
    int n = snprintf(text, sizeof(text), "%s:%u:%u", r->link->doc->file, place.line, place.col);

    return toc_arena_strndup(arena, text, n < (int)sizeof(text) ? (size_t)n : sizeof(text) - 1);
}

int toc_enforce_read(struct toc_pack *pack, const struct toc_loaded *loaded,
                     struct toc_rule_body *body) {
    struct toc_arena *arena = pack->ruleset->arena;
    const struct toc_pack *link = pack;
    struct reader r = {.pack = pack, .body = body, .signature = &loaded->pub, .good = true};

    r.node = toc_pack_get_of(pack, TOC_PACK_ENFORCE, loaded->pub.id, &link);
    r.link = link;
    if (!r.node || r.node->kind != TOC_NODE_MAP)
        return 0;
    r.action = toc_arena_alloc(arena, sizeof(*r.action));
    if (!r.action)
        return -ENOMEM;
    *r.action = (struct toc_action){.signature = loaded->pub.id, .pack = pack->out->name};
    read_entry(&r);
    check_signature(&r);
    r.action->asked =
        toc_buf_cstr(&r.asked) ? toc_arena_strndup(arena, r.asked.p, r.asked.n) : NULL;
    toc_buf_free(&r.asked);
    r.action->place = place_of(&r, arena);
    if (r.good && (!r.action->asked || !r.action->place))
        return -ENOMEM;
    body->action = r.good ? r.action : NULL;
    return 0;
}
