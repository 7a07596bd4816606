// SPDX-License-Identifier: Apache-2.0
// From the fields that a rule's programs read to the witnesses that give them.
#include "detect/demand.h"

#include <string.h>

#include "cel/uses.h"
#include "detect/demand_field.h"
#include "detect/pushdown.h"
#include "detect/ruleset.h"
#include "event/catalogue.h"

struct asker {
    struct toc_rule_demand *to;
    const char *where; /* the expression at hand, */
    uint64_t events;   /* and what it is run over */
    uint64_t payload;  /* events whose payload is looked at, */
    bool later;        /* as it is at the return, or what changed by then */
};

static uint64_t of_group(uint64_t events, uint16_t group) {
    uint64_t found = 0;

    events &= toc_pushdown_events();
    for (; events; events &= events - 1) {
        uint16_t id = (uint16_t)__builtin_ctzll(events);

        if (toc_event_info(id)->groups & group)
            found |= toc_event_bit(id);
    }
    return found;
}

/* Results tell one message from the next: nothing else is of use without them. */
static uint32_t with_results(uint32_t witnesses) {
    if (witnesses & TOC_SEES_SENT)
        witnesses |= TOC_SEES(SEND_RET);
    if (witnesses & TOC_SEES_RECEIVED)
        witnesses |= TOC_SEES(RECV_RET);
    return witnesses;
}

static void ask(struct asker *asker, uint32_t sent, uint32_t received) {
    uint32_t witnesses = with_results((of_group(asker->events, GROUP_SEND) ? sent : 0) |
                                      (of_group(asker->events, GROUP_RECV) ? received : 0));

    asker->to->demand.witnesses |= witnesses;
    for (unsigned i = 0; i < TOC_WITNESSES; i++)
        if (witnesses >> i & 1 && !asker->to->where[i])
            asker->to->where[i] = asker->where;
}

static void ask_payload(struct asker *asker) {
    asker->payload |= asker->events;
    if (!asker->to->payload_where)
        asker->to->payload_where = asker->where;
}

static void use(void *ctx, const struct cel_use *uses) {
    struct asker *asker = ctx;

    for (; uses; uses = uses->next) {
        struct toc_field_demand demand;

        toc_demand_fields(uses->object, uses->fields, &demand);
        ask(asker, demand.sent, demand.received);
        if (demand.payload)
            ask_payload(asker);
        asker->later |= demand.later;
    }
}

static void read_program(struct asker *asker, const char *where, uint64_t events,
                         const struct cel_program *program) {
    asker->where = where;
    asker->events = events;
    if (program)
        use(asker, cel_program_uses(program));
}

/* The elements of a list are looked at by other expressions; which there are is by this. */
static void read_expression(struct asker *asker, const struct toc_compiled *compiled, size_t i) {
    const struct toc_expression *e = &compiled->signature->expressions[i];

    if (e->kind != TOC_EXPR_EACH) {
        read_program(asker, e->where, e->events, toc_compiled_part(compiled, i).program);
        return;
    }
    asker->where = e->where;
    asker->events = e->events;
    ask(asker, TOC_SEES(SEND_RET), TOC_SEES(RECV_RET));
}

static void read_pack(struct asker *asker, const struct toc_ruleset *ruleset,
                      const struct toc_rule_body *body) {
    for (size_t i = 0; i < body->n_exceptions; i++)
        read_program(asker, "except", body->pub.signature->events, body->exceptions[i].when);
    if (body->threshold)
        for (size_t i = 0; i < body->threshold->track.n; i++)
            read_program(asker, "track", body->pub.signature->events,
                         body->threshold->track.programs[i]);
    if (body->pack == TOC_NO_PACK || !ruleset->packs[body->pack].has_scope)
        return;
    for (unsigned event = 0; event < 64; event++)
        if (body->pub.signature->events >> event & 1)
            read_program(asker, "scope", UINT64_C(1) << event,
                         ruleset->packs[body->pack].scope[event]);
}

void toc_demand_rule(const struct toc_ruleset *ruleset, size_t rule, struct toc_rule_demand *ret) {
    const struct toc_rule_body *body = &ruleset->bodies[rule];
    const struct toc_signature *signature = body->pub.signature;
    struct asker asker = {.to = ret};
    uint64_t sends, receives;

    *ret = (struct toc_rule_demand){.demand.events = signature->events};
    for (size_t i = 0; i < signature->n_expressions; i++)
        read_expression(&asker, body->compiled, i);
    asker.where = "message";
    asker.events = signature->events;
    if (body->compiled->message)
        cel_template_uses(body->compiled->message, use, &asker);
    read_pack(&asker, ruleset, body);
    sends = of_group(asker.payload, GROUP_SEND);
    receives = of_group(asker.payload, GROUP_RECV);
    ret->demand.payload_enter = sends;
    ret->demand.payload_exit = receives | (asker.later ? sends : 0);
}

void toc_demand_add(struct toc_demand *to, const struct toc_demand *more) {
    to->events |= more->events;
    to->payload_enter |= more->payload_enter;
    to->payload_exit |= more->payload_exit;
    to->witnesses |= more->witnesses;
}

void toc_demand_rules(const struct toc_ruleset *ruleset, struct toc_demand *ret) {
    *ret = (struct toc_demand){.events = toc_ruleset_events(ruleset)};
    for (size_t i = 0; i < ruleset->n_bodies; i++) {
        struct toc_rule_demand one;

        toc_demand_rule(ruleset, i, &one);
        toc_demand_add(ret, &one.demand);
    }
}
