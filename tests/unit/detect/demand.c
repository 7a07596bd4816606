// SPDX-License-Identifier: Apache-2.0
// What rules look at: whatever the rules, what nobody asks for changes no alert and no message.
#include <criterion/criterion.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "detect/demand.h"
#include "pushdown_random.h"
#include "workspace.h"

TestSuite(demand, .init = workspace_enter, .fini = workspace_leave);

#define EVENTS 20

/* ---- Events as they are without some of the hooks ---- */

static void drop(json_t *object, const char *keys) {
    for (size_t n; *keys; keys += n + (keys[n] == ' ')) {
        n = strcspn(keys, " ");
        json_object_deln(object, keys, n);
    }
}

static void hide_name(json_t *kernel, bool with_buffers) {
    json_t *name = json_object_get(kernel, "name");

    drop(kernel, "foreign_bpf");
    drop(json_object_get(kernel, "from"), "name");
    // Where the name of a receive goes is known with its buffers.
    if (with_buffers)
        drop(name, "family ip port path");
    else
        drop(kernel, "name");
}

/* `sees`: of the call's direction. */
static void hide_of_kernel(json_t *kernel, bool is_send, uint32_t sees) {
    bool iov = sees & (TOC_SEES(SEND_IOV) | TOC_SEES(RECV_IOV));
    bool control = sees & TOC_SEES(SEND_CONTROL);

    if (!(sees & (TOC_SEES(SEND_NAME) | TOC_SEES(RECV_NAME))))
        hide_name(kernel, !is_send && iov);
    if (!iov) {
        drop(kernel, "iov flags");
        drop(json_object_get(kernel, "from"), "iov flags");
        drop(json_object_get(kernel, "control"), "ptr len");
        if (!is_send)
            drop(json_object_get(kernel, "name"), "ptr len");
    }
    if (!control)
        drop(json_object_get(kernel, "control"), "items");
    if (!iov && !control) {
        drop(kernel, "control");
        drop(json_object_get(kernel, "from"), "control");
    }
}

/* Of a message that was refused nothing may be known but what is hidden. */
static void hide_of_message(json_t *msg, bool is_send, uint32_t sees) {
    json_t *kernel = json_object_get(msg, "kernel");

    if (!kernel)
        return;
    hide_of_kernel(kernel, is_send, sees);
    if (!json_object_get(kernel, "ret") && !json_object_get(kernel, "name") &&
        !json_object_get(kernel, "iov") && !json_object_get(kernel, "control"))
        drop(msg, "kernel");
}

/* Without results no hook knows of messages, and the call is not followed as far. */
static void hide_results(json_t *event) {
    json_t *msgs = json_object_get(event, "msgs"), *msg;
    size_t i;

    drop(json_object_get(event, "batch"), "kernel_seen bytes truncated");
    drop(json_object_get(event, "sock"), "cookie");
    json_array_foreach(msgs, i, msg) drop(msg, "kernel");
    if (json_array_size(msgs))
        json_array_remove(msgs, json_array_size(msgs) - 1);
}

static void hide(json_t *event, uint32_t sees) {
    json_t *meta = json_object_get(event, "event"), *msg;
    bool is_send = !strcmp(json_string_value(json_object_get(meta, "name")), "sendmmsg");
    uint32_t of_call = sees & (is_send ? TOC_SEES_SENT : TOC_SEES_RECEIVED);
    size_t i;

    if (!(sees & (is_send ? TOC_SEES(SEND_ARGS) : TOC_SEES(RECV_ARGS)))) {
        drop(json_object_get(event, "batch"), "taken changed");
        drop(json_object_get(event, "timeout"), "kernel");
    }
    if (!of_call) {
        hide_results(event);
        return;
    }
    cr_assert(of_call & (TOC_SEES(SEND_RET) | TOC_SEES(RECV_RET)), "the rest needs results");
    json_array_foreach(json_object_get(event, "msgs"), i, msg)
        hide_of_message(msg, is_send, of_call);
}

/* ---- With and without ---- */

static void note(void *ctx, const struct toc_alert *alert) {
    toc_buf_addf(ctx, "%s at %lld count %llu matched %zu: %s\n", alert->rule->signature->id,
                 (long long)alert->time, (unsigned long long)alert->count, alert->n_matched,
                 alert->message);
}

static void feed(struct toc_matcher *matcher, const char *text) {
    _cleanup_toc_builder_ struct toc_builder *builder = NULL;

    toc_matcher_feed(matcher, event_from(&builder, text));
}

static void compare(const struct toc_ruleset *ruleset, int round) {
    _cleanup_toc_buf_ struct toc_buf json = {0}, whole = {0}, less = {0};
    _cleanup_toc_matcher_ struct toc_matcher *a = NULL, *b = NULL;
    struct toc_demand demand;

    toc_demand_rules(ruleset, &demand);
    cr_assert(!toc_matcher_new(ruleset, note, &whole, &a) &&
              !toc_matcher_new(ruleset, note, &less, &b));
    for (unsigned i = 0; i < EVENTS; i++) {
        _cleanup_free_ char *text = NULL;
        json_t *event;

        random_event(&json, i);
        feed(a, toc_buf_cstr(&json));
        event = json_loads(toc_buf_cstr(&json), 0, NULL);
        cr_assert(event);
        hide(event, demand.witnesses);
        text = json_dumps(event, 0);
        json_decref(event);
        feed(b, text);
    }
    toc_matcher_end(a);
    toc_matcher_end(b);
    toc_buf_addc(&whole, '.');
    toc_buf_addc(&less, '.');
    cr_assert_str_eq(toc_buf_cstr(&whole), toc_buf_cstr(&less), "round %d, witnesses %#x\n%s\n%s",
                     round, demand.witnesses, whole.p, less.p);
}

Test(demand, leaves_out_nothing_that_matters) {
    static const char *const packs[] = {"p.yaml"};
    const char *given = getenv("TOC_ROUNDS");
    int rounds = given ? atoi(given) : 400, loaded = 0;
    size_t seen[TOC_WITNESSES] = {0};

    for (int round = 0; round < rounds; round++) {
        _cleanup_toc_ruleset_ struct toc_ruleset *ruleset = NULL;
        _cleanup_free_ char *text = NULL;
        struct toc_demand demand;

        random_begin(round);
        for (unsigned i = 0; i < 1 + round % 2u; i++)
            random_rule(i);
        random_pack();
        if (workspace_load(packs, 1, &text, &ruleset))
            continue;
        loaded++;
        toc_demand_rules(ruleset, &demand);
        for (unsigned i = 0; i < TOC_WITNESSES; i++)
            seen[i] += demand.witnesses >> i & 1;
        compare(ruleset, round);
    }
    cr_expect_gt(loaded, rounds / 4);
    for (unsigned i = 0; i < TOC_WITNESSES; i++)
        cr_expect(seen[i] > 0 && seen[i] < (size_t)loaded, "%s: %zu of %d",
                  toc_witness_infos[i].words, seen[i], loaded);
}

/* ---- Which expressions ask for what ---- */

static void show(uint32_t witnesses, struct toc_buf *out) {
    static const char *const names[] = {
#define WITNESS(name, part, is_send, words) #name,
#include "event/witness.def"
    };

    for (unsigned i = 0; i < TOC_WITNESSES; i++)
        if (witnesses >> i & 1)
            toc_buf_addf(out, "%s%s", out->n ? " " : "", names[i]);
}

static const struct {
    const char *events, *rest, *witnesses;
} rows[] = {
    {"sendmmsg", "when: batch.requested > 1", ""},
    {"sendmmsg", "when: event.ret > 1 && proc.uid == 0 && sock.family == \"inet\"", ""},
    {"recvmmsg", "when: timeout.grew", ""},
    {"sendmmsg, recvmmsg", "when: batch.kernel_seen > 1", "SEND_RET RECV_RET"},
    {"recvmmsg", "when: size(msgs) > 1", "RECV_RET"},
    {"sendmmsg", "when: msgs.size() > 1", "SEND_RET"},
    {"sendmmsg", "each: {m: msgs}\nwhen: proc.uid == 1", "SEND_RET"},
    {"sendmmsg", "when: msgs.exists(m, m.enter.iov.count > 4u || m.index > 3)", "SEND_RET"},
    {"sendmmsg", "when: msgs[0].kernel.name.port == 53", "SEND_NAME SEND_RET"},
    {"sendmmsg", "each: {m: msgs}\nwhen: m.?kernel.?name.?port.orValue(0) == 53",
     "SEND_NAME SEND_RET"},
    {"sendmmsg", "when: msgs.exists(m, has(m.kernel.name))", "SEND_NAME SEND_RET"},
    {"sendmmsg", "when: msgs.exists(m, has(m.kernel))", "SEND_NAME SEND_IOV SEND_CONTROL SEND_RET"},
    {"sendmmsg", "when: msgs.exists(m, m.kernel.name == m.enter.name)", "SEND_NAME SEND_RET"},
    {"sendmmsg", "when: msgs.map(m, m.kernel).size() > 1",
     "SEND_NAME SEND_IOV SEND_CONTROL SEND_RET"},
    {"sendmmsg", "when: msgs.map(m, m.peer.port).size() > 1", "SEND_NAME SEND_RET"},
    {"sendmmsg", "when: msgs.filter(m, m.index > 0).size() > 1", "SEND_RET"},
    {"sendmmsg", "when: cel.bind(k, msgs[0].kernel, k.ret > 1)", "SEND_RET"},
    {"recvmmsg", "each: {m: msgs}\nwhen: m.peer.port == 53", "RECV_NAME RECV_RET"},
    {"recvmmsg", "each: {m: msgs}\nwhen: m.changed.size() > 0", "RECV_IOV RECV_RET"},
    {"recvmmsg", "each: {m: msgs}\nwhen: m.changed_exit.size() > 0", "RECV_RET"},
    {"sendmmsg", "when: batch.taken.fd > 1", "SEND_ARGS"},
    {"recvmmsg", "when: timeout.kernel.sec > 1", "RECV_ARGS"},
    {"sendmmsg", "when: sock.cookie > 1", "SEND_RET"},
    {"sendmmsg", "when: batch.truncated", "SEND_RET"},
    {"recvmmsg", "when: batch.captured > 1", "RECV_RET"},
    {"sendmmsg", "when: event.saturated.size() > 0", "SEND_IOV SEND_CONTROL SEND_RET"},
    {"sendmmsg", "when: msgs[0].kernel.from.name == \"io_uring\"", "SEND_NAME SEND_RET"},
    {"recvmmsg", "when: msgs[0].kernel.from.iov == \"io_uring\"", "RECV_IOV RECV_RET"},
    {"sendmmsg", "when: batch.requested > 1\nmessage: \"{msgs[0].kernel.ret}\"", "SEND_RET"},
    {"sendmmsg", "when: batch.requested > 1\nmessage: \"{msgs[0].peer.ip}\"", "SEND_NAME SEND_RET"},
    {"sendmmsg", "when: batch.requested > 1\nmessage: \"{batch}\"", "SEND_ARGS SEND_RET"},
    {"sendmmsg",
     "when: batch.requested > 1\nthreshold: {type: limit, track: [batch.bytes], count: "
     "1, timespan: 1s}",
     "SEND_RET"},
    {"sendmmsg",
     "when: batch.requested > 1\ncorrelation: {type: value_count, timespan: 1s, "
     "condition: {field: batch.bytes, gte: 2}}",
     "SEND_RET"},
    {"sendmmsg",
     "correlation: {type: temporal, timespan: 1s, steps: [{name: a, events: [recvmmsg],"
     " when: \"msgs[0].peer.port == 1\"}, {name: b, events: [sendmmsg]}]}",
     "RECV_NAME RECV_RET"},
    {"poll", "when: event.ret > 1", ""},
};

#define GIVEN "{event: {name: sendmmsg}}"

Test(demand, of_expressions) {
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        _cleanup_toc_ruleset_ struct toc_ruleset *ruleset = NULL;
        _cleanup_free_ char *said = NULL;
        _cleanup_toc_buf_ struct toc_buf text = {0}, got = {0};
        struct toc_demand demand;

        toc_buf_addf(&text,
                     "format: 1\nid: a\ntitle: T\nstatus: stable\nlevel: low\ndescription: D\n"
                     "%s%s%s\n%s%s\ntests: [{name: a, given: %s, alerts: 1}, {name: b, given: %s, "
                     "alerts: 0}]\n",
                     strstr(rows[i].rest, "steps") ? "" : "events: [",
                     strstr(rows[i].rest, "steps") ? "" : rows[i].events,
                     strstr(rows[i].rest, "steps") ? "" : "]", rows[i].rest,
                     strstr(rows[i].rest, "message:") ? "" : "\nmessage: m", GIVEN, GIVEN);
        workspace_write("s/a.yaml", toc_buf_cstr(&text));
        cr_assert_eq(workspace_load(NULL, 0, &said, &ruleset), 0, "%s\n%s", rows[i].rest, said);
        toc_demand_rules(ruleset, &demand);
        show(demand.witnesses, &got);
        cr_expect_str_eq(toc_buf_cstr(&got), rows[i].witnesses, "%s: %s", rows[i].rest, got.p);
    }
}
