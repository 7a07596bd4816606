// SPDX-License-Identifier: Apache-2.0
// Alerts as JSON: the keys, their order, how much of the event.
#include <criterion/criterion.h>
#include <jansson.h>
#include <string.h>

#include "made.h"

static const char head[] =
    "{\"v\":1,\"kind\":\"alert\",\"uid\":\"00ff\",\"time\":\"2026-11-20T20:10:00.123456789Z\","
    "\"level\":\"high\",\"signature\":{\"id\":\"rewritten\",\"title\":\"A "
    "\\\"title\\\"\",\"status\":"
    "\"stable\",\"tags\":[\"attack.t1685\",\"stp.5k\"],\"digest\":\"0000000000001234\",\"pack\":"
    "\"default\"},\"message\":\"demo[1234] showed one and sent to another\",";
static const char tail[] =
    "\"count\":1,\"held_back\":0,\"incomplete\":false,\"why\":[{\"expr\":\"m.len > 0\",\"value\":"
    "\"true\"}],\"host\":{\"id\":\"abc\",\"name\":\"host\"}";

static json_t *parsed(const struct toc_alert *alert, enum toc_alert_event event) {
    const struct toc_sink_options options = {.json = true, .event = event};
    _cleanup_toc_buf_ struct toc_buf out = {0};
    json_t *json;

    toc_sink_alert(alert, &options, &out);
    cr_assert_eq(strcspn(toc_buf_cstr(&out), "\n"), out.n - 1, "one line");
    json = json_loads(out.p, JSON_REJECT_DUPLICATES, NULL);
    cr_assert(json, "%s", out.p);
    return json;
}

Test(sink, json_in_order) {
    static const struct {
        bool has_matched;
        const char *matched;
    } rows[] = {{true, "\"matched\":[1],"}, {false, ""}};

    for (size_t i = 0; i < 2; i++) {
        const struct toc_sink_options options = {.json = true, .event = TOC_ALERT_EVENT_NONE};
        struct toc_alert alert = made_alert(made_event(made_rewritten));
        _cleanup_toc_buf_ struct toc_buf out = {0}, wanted = {0};

        alert.has_matched = rows[i].has_matched;
        toc_buf_addf(&wanted, "%s%s%s}\n", head, rows[i].matched, tail);
        toc_sink_alert(&alert, &options, &out);
        cr_expect_str_eq(toc_buf_cstr(&out), toc_buf_cstr(&wanted));
    }
}

Test(sink, json_carries_as_much_of_the_event_as_asked) {
    static const struct {
        enum toc_alert_event event;
        bool has_matched;
        int msgs; /* -1: no event */
        long long omitted;
    } rows[] = {
        {TOC_ALERT_EVENT_MATCHED, true, 1, 1},
        {TOC_ALERT_EVENT_MATCHED, false, 2, 0},
        {TOC_ALERT_EVENT_FULL, true, 2, 0},
        {TOC_ALERT_EVENT_NONE, true, -1, 0},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        struct toc_alert alert = made_alert(made_event(made_rewritten));
        json_t *json, *event;

        alert.has_matched = rows[i].has_matched;
        alert.n_matched = rows[i].has_matched ? 1 : 0;
        json = parsed(&alert, rows[i].event);
        event = json_object_get(json, "event");
        cr_expect_eq(event == NULL, rows[i].msgs < 0, "row %zu", i);
        if (event) {
            cr_expect_eq((int)json_array_size(json_object_get(event, "msgs")), rows[i].msgs);
            cr_expect_eq(json_integer_value(json_object_get(event, "msgs_omitted")),
                         rows[i].omitted);
        }
        json_decref(json);
    }
}

Test(sink, json_of_an_alert_about_no_element) {
    struct toc_alert alert = made_alert(made_event("{\"event\":{\"name\":\"tocsin_tick\"}}"));
    json_t *json;

    alert.n_matched = 0;
    json = parsed(&alert, TOC_ALERT_EVENT_MATCHED);
    cr_expect_eq(json_array_size(json_object_get(json, "matched")), 0);
    json_decref(json);
}
