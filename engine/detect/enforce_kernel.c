// SPDX-License-Identifier: Apache-2.0
// From the condition of a signature to what the kernel decides by itself.
#include "detect/enforce_kernel.h"

#include <arpa/inet.h>
#include <errno.h>
#include <string.h>

#include "base/cleanup.h"
#include "cel/parts.h"
#include "detect/kernel_terms.h"
#include "event/variants.h"

/* Their names pass the hooks; requests of io_uring are no calls. */
#define DECIDED (EV(sendmmsg) | EV(sendmsg) | EV(sendto))

#define HINT                                                                                       \
    "`\"name\" in m.changed_kernel` and, joined by &&: `!m.kernel.foreign_bpf`, "                  \
    "`!(m.peer.port in …)`, and proc.uid, proc.gid or proc.pid compared with a number"

static const struct toc_expression *when_of(const struct toc_signature *signature) {
    for (size_t i = 0; i < signature->n_expressions; i++)
        if (signature->expressions[i].kind == TOC_EXPR_WHEN)
            return &signature->expressions[i];
    return NULL;
}

/* Where an expression that is read stands. */
struct origin {
    const struct toc_pack *link;
    const struct toc_node *node;
    bool at_key;    /* the node's key is what there is to point at */
    bool of_when;   /* of the signature itself: `each` is known */
    bool is_except; /* what holds there is left out */
};

struct kernel_reader {
    const struct toc_rule_body *body;
    struct toc_arena *arena;
    struct toc_kernel_terms terms;
    bool good;
};

static void refuse(struct kernel_reader *r, const struct origin *o, const char *what, size_t n) {
    static const char text[] = "the kernel cannot decide `%.*s`, which `enforce` of `%s` asks for";
    const char *id = r->body->pub.signature->id;

    r->good = false;
    toc_diag_set_hint(o->at_key ? toc_yaml_error_key(o->link->doc, o->node, text, (int)n, what, id)
                                : toc_yaml_error(o->link->doc, o->node, text, (int)n, what, id),
                      "it decides %s", HINT);
}

static void read_expression(struct kernel_reader *r, const struct origin *o, const char *text) {
    const struct cel_source source = {.text = text, .n = strlen(text)};
    struct cel_parts parts;

    // What does not parse has been refused already.
    if (cel_parts(&source, r->arena, &parts) < 0)
        return;
    if (o->is_except && parts.n_operands > 1) {
        refuse(r, o, text, strlen(text));
        return;
    }
    for (size_t i = 0; i < parts.n_operands; i++) {
        const char *operand = text + parts.operands[i].at;

        if (!toc_kernel_term(&r->terms, operand, parts.operands[i].n, o->of_when, o->is_except))
            refuse(r, o, operand, parts.operands[i].n);
    }
}

static void read_exceptions(struct kernel_reader *r, const struct toc_pack *link) {
    const struct toc_node *list = link->at[TOC_PACK_EXCEPT];

    for (const struct toc_node *node = list ? list->child : NULL; node; node = node->next) {
        const struct toc_node *id = toc_pack_entry(node, "id"),
                              *when = toc_pack_entry(node, "when"),
                              *until = toc_pack_entry(node, "until");
        struct origin o = {.link = link, .node = when, .is_except = true};

        if (!id || id->kind != TOC_NODE_STRING || strcmp(id->text, r->body->pub.signature->id))
            continue;
        if (until) {
            o.node = until;
            refuse(r, &o, "until", strlen("until"));
        } else if (when && when->n) {
            read_expression(r, &o, when->text);
        }
    }
}

static void check_action(struct kernel_reader *r, const struct origin *o,
                         const struct toc_action *action) {
    if (action->deny == EPERM && !action->n_set && !action->freeze)
        return;
    r->good = false;
    toc_diag_set_hint(toc_yaml_error_key(o->link->doc, o->node,
                                         "`%s` is decided in the kernel as it sends: there is "
                                         "nothing but `deny: EPERM`",
                                         o->node->key),
                      "other actions are for what is known when a call begins");
}

bool toc_enforce_in_kernel(const struct toc_signature *signature) {
    const struct toc_expression *when = when_of(signature);
    char text[TOC_KERNEL_TEXT];

    return when && signature->each_var && toc_kernel_plain(when->text, strlen(when->text), text) &&
           strstr(text, "\"name\"in") && strstr(text, ".changed_kernel");
}

bool toc_enforce_kernel_read(const struct toc_pack *pack, const struct toc_rule_body *body,
                             const struct toc_pack *link, const struct toc_node *node,
                             struct toc_action *action) {
    const struct toc_signature *signature = body->pub.signature;
    struct kernel_reader r = {.body = body, .arena = pack->ruleset->arena, .good = true};
    struct origin o = {.link = link, .node = node, .at_key = true, .of_when = true};
    struct toc_wire_deny *out;

    r.terms = (struct toc_kernel_terms){
        .scope = body->compiled->scope, .each_var = signature->each_var, .arena = r.arena};
    r.terms.out.events = signature->events & DECIDED;
    check_action(&r, &o, action);
    if (!r.terms.out.events || strcmp(signature->each_list, "msgs"))
        refuse(&r, &o, signature->id, strlen(signature->id));
    read_expression(&r, &o, when_of(signature)->text);
    o = (struct origin){0};
    o.node = toc_pack_get(pack, TOC_PACK_SCOPE, &o.link);
    if (o.node && o.node->n)
        read_expression(&r, &o, o.node->text);
    for (const struct toc_pack *at = pack; at; at = at->base)
        read_exceptions(&r, at);
    out = r.good ? toc_arena_alloc(r.arena, sizeof(*out)) : NULL;
    if (out)
        *out = r.terms.out;
    action->kernel = out;
    return out != NULL;
}
