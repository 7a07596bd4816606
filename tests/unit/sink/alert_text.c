// SPDX-License-Identifier: Apache-2.0
// Alerts as text: what a person sees.
#include <criterion/criterion.h>
#include <string.h>

#include "made.h"

static const struct toc_sink_options plain = {0};

static void expect_text(const struct toc_alert *alert, const struct toc_sink_options *options,
                        const char *wanted) {
    _cleanup_toc_buf_ struct toc_buf out = {0};

    toc_sink_alert(alert, options, &out);
    cr_expect_str_eq(toc_buf_cstr(&out), wanted);
}

static void expect_part(const struct toc_alert *alert, const char *part) {
    _cleanup_toc_buf_ struct toc_buf out = {0};

    toc_sink_alert(alert, &plain, &out);
    cr_expect(strstr(toc_buf_cstr(&out), part), "no \"%s\" in:\n%s", part, out.p);
}

Test(sink, text_shows_three_witnesses) {
    struct toc_alert alert = made_alert(made_event(made_rewritten));

    expect_text(
        &alert, &plain,
        "HIGH  rewritten  2026-11-20 20:10:00.123Z  demo[1234] uid 0 /usr/bin/demo\n"
        "      demo[1234] showed one and sent to another\n"
        "      sendmmsg sockfd 3 msgvec 0x7ffe20755070 vlen 2 flags 0 → 2   udp 0.0.0.0:40000\n"
        "      msg 1   enter 127.0.0.1:9   kernel 127.0.0.2:9   exit fault   changed name, "
        "iov.count\n"
        "              iov.count   enter 1   kernel -   exit 7\n"
        "\n");
}

Test(sink, text_with_color) {
    const struct toc_sink_options options = {.color = true};
    struct toc_alert alert = made_alert(made_event(made_rewritten));
    _cleanup_toc_buf_ struct toc_buf out = {0};

    toc_sink_alert(&alert, &options, &out);
    cr_expect(strstr(toc_buf_cstr(&out), "\033[31mHIGH\033[0m"));
    cr_expect(strstr(toc_buf_cstr(&out), "\033[1;31m127.0.0.2:9\033[0m"));
}

Test(sink, text_caps_messages) {
    static const uint32_t all[] = {0, 1, 0, 1, 0, 1, 1};
    struct toc_alert alert = made_alert(made_event(made_rewritten));
    _cleanup_toc_buf_ struct toc_buf out = {0};
    size_t shown = 0;

    alert.matched = all;
    alert.n_matched = 7;
    toc_sink_alert(&alert, &plain, &out);
    for (const char *at = toc_buf_cstr(&out); (at = strstr(at, "\n      msg ")); at++)
        shown++;
    cr_expect_eq(shown, 4);
    expect_part(&alert, "      … and 3 more\n");
}

Test(sink, text_of_calls) {
    static const struct {
        const char *json, *part;
    } rows[] = {
        {"{\"event\":{\"name\":\"sendmmsg\",\"ret\":-14}}", "      sendmmsg → EFAULT\n"},
        {"{\"event\":{\"name\":\"sendmmsg\",\"stage\":\"pending\"}}", " → not returned yet\n"},
        {"{\"event\":{\"name\":\"recvmmsg_time32\",\"abi\":\"i386\",\"via\":\"socketcall\",\"ret\":"
         "0}}",
         " → 0   abi i386   via socketcall\n"},
        {"{\"event\":{\"name\":\"sendmmsg\"},\"sock\":{\"family\":\"unix\",\"peer\":{\"family\":"
         "\"unix\",\"path\":\"@a\"}}}",
         "   unix to @a\n"},
        {"{\"event\":{\"name\":\"sendmmsg\"},\"sock\":{\"family\":\"inet6\",\"protocol\":6,"
         "\"local\":{\"family\":\"inet6\",\"ip\":\"::1\",\"port\":53}}}",
         "   tcp [::1]:53\n"},
        {"{\"event\":{\"name\":\"sendmmsg\"},\"sock\":{\"family\":\"inet\",\"type\":\"raw\","
         "\"protocol\":17,\"local\":{\"family\":\"inet\",\"ip\":\"0.0.0.0\"}}}",
         "   raw udp 0.0.0.0\n"},
        {"{\"event\":{\"name\":\"close\",\"ret\":0},\"args\":{\"fd\":7}}",
         "      close fd 7 → 0\n"},
        {"{\"event\":{\"name\":\"sendmmsg\"},\"msgs\":[{\"index\":0},{\"index\":1,\"enter\":{"
         "\"name\":{\"status\":\"null\"}},\"kernel\":{\"status\":\"absent\"}}]}",
         "msg 1   enter null   kernel -   exit -\n"},
        {"{\"event\":{\"name\":\"sendmmsg\"},\"msgs\":[{\"index\":0},{\"index\":1,\"enter\":{"
         "\"name\":{\"family\":\"netlink\",\"pid\":4,\"groups\":1}}}]}",
         "msg 1   enter {family netlink pid 4 groups 1}"},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        struct toc_alert alert = made_alert(made_event(rows[i].json));

        expect_part(&alert, rows[i].part);
    }
}

Test(sink, text_notes) {
    struct toc_alert alert = made_alert(made_event(made_rewritten));

    alert.incomplete = true;
    alert.held_back = 3;
    alert.message = "a \x1b[2J b";
    expect_part(&alert, "      incomplete: evidence of this call was lost or cut\n");
    expect_part(&alert, "      count 1, held back 3\n");
    expect_part(&alert, "      a \\x1b[2J b\n");
}

Test(sink, text_without_each_shows_no_messages) {
    struct toc_alert alert = made_alert(made_event(made_rewritten));
    _cleanup_toc_buf_ struct toc_buf out = {0};

    alert.has_matched = false;
    alert.n_matched = 0;
    toc_sink_alert(&alert, &plain, &out);
    cr_expect_null(strstr(toc_buf_cstr(&out), "\n      msg "));
}
