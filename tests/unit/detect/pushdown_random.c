// SPDX-License-Identifier: Apache-2.0
// Random rules about what the kernel side knows of calls and what it does not.
#include <stdio.h>
#include <string.h>

#include "base/cleanup.h"
#include "pushdown_random.h"
#include "workspace.h"

/* ---- Random conditions ---- */

/* %d: a number; of the second list over m, an element of msgs. */
static const char *const of_call[] = {
    "batch.requested > %d",
    "batch.requested <= %d",
    "batch.requested != %d",
    "%d == batch.requested",
    "batch.flags == %d",
    "args.vlen > %d",
    "args.vlen != %d",
    "!(args.vlen in [1, %d])",
    "has(args.vlen) && args.vlen == %d",
    "args.flags == %d",
    "math.bitAnd(args.flags, 3) != 0",
    "args.sockfd + 1 > %d",
    "batch.requested > args.sockfd",
    "ptr_space(args.msgvec) != \"user\"",
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
    "batch.captured > %d",
    "batch.bytes > %d00",
    "batch.taken.requested > %d",
    "has(batch.taken)",
    "batch.changed.size() > 0",
    "msgs.map(k, k.?kernel.?ret).size() > %d",
    "cel.bind(k, msgs[0], has(k.kernel) && k.kernel.ret > %d)",
    "event.saturated.exists(s, s == \"args.len\")",
};
static const char *const of_recv[] = {
    "timeout.grew",
    "ptr_space(args.timeout) != \"user\"",
    "timeout.enter.sec < 0",
    "timeout.enter.ns != timeout.exit.ns",
    "ptr_space(timeout.ptr) != \"user\"",
    "timeout.kernel.sec < 0",
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
    "has(m.kernel)",
    "has(m.kernel.name)",
    "m.kernel.ret > %d - 2",
    "m.?kernel.?error.orValue(\"\") != \"\"",
    "m.kernel.flags == %d",
    "m.kernel.iov.count > %d",
    "m.kernel.control.len > %d",
    "m.kernel.name == m.enter.name",
    "m.kernel.status == \"ok\"",
    "m.kernel.from.name != \"none\"",
    "m.kernel.from.iov != \"none\"",
    "m.kernel.from.control != \"none\"",
    "m.kernel.from.flags != \"none\"",
    "m.peer_from == \"kernel\"",
    "[m.kernel].size() == %d",
    "size(m.changed) > %d",
};

static void add_leaf(struct toc_buf *out, const char *format) {
    for (; *format; format++) {
        if (format[0] == '%' && format[1] == 'd')
            toc_buf_addf(out, "%u", random_below(4)), format++;
        else
            toc_buf_addc(out, *format);
    }
}

static void add_condition(struct toc_buf *out, unsigned depth, bool each, bool recv) {
    static const char *const joints[] = {" && ", " || "};
    const char *joint = RANDOM_OF(joints);
    unsigned kind = random_below(depth ? 9 : 4);

    if (kind < 4) {
        if (each && random_below(3))
            add_leaf(out, RANDOM_OF(of_msg));
        else
            add_leaf(out, recv && !random_below(4) ? RANDOM_OF(of_recv) : RANDOM_OF(of_call));
    } else if (kind == 4) {
        toc_buf_adds(out, "!(");
        add_condition(out, depth - 1, each, recv);
        toc_buf_addc(out, ')');
    } else if (kind == 5 && !each) {
        toc_buf_adds(out, random_below(2) ? "msgs.exists(m, " : "msgs.all(m, ");
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
    switch (random_below(5)) {
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
    static const char *const messages[] = {"m", "m", "{batch}", "{size(msgs)} {batch.bytes}",
                                           "{msgs}"};
    static const char *const of_each[] = {"m", "{m.index}", "{m.?peer.?port}", "{m.kernel}", "{m}"};
    _cleanup_toc_buf_ struct toc_buf text = {0};
    const char *names = RANDOM_OF(events);
    char path[32];
    bool each = random_below(2);

    toc_buf_addf(&text,
                 "format: 1\nid: r%u\ntitle: T\nstatus: stable\nlevel: low\ndescription: D\n"
                 "message: \"%s\"\n%s",
                 i, each ? RANDOM_OF(of_each) : RANDOM_OF(messages),
                 each ? "each: {m: msgs}\n" : "");
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
    if (random_below(2)) {
        toc_buf_adds(&text, "scope: '");
        add_condition(&text, 1, false, false);
        toc_buf_adds(&text, "'\n");
    }
    workspace_write("p.yaml", toc_buf_cstr(&text));
}
