// SPDX-License-Identifier: Apache-2.0
// Random calls, and rules about what the kernel side knows of them and what it does not.
#include "pushdown_random.h"

#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "workspace.h"

static struct drand48_data seed;

void random_begin(long round) {
    srand48_r(round, &seed);
}

static unsigned below(unsigned n) {
    long r;

    lrand48_r(&seed, &r);
    return (unsigned)(r >> 8) % n;
}

#define ONE_OF(list) list[below(sizeof(list) / sizeof(list[0]))]

/* ---- Random events ---- */

static const char *const statuses[] = {"ok", "ok", "ok", "null", "fault", "absent"};
static const char *const pointers[] = {
    "0x0", "0x1000", "0x7f0000000000", "0x7f0000000000", "0xffff800000001000", "0x800000000000"};
static const char *const addresses[] = {
    ",\"family\":\"inet\",\"ip\":\"127.0.0.1\",\"port\":53",
    ",\"family\":\"inet\",\"ip\":\"127.0.0.2\",\"port\":117", /* 53 modulo 64 */
    ",\"family\":\"inet6\",\"ip\":\"::1\",\"port\":123", ",\"family\":\"unix\",\"path\":\"x\"", ""};

static void add_name(struct toc_buf *out, const char *key) {
    const char *status = ONE_OF(statuses), *ptr = ONE_OF(pointers), *address = ONE_OF(addresses);

    toc_buf_addf(out, "\"%s\":{\"status\":\"%s\",\"ptr\":\"%s\",\"len\":%u%s}", key, status, ptr,
                 below(40), strcmp(status, "ok") != 0 ? "" : address);
}

static void add_view(struct toc_buf *out, const char *key) {
    toc_buf_addf(out, "\"%s\":{\"status\":\"%s\",\"flags\":%u,", key, ONE_OF(statuses), below(3));
    add_name(out, "name");
    toc_buf_addf(out, ",\"iov\":{\"status\":\"%s\",\"ptr\":\"%s\",\"count\":%u", ONE_OF(statuses),
                 ONE_OF(pointers), below(20));
    if (below(2))
        toc_buf_addf(out, ",\"bytes\":%u,\"segs\":[{\"base\":\"%s\",\"len\":%u}]", below(3),
                     ONE_OF(pointers), below(100));
    toc_buf_addf(out, "},\"control\":{\"status\":\"%s\",\"ptr\":\"%s\",\"len\":%u%s}}",
                 ONE_OF(statuses), ONE_OF(pointers), below(3),
                 below(3) ? "" : ",\"items\":[{\"level\":17,\"type\":103,\"len\":18}]");
}

static void add_msgs(struct toc_buf *out, unsigned n) {
    for (unsigned i = 0; i < n; i++) {
        toc_buf_addf(out, "%s{\"index\":%u,\"len\":%u,", i ? "," : "", i, below(4));
        add_view(out, "enter");
        if (below(3)) {
            toc_buf_adds(out, ",\"kernel\":{\"status\":\"ok\",");
            add_name(out, "name");
            toc_buf_addc(out, '}');
        }
        if (below(4)) {
            toc_buf_addc(out, ',');
            add_view(out, "exit");
        }
        toc_buf_addc(out, '}');
    }
}

static void add_call(struct toc_buf *out, bool is_send, unsigned i) {
    static const char *const abis[] = {"x86_64", "i386", "x32"};
    static const unsigned flags[] = {0, 1, 2, 0x40, 0x80000000, 0xffffffff};
    static const int results[] = {0, 1, 2, 3, -14, -11, -4000};

    toc_buf_addf(out,
                 "{\"event\":{\"name\":\"%s\",\"stage\":\"call\",\"time\":\"1970-01-01T00:00:%02u."
                 "%03uZ\",\"abi\":\"%s\",\"via\":\"syscall\",\"ret\":%d,\"duration_ns\":%u},",
                 is_send ? "sendmmsg" : "recvmmsg", i / 10, i % 10 * 100, ONE_OF(abis),
                 ONE_OF(results), below(5) * 1000);
    toc_buf_addf(out, "\"proc\":{\"pid\":%u,\"uid\":%u,\"gid\":%u,\"traced\":%s,\"elf\":%u},",
                 100 + below(3), below(3) * 500, below(2), below(2) ? "true" : "false",
                 below(2) ? 64 : 32);
    if (below(4))
        toc_buf_addf(out,
                     "\"sock\":{\"family\":\"%s\",\"type\":\"%s\",\"protocol\":17,\"local\":{"
                     "\"status\":\"ok\",\"family\":\"inet\",\"ip\":\"127.0.0.1\",\"port\":%u}},",
                     below(2) ? "inet" : "unix", below(2) ? "dgram" : "raw", 50 + below(5));
    toc_buf_addf(out,
                 "\"batch\":{\"fd\":%u,\"vec\":\"%s\",\"flags\":%u,\"requested\":%u,"
                 "\"kernel_seen\":%u,\"bytes\":%u,\"truncated\":%s},",
                 below(5), ONE_OF(pointers), ONE_OF(flags), below(4), below(4), below(300),
                 below(4) ? "false" : "true");
    if (!is_send && below(2))
        toc_buf_addf(out,
                     "\"timeout\":{\"ptr\":\"%s\",\"enter\":{\"status\":\"ok\",\"sec\":%d,\"nsec\":"
                     "5},\"exit\":{\"status\":\"ok\",\"sec\":%d,\"nsec\":5}},",
                     ONE_OF(pointers), (int)below(3) - 1, (int)below(3) - 1);
}

void random_event(struct toc_buf *out, unsigned i) {
    toc_buf_reset(out);
    add_call(out, below(2), i);
    toc_buf_adds(out, "\"msgs\":[");
    add_msgs(out, below(4));
    toc_buf_adds(out, "]}");
}

/* ---- Random conditions ---- */

/* %d: a number; of the second list over m, an element of msgs. */
static const char *const of_call[] = {
    "batch.requested > %d",
    "batch.requested <= %d",
    "batch.requested != %d",
    "%d == batch.requested",
    "batch.flags == %d",
    "math.bitAnd(batch.flags, 3) != 0",
    "math.bitAnd(batch.flags, MSG_DONTWAIT) == 0",
    "batch.requested in [%d, 7]",
    "!(batch.requested in [1, %d])",
    "batch.kernel_seen > batch.completed",
    "batch.completed != batch.requested",
    "batch.kernel_seen <= batch.captured",
    "batch.truncated",
    "event.abi == \"i386\"",
    "event.abi != \"x32\"",
    "event.abi in [\"i386\", \"x86_64\"]",
    "event.name == \"sendmmsg\"",
    "event.error == \"EFAULT\"",
    "event.error != \"\"",
    "event.ret < %d - 2",
    "event.ret >= %d",
    "event.duration_ns > %d",
    "proc.uid >= 500",
    "proc.pid == 10%d",
    "proc.traced",
    "!proc.traced",
    "proc.elf == 64",
    "sock.family == \"inet\"",
    "sock.type in [\"raw\"]",
    "sock.local.port in [50, 53]",
    "sock.local.port > 5%d",
    "has(sock.cookie)",
    "ptr_space(batch.vec) == \"kernel\"",
    "ptr_space(batch.vec) in [\"user\", \"low\"]",
    "ptr_space(batch.vec) != \"user\"",
    "batch.requested > (sock.family == \"inet\" ? %d : 2)",
    "(proc.traced ? batch.flags : batch.requested) > %d",
    "batch.fd + 1 > %d",
    "size(msgs) > %d",
    "event.saturated.exists(s, s == \"args.len\")",
};
static const char *const of_recv[] = {
    "timeout.grew",
    "timeout.enter.sec < 0",
    "timeout.enter.ns != timeout.exit.ns",
    "ptr_space(timeout.ptr) != \"user\"",
};
static const char *const of_msg[] = {
    "m.enter.status == \"fault\"",
    "m.enter.status != \"ok\"",
    "m.enter.name.status in [\"fault\", \"null\"]",
    "m.enter.iov.status == \"fault\"",
    "m.enter.iov.count > %d",
    "m.enter.iov.count == 1%d",
    "m.enter.iov.count < %d",
    "ptr_space(m.enter.name.ptr) == \"kernel\"",
    "ptr_space(m.enter.iov.ptr) != \"user\"",
    "m.enter.iov.segs.exists(s, ptr_space(s.base, uint(s.len)) in [\"cross\", \"kernel\"])",
    "m.enter.iov.segs.all(s, s.len <= %d)",
    "m.enter.control.items.exists(c, c.level == SOL_UDP && c.type == 103)",
    "\"name\" in m.changed_kernel",
    "!(\"name\" in m.changed_exit)",
    "size(m.changed_exit) > 0",
    "m.changed.exists(p, p in [\"iov\", \"iov.ptr\"])",
    "m.changed.exists(p, p != \"name\")",
    "m.peer.port == 53",
    "m.peer.port in [53, 123]",
    "m.peer.port != 53",
    "m.peer.family in [\"inet\", \"inet6\"]",
    "m.enter.name.port == 117",
    "m.exit.name.status == \"ok\" && m.exit.name.len > 1%d",
    "m.index == batch.completed",
    "m.len > %d",
    "m.?kernel.?foreign_bpf.orValue(false)",
};

static void add_leaf(struct toc_buf *out, const char *format) {
    for (; *format; format++) {
        if (format[0] == '%' && format[1] == 'd')
            toc_buf_addf(out, "%u", below(4)), format++;
        else
            toc_buf_addc(out, *format);
    }
}

static void add_condition(struct toc_buf *out, unsigned depth, bool each, bool recv) {
    static const char *const joints[] = {" && ", " || "};
    const char *joint = ONE_OF(joints);
    unsigned kind = below(depth ? 9 : 4);

    if (kind < 4) {
        if (each && below(3))
            add_leaf(out, ONE_OF(of_msg));
        else
            add_leaf(out, recv && !below(4) ? ONE_OF(of_recv) : ONE_OF(of_call));
    } else if (kind == 4) {
        toc_buf_adds(out, "!(");
        add_condition(out, depth - 1, each, recv);
        toc_buf_addc(out, ')');
    } else if (kind == 5 && !each) {
        toc_buf_adds(out, below(2) ? "msgs.exists(m, " : "msgs.all(m, ");
        add_condition(out, depth - 1, true, recv);
        toc_buf_addc(out, ')');
    } else {
        toc_buf_addc(out, '(');
        add_condition(out, depth - 1, each, recv);
        toc_buf_adds(out, joint);
        add_condition(out, depth - 1, each, recv);
        toc_buf_addc(out, ')');
    }
}

/* ---- Random rules ---- */

static void add_clause(struct toc_buf *out, const char *before, bool recv) {
    toc_buf_adds(out, before);
    add_condition(out, 1, false, recv);
    toc_buf_adds(out, "'}\n");
}

static void add_correlation(struct toc_buf *out) {
    switch (below(5)) {
    case 0:
        toc_buf_adds(out, "correlation: {type: event_count, group-by: [proc.pid], timespan: 1s, "
                          "condition: {gte: 2}}\n");
        break;
    case 1:
        toc_buf_adds(out, "correlation:\n  type: event_count\n  group-by: [proc.pid]\n"
                          "  timespan: 1s\n  condition: {gte: 2}\n");
        add_clause(out, "  until: {events: [recvmmsg], when: '", true);
        break;
    case 2:
        toc_buf_adds(out, "correlation:\n  type: temporal_ordered\n  group-by: [proc.pid]\n"
                          "  timespan: 2s\n  steps:\n");
        add_clause(out, "    - {name: one, events: [sendmmsg], when: '", false);
        add_clause(out, "    - {name: two, events: [recvmmsg], when: '", true);
        break;
    case 3:
        toc_buf_adds(out, "correlation:\n  type: aggregate\n  group-by: [proc.pid]\n"
                          "  timespan: 1s\n  let:\n");
        add_clause(out, "    sent: {events: [sendmmsg], sum: batch.bytes, when: '", false);
        toc_buf_adds(out, "    got: {events: [recvmmsg], count: true}\n"
                          "  condition: sent > got * 100\n");
        break;
    default: break;
    }
}

void random_rule(unsigned i) {
    static const char *const events[] = {"sendmmsg", "recvmmsg", "sendmmsg, recvmmsg"};
    _cleanup_toc_buf_ struct toc_buf text = {0};
    const char *names = ONE_OF(events);
    char path[32];
    bool each = below(2);

    toc_buf_addf(&text,
                 "format: 1\nid: r%u\ntitle: T\nstatus: stable\nlevel: low\ndescription: D\n"
                 "message: m\n%s",
                 i, each ? "each: {m: msgs}\n" : "");
    toc_buf_addf(&text, "events: [%s]\nwhen: '", names);
    add_condition(&text, 3, each, !strcmp(names, "recvmmsg"));
    toc_buf_adds(&text, "'\n");
    if (!each)
        add_correlation(&text);
    toc_buf_adds(&text, "tests: [{name: a, given: {event: {name: sendmmsg}}, alerts: 1}, "
                        "{name: b, given: {event: {name: recvmmsg}}, alerts: 0}]\n");
    snprintf(path, sizeof(path), "s/r%u.yaml", i);
    workspace_write(path, toc_buf_cstr(&text));
}

void random_pack(void) {
    _cleanup_toc_buf_ struct toc_buf text = {0};

    toc_buf_adds(&text, "format: 1\npack: p\ninclude: {ids: [\"*\"]}\n");
    if (below(2)) {
        toc_buf_adds(&text, "scope: '");
        add_condition(&text, 1, false, false);
        toc_buf_adds(&text, "'\n");
    }
    workspace_write("p.yaml", toc_buf_cstr(&text));
}
