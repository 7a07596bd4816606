// SPDX-License-Identifier: Apache-2.0
// Looks for members of payload in the expressions of rules.
#include "detect/payload.h"

#include <string.h>

#include "cel/parts.h"
#include "detect/pushdown.h"
#include "detect/ruleset.h"
#include "event/catalogue.h"

struct reader {
    uint64_t events; /* whose payload is looked at */
    bool later;      /* as it is at the return, or what changed by then */
    const char *where;
};

/* data, data_len … of an iov, however that is reached: other objects have no such member, or are
 * not of messages. */
static void find(void *ctx, const struct cel_member *member) {
    bool *found = ctx;

    *found |= member->name_n >= 4 && !memcmp(member->name, "data", 4) &&
              (member->name_n == 4 || member->name[4] == '_');
}

/* What cannot be taken apart may look at anything. */
static bool reads_payload(const char *text) {
    const struct cel_source source = {.text = text, .n = strlen(text)};
    bool found = strstr(text, "iov.data") != NULL;

    return cel_members_all(&source, find, &found) < 0 || found;
}

static void read(struct reader *reader, const char *text, const char *where, uint64_t events,
                 bool is_payload) {
    reader->later |= strstr(text, "exit") || strstr(text, "changed");
    if (!is_payload)
        return;
    reader->events |= events;
    reader->where = reader->where ? reader->where : where;
}

void toc_payload_rule(const struct toc_ruleset *ruleset, size_t rule, struct toc_payload *ret,
                      const char **ret_where) {
    const struct toc_signature *signature = ruleset->bodies[rule].pub.signature;
    struct reader reader = {0};

    for (size_t i = 0; i < signature->n_expressions; i++) {
        const struct toc_expression *e = &signature->expressions[i];

        read(&reader, e->text, e->where, e->events, reads_payload(e->text));
    }
    if (signature->message)
        read(&reader, signature->message, "message", signature->events,
             strstr(signature->message, ".data") != NULL);
    for (const struct toc_setting *s = ruleset->bodies[rule].settings; s; s = s->next)
        if (!strcmp(s->name, "except") || !strcmp(s->name, "scope"))
            read(&reader, s->value, s->name, signature->events, reads_payload(s->value));
    reader.events &= reader.events ? toc_pushdown_events() : 0;
    *ret = (struct toc_payload){0};
    for (unsigned event = 0; event < 64; event++) {
        uint64_t bit = reader.events & UINT64_C(1) << event;
        bool is_send = bit && toc_event_info((uint16_t)event)->groups & GROUP_SEND;

        ret->enter |= is_send ? bit : 0;
        ret->exit |= !is_send || reader.later ? bit : 0;
    }
    *ret_where = reader.where;
}

void toc_payload_rules(const struct toc_ruleset *ruleset, struct toc_payload *ret) {
    *ret = (struct toc_payload){0};
    for (size_t i = 0; i < ruleset->n_bodies; i++) {
        struct toc_payload one;
        const char *where;

        toc_payload_rule(ruleset, i, &one, &where);
        ret->enter |= one.enter;
        ret->exit |= one.exit;
    }
}
