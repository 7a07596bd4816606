// SPDX-License-Identifier: Apache-2.0
// What is written is read back as it was, and is what another library understands.
#include <criterion/criterion.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "event/json.h"
#include "event/same.h"
#include "random_event.h"

#define EVENTS 3000

static const struct toc_place place = {"events.jsonl", 1, 0};

static void check_record(const struct toc_event *event) {
    _cleanup_toc_buf_ struct toc_buf buf = {0};

    if (!toc_record_check(event, event->size))
        return;
    toc_json_write(event, &buf);
    cr_assert(false, "%.*s", (int)buf.n, buf.p);
}

Test(json, every_event_comes_back) {
    _cleanup_toc_builder_ struct toc_builder *one = NULL, *two = NULL;
    _cleanup_toc_buf_ struct toc_buf first = {0}, second = {0};
    struct toc_json_counts counts = {0};
    uint64_t state = 88172645463325252u;

    cr_assert_eq(toc_builder_new(&one), 0);
    cr_assert_eq(toc_builder_new(&two), 0);
    for (int i = 0; i < EVENTS; i++) {
        _cleanup_toc_diags_ struct toc_diags diags = {0};
        const struct toc_event *event = random_event(one, &state), *back = NULL;
        int r;

        check_record(event);
        toc_buf_reset(&first);
        toc_buf_reset(&second);
        toc_json_write(event, &first);
        r = toc_json_read(two, first.p, first.n, place, TOC_EVENT_NONE, &diags, &counts, &back);
        cr_assert_eq(r, 0, "%s\n%.*s", diags.n ? diags.items[0].message : "", (int)first.n,
                     first.p);
        check_record(back);
        cr_assert(toc_same_event(event, back), "%.*s", (int)first.n, first.p);
        toc_json_write(back, &second);
        cr_assert(first.n == second.n && !memcmp(first.p, second.p, first.n));
        cr_assert_eq(diags.n, 0, "%s", diags.items[0].message);
    }
    cr_assert(!counts.unknown_fields && !counts.contradictions);
}

static const struct toc_event *read_event(struct toc_builder *builder, const char *text, size_t n) {
    _cleanup_toc_diags_ struct toc_diags diags = {0};
    struct toc_json_counts counts = {0};
    const struct toc_event *event = NULL;

    cr_assert_eq(toc_json_read(builder, text, n, place, TOC_EVENT_NONE, &diags, &counts, &event),
                 0);
    return event;
}

Test(json, what_follows_from_the_rest_takes_no_more_room_when_it_is_given) {
    static const char text[] =
        "{\"event\":{\"name\":\"sendmmsg\",\"ret\":1},\"msgs\":[{\"kernel\":{"
        "\"name\":{\"family\":\"inet\",\"ip\":\"192.0.2.1\",\"port\":53}}}]}";
    _cleanup_toc_builder_ struct toc_builder *one = NULL, *two = NULL;
    _cleanup_toc_buf_ struct toc_buf buf = {0};
    const struct toc_event *event, *back;

    cr_assert(!toc_builder_new(&one) && !toc_builder_new(&two));
    event = read_event(one, text, sizeof(text) - 1);
    cr_assert(event->msgs.n == 1 && toc_event_msgs(event)->peer);
    toc_json_write(event, &buf);
    back = read_event(two, buf.p, buf.n);
    cr_assert(toc_same_event(event, back));
    cr_expect_eq(event->size, back->size);
}

Test(json, a_selection_of_messages) {
    static const uint32_t odd[] = {1, 3};
    static const struct {
        struct toc_json_select select;
        const char *text;
    } rows[] = {
        {{.msgs = odd, .n_msgs = 2}, "\"msgs\":[{\"index\":1},{\"index\":3}],\"msgs_omitted\":2}"},
        {{.msgs = odd, .n_msgs = 1}, "\"msgs\":[{\"index\":1}],\"msgs_omitted\":3}"},
        {{.msgs = odd, .n_msgs = 0}, "\"msgs\":[],\"msgs_omitted\":4}"},
        {{.msgs = NULL}, "{\"index\":2},{\"index\":3}]}"},
    };
    _cleanup_toc_builder_ struct toc_builder *builder = NULL;
    const struct toc_event *event;
    struct toc_msg *msgs;
    struct toc_event *root;

    cr_assert_eq(toc_builder_new(&builder), 0);
    root = toc_builder_begin(builder, TOC_EVENT_sendmmsg);
    root->msgs.n = 4;
    msgs = TOC_NEW_LIST(builder, msg, 4, &root->msgs.off);
    root->present |= UINT64_C(1) << TOC_event_msgs;
    for (uint32_t i = 0; i < 4; i++)
        TOC_SET(msg, &msgs[i], index, i);
    cr_assert_eq(toc_builder_end(builder, &event), 0);
    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        _cleanup_toc_buf_ struct toc_buf buf = {0};
        size_t n = strlen(rows[i].text);

        toc_json_write_selected(event, &rows[i].select, &buf);
        cr_assert(buf.n > n && !memcmp(buf.p + buf.n - n, rows[i].text, n), "row %zu: %.*s", i,
                  (int)buf.n, buf.p);
    }
}
