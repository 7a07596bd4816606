// SPDX-License-Identifier: Apache-2.0
// From what rules ask for to what is done about a call, and the words for it.
#include "source/ptrace_done.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "event/catalogue.h"
#include "source/action_record.h"

/* What a call that cannot be judged fails with. */
#define UNREAD EPERM

/* Those that ask for something first, then those that do once it cannot be frozen. */
static void sort(struct toc_decision *d, struct toc_asked *asked) {
    struct toc_asked idle[TOC_MAX_ACTIONS];
    size_t n = 0;

    for (size_t i = 0; i < d->n; i++) {
        d->freeze |= asked[i].action->freeze;
        if (!asked[i].idle && (!asked[i].unsure || d->hidden))
            asked[n++] = asked[i];
        else if (asked[i].action->freeze)
            idle[d->n_idle++] = asked[i];
    }
    d->n = n;
    memcpy(asked + n, idle, d->n_idle * sizeof(idle[0]));
}

void toc_decide(struct toc_decision *d, struct toc_asked *asked, const uint64_t args[6]) {
    sort(d, asked);
    for (size_t i = 0; i < d->n; i++) {
        const struct toc_action *a = asked[i].action;

        d->unread |= asked[i].unsure;
        if (!d->deny && (a->deny || asked[i].unsure))
            d->deny = asked[i].unsure ? UNREAD : a->deny;
        for (size_t k = 0; k < a->n_set && !asked[i].unsure; k++) {
            d->set |= (uint8_t)(1u << a->set[k].arg);
            d->value[a->set[k].arg] = a->set[k].value;
            d->before[a->set[k].arg] = args[a->set[k].arg];
        }
    }
}

void toc_decide_failed(struct toc_decision *d, int error, const char *why) {
    d->deny = error;
    d->failed = why;
    d->n += d->n_idle;
    d->n_idle = 0;
}

static const char *error_name(int error) {
    return toc_names_name(&toc_names_error, (uint16_t)error);
}

static int words_of_set(const struct toc_decision *d, const struct toc_action *a, char *text,
                        size_t size) {
    static const char *const names[] = {"fd", "vec", "vlen", "flags", "timeout", ""};
    bool is_msg = TOC_KIND_SHAPE(d->kind) == TOC_WIRE_SHAPE_MSG;
    int n = snprintf(text, size, "%s", d->monitor ? "would set" : "set");

    for (size_t i = 0; i < a->n_set && n < (int)size; i++) {
        unsigned arg = a->set[i].arg;
        int before = (int)d->before[arg], after = (int)d->value[arg];

        if (arg == 0)
            n +=
                snprintf(text + n, size - (size_t)n, "%s fd %d to %d", i ? "," : "", before, after);
        else
            n += snprintf(text + n, size - (size_t)n, "%s %s %u to %u", i ? "," : "",
                          is_msg ? "flags" : names[arg], (unsigned)before, (unsigned)after);
    }
    return n;
}

static void words(const struct toc_decision *d, const struct toc_asked *asked, char *text,
                  size_t size) {
    const struct toc_action *a = asked->action;
    const char *denied = d->monitor ? "would be denied" : "denied";
    const char *frozen = d->monitor ? "would be frozen" : "frozen";
    int n = 0;

    if (d->failed && a->freeze)
        snprintf(text, size, "%s with %s: it cannot be frozen: %s", denied, error_name(d->deny),
                 d->failed);
    else if (asked->unsure)
        snprintf(text, size, "%s with %s: what the signature looks at could not be read", denied,
                 error_name(UNREAD));
    else if (d->deny)
        snprintf(text, size, "%s with %s", denied, error_name(d->deny));
    else if (a->n_set)
        n = words_of_set(d, a, text, size);
    if (!*text || (n > 0 && a->freeze && n < (int)size))
        snprintf(text + n, size - (size_t)n, "%s%s", n ? ", " : "", frozen);
}

bool toc_ptrace_emit_done(struct toc_ptrace_out *out, const struct toc_wire_head *of,
                          const struct toc_decision *d, const struct toc_asked *asked) {
    uint64_t rec[TOC_ACTION_BYTES / 8];
    char done[200] = "";
    size_t n;

    words(d, asked, done, sizeof(done));
    n = toc_action_record(of, asked->action, done, (asked->unsure || d->failed) && !d->monitor,
                          rec);
    return toc_ptrace_emit(out, (struct toc_wire_head *)rec, TOC_WIRE_ACTION, n, NULL, 0);
}

uint32_t toc_socketcall_direct(uint32_t kind) {
#define CALL(call_abi, number, call_kind)                                                          \
    if ((call_abi) == TOC_WIRE_I386 && TOC_KIND_EVENT(call_kind) == TOC_KIND_EVENT(kind))          \
        return number;
#define SUBCALL(number, call_kind)
#include "event/wire_calls.def"
    return UINT32_MAX; /* which is no call */
}
