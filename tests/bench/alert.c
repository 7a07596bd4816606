// SPDX-License-Identifier: Apache-2.0
// The cost of an alert as a line of JSON, of one message and of more.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "event/json.h"
#include "figure.h"
#include "sink/sink.h"

#define ROUNDS 21
#define MORE 8 /* messages beyond the first */

static const char head[] =
    "{\"event\":{\"name\":\"sendmmsg\",\"stage\":\"call\",\"call\":\"1-42\",\"time\":"
    "\"2026-11-20T20:10:00.123456789Z\",\"seq\":42,\"cpu\":1,\"abi\":\"x86_64\",\"via\":"
    "\"syscall\","
    "\"nr\":307,\"ret\":2,\"duration_ns\":5321,\"lost_before\":0},\"proc\":{\"pid\":100,\"tid\":"
    "101,"
    "\"ppid\":1,\"uid\":1000,\"gid\":1000,\"comm\":\"dig\",\"exe\":\"/usr/bin/"
    "dig\",\"exe_ino\":1234,"
    "\"elf\":64,\"traced\":false,\"kthread\":false,\"start_ns\":81234567890,\"pid_ns\":4026531836,"
    "\"cgroup_id\":1234,\"cgroup\":\"/"
    "user.slice\",\"container\":\"\",\"parent\":{\"pid\":1,\"comm\":"
    "\"bash\",\"exe\":\"/bin/"
    "bash\"}},\"sock\":{\"cookie\":77,\"family\":\"inet\",\"type\":\"dgram\","
    "\"protocol\":17,\"netns\":4026531840,\"local\":{\"family\":\"inet\",\"ip\":\"0.0.0.0\","
    "\"port\":"
    "40000},\"peer\":{\"status\":\"null\"}},\"args\":{\"sockfd\":3,\"msgvec\":\"0x7ffe20755070\","
    "\"vlen\":2,\"flags\":0},\"batch\":{\"fd\":3,\"vec\":\"0x7ffe20755070\",\"flags\":0,"
    "\"requested\":"
    "2,\"kernel_seen\":2,\"bytes\":4,\"truncated\":false},\"msgs\":[";
#define VIEW                                                                                       \
    "{\"status\":\"ok\",\"flags\":0,\"name\":{\"status\":\"ok\",\"ptr\":\"0x7ffe20755100\","       \
    "\"len\":"                                                                                     \
    "16,\"family\":\"inet\",\"ip\":\"127.0.0.1\",\"port\":53},\"iov\":{\"status\":\"ok\",\"ptr\":" \
    "\"0x7ffe20755120\",\"count\":1,\"bytes\":2,\"segs\":[{\"base\":\"0x7ffe20755200\",\"len\":2}" \
    "]},"                                                                                          \
    "\"control\":{\"status\":\"null\",\"ptr\":\"0x0\",\"len\":0}}"
static const char message[] =
    "{\"index\":%u,\"len\":2,\"enter\":" VIEW ",\"kernel\":{\"status\":\"ok\",\"from\":{\"name\":"
    "\"cgroup_sendmsg4\",\"ret\":\"sock_send_length\"},\"ret\":2,\"name\":{\"status\":\"ok\","
    "\"family\":\"inet\",\"ip\":\"198.51.100.9\",\"port\":53}},\"exit\":" VIEW "}";

static const char *const tags[] = {"attack.t1685", "stp.5k"};
static const struct toc_signature signature = {
    .id = "mmsg-destination-rewritten",
    .title = "The kernel sent a message to another address than the one shown at entry",
    .status = "stable",
    .tags = tags,
    .n_tags = 2,
    .each_var = "m",
    .each_list = "msgs",
    .digest = 0x123456789abcdef0,
};
static const struct toc_rule rule = {&signature, "default", TOC_LEVEL_HIGH};

static const struct toc_event *make(struct toc_builder *builder, unsigned n) {
    _cleanup_toc_buf_ struct toc_buf text = {0};
    _cleanup_toc_diags_ struct toc_diags diags = {0};
    struct toc_json_counts counts = {0};
    const struct toc_event *event = NULL;

    toc_buf_adds(&text, head);
    for (unsigned i = 0; i < n; i++) {
        toc_buf_adds(&text, i ? "," : "");
        toc_buf_addf(&text, message, i);
    }
    toc_buf_adds(&text, "]}");
    if (toc_json_read(builder, text.p, text.n, (struct toc_place){.file = "event", .line = 1},
                      TOC_EVENT_NONE, &diags, &counts, &event)) {
        fprintf(stderr, "bench_alert: %s\n", diags.n ? diags.items[0].message : "no event");
        exit(EXIT_FAILURE);
    }
    return event;
}

static struct toc_alert alert_of(const struct toc_event *event) {
    struct toc_msg *msgs = (struct toc_msg *)(uintptr_t)toc_event_msgs(event);
    static uint32_t matched[1 + MORE];

    // As live: what is the same at the return is shared.
    for (uint32_t i = 0; i < event->msgs.n; i++)
        msgs[i].exit = msgs[i].enter;

    for (uint32_t i = 0; i < 1 + MORE; i++)
        matched[i] = i;
    return (struct toc_alert){
        .rule = &rule,
        .level = rule.level,
        .event = event,
        .uid = "0123456789abcdef",
        .time = toc_event_meta(event)->time,
        .message = "dig[100] showed 127.0.0.1:53 and sent to 198.51.100.9:53",
        .matched = matched,
        .n_matched = event->msgs.n,
        .has_matched = true,
        .count = 1,
        .why = {{"m.enter.name.ip", "\"127.0.0.1\""}, {"m.kernel.name.ip", "\"198.51.100.9\""}},
        .n_why = 2,
        .host_id = "b08dfa6083e7567a1921a715000001fb",
        .host_name = "host",
    };
}

/* Nanoseconds an alert. */
static double run(const struct toc_alert *alert, struct toc_buf *out, unsigned times) {
    const struct toc_sink_options options = {.json = true};
    double begun = toc_bench_now_ns();

    for (unsigned i = 0; i < times; i++) {
        toc_buf_reset(out);
        toc_sink_alert(alert, &options, out);
    }
    return (toc_bench_now_ns() - begun) / times;
}

static double copy(const struct toc_buf *from, char *to, unsigned times) {
    double begun = toc_bench_now_ns();

    for (unsigned i = 0; i < times; i++) {
        memcpy(to, from->p, from->n);
        __asm__ volatile("" : : "r"(to) : "memory");
    }
    return (toc_bench_now_ns() - begun) / times;
}

int main(void) {
    unsigned times = toc_bench_smoke() ? 10 : 10000;
    _cleanup_toc_builder_ struct toc_builder *one = NULL, *many = NULL;
    _cleanup_toc_buf_ struct toc_buf out = {0};
    struct toc_alert first, all;
    double single[ROUNDS], base[ROUNDS], more[ROUNDS];
    char *to = malloc(1 << 20), note[64];

    if (!to || toc_builder_new(&one) || toc_builder_new(&many))
        return EXIT_FAILURE;
    first = alert_of(make(one, 1));
    all = alert_of(make(many, 1 + MORE));
    for (int round = 0; round < ROUNDS; round++) {
        more[round] = run(&all, &out, times);
        single[round] = run(&first, &out, times);
        base[round] = copy(&out, to, times);
        more[round] = (more[round] - single[round]) / MORE;
    }
    snprintf(note, sizeof(note), "%zu bytes", out.n);
    toc_figure_print(
        &(struct toc_figure){"alert.first", single, base, ROUNDS, "copying the line", note});
    toc_figure_print(&(struct toc_figure){.name = "alert.more", .values = more, .n = ROUNDS});
    free(to);
    return 0;
}
