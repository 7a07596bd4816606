// SPDX-License-Identifier: Apache-2.0
// Makes events and alerts.
#include "made.h"

#include <criterion/criterion.h>
#include <string.h>

#include "event/json.h"

const char made_rewritten[] =
    "{\"event\":{\"name\":\"sendmmsg\",\"time\":\"2026-11-20T20:10:00.123456789Z\",\"abi\":\"x86_"
    "64\","
    "\"via\":\"syscall\",\"ret\":2,\"duration_ns\":5},"
    "\"proc\":{\"pid\":1234,\"uid\":0,\"comm\":\"demo\",\"exe\":\"/usr/bin/demo\"},"
    "\"sock\":{\"family\":\"inet\",\"type\":\"dgram\",\"protocol\":17,"
    "\"local\":{\"family\":\"inet\",\"ip\":\"0.0.0.0\",\"port\":40000},\"peer\":{\"status\":"
    "\"null\"}},"
    "\"args\":{\"sockfd\":3,\"msgvec\":\"0x7ffe20755070\",\"vlen\":2,\"flags\":0},"
    "\"msgs\":[{\"index\":0,\"enter\":{\"name\":{\"status\":\"ok\",\"ip\":\"127.0.0.1\",\"port\":9}"
    "}},"
    "{\"index\":1,\"enter\":{\"status\":\"ok\",\"name\":{\"status\":\"ok\",\"ip\":\"127.0.0.1\","
    "\"port\":9},"
    "\"iov\":{\"status\":\"ok\",\"ptr\":\"0x1000\",\"count\":1}},"
    "\"kernel\":{\"status\":\"ok\",\"name\":{\"status\":\"ok\",\"ip\":\"127.0.0.2\",\"port\":9}},"
    "\"exit\":{\"status\":\"ok\",\"name\":{\"status\":\"fault\"},"
    "\"iov\":{\"status\":\"ok\",\"ptr\":\"0x1000\",\"count\":7}}}]}";

const struct toc_event *made_event(const char *json) {
    static struct toc_builder *builder;
    const struct toc_event *event = NULL;
    struct toc_diags diags = {0};
    struct toc_json_counts counts = {0};

    toc_builder_free(&builder);
    cr_assert_eq(toc_builder_new(&builder), 0);
    if (toc_json_read(builder, json, strlen(json), (struct toc_place){.file = "made", .line = 1},
                      TOC_EVENT_NONE, &diags, &counts, &event))
        cr_assert_fail("%s", diags.n ? diags.items[0].message : "no event");
    cr_assert_eq(diags.n, 0, "%s", diags.n ? diags.items[0].message : "");
    return event;
}

struct toc_alert made_alert(const struct toc_event *event) {
    static const char *const tags[] = {"attack.t1685", "stp.5k"};
    static const struct toc_signature signature = {
        .id = "rewritten",
        .title = "A \"title\"",
        .status = "stable",
        .level = TOC_LEVEL_LOW,
        .tags = tags,
        .n_tags = 2,
        .each_var = "m",
        .each_list = "msgs",
        .digest = 0x1234,
    };
    static const struct toc_rule rule = {&signature, "default", TOC_LEVEL_HIGH};
    static const uint32_t matched[] = {1};

    return (struct toc_alert){
        .rule = &rule,
        .level = rule.level,
        .event = event,
        .uid = "00ff",
        .time = 1795205400123456789,
        .message = "demo[1234] showed one and sent to another",
        .matched = matched,
        .n_matched = 1,
        .has_matched = true,
        .count = 1,
        .why = {{"m.len > 0", "true"}},
        .n_why = 1,
        .host_id = "abc",
        .host_name = "host",
    };
}
