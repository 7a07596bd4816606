// SPDX-License-Identifier: Apache-2.0
// Which signatures are blind with which hooks.
#include "detect/blind.h"

#include <criterion/criterion.h>

#include "event/variants.h"

static const char all[] = "sys_enter sys_exit sock_send_length sock_recv_length cgroup_sendmsg4 "
                          "cgroup_sendmsg6 cgroup_recvmsg4 cgroup_recvmsg6 ";

#define NAMES_SENT "cgroup_sendmsg4 or cgroup_sendmsg6 or fentry_sendmsg or kprobe_sendmsg"

#define RESULTS_SENT "sock_send_length or fexit_sendmsg or kretprobe_sendmsg"

/* needs: what it lacks, of what can still fire behind "less: ". */
static const struct {
    uint64_t events;
    const char *when, *hooks, *needs;
} rows[] = {
    {EV(sendmmsg), "batch.requested > 1", all, ""},
    {EV(sendmmsg), "batch.requested > 1", "sys_enter sys_exit", ""},
    {EV(sendmmsg), "\"name\" in m.changed_kernel", all, ""},
    {EV(sendmmsg), "\"name\" in m.changed_kernel", "sys_exit cgroup_sendmsg6", ""},
    {EV(sendmmsg), "\"name\" in m.changed_kernel", "sys_exit cgroup_recvmsg4", NAMES_SENT},
    {EV(recvmmsg), "msgs.exists(m, m.kernel.name.port == 1)", "sys_exit",
     "cgroup_recvmsg4 or cgroup_recvmsg6"},
    {EV(sendmmsg), "\"name\" in m.changed_kernel && m.kernel.name.port == 1", "sys_exit",
     NAMES_SENT},
    {EV(sendmmsg), "batch.kernel_seen > 1 && m.kernel.name.port == 1", "sys_exit",
     NAMES_SENT ", " RESULTS_SENT},
    {EV(sendmmsg), "batch.kernel_seen > 1", "sys_exit kretprobe_sendmsg", ""},
    {EV(recvmmsg), "\"iov\" in m.changed_kernel", "sys_exit fentry_recvmsg", ""},
    {EV(sendmmsg), "has(batch.kernel_seen) && event.ret > 0", "sys_exit", RESULTS_SENT},
    {EV(sendmmsg), "m.?kernel.?ret.orValue(0) > 0", "sys_exit", ""},
    {EV(sendmmsg), "m.kernel.iov.count > 1", all, "fentry_sendmsg or kprobe_sendmsg"},
    {EV(io_uring_send), "event.ret > 1", all, "a hook that makes io_uring_send"},
    {EV(io_uring_send) | EV(sendmmsg), "event.ret > 1", all, ""},
    {EV(io_uring_send), "event.ret > 1", "sys_exit io_uring_submit_req", ""},
    {EV(tocsin_unexplained_send), "batch.bytes > 1u", "sys_exit sock_send_length", ""},
    {EV(sendmmsg), "event.ret > 1", "", "a hook that makes sendmmsg"},
    {EV(tocsin_loss), "args.count > 1", "", ""},
    {EV(sendmmsg), "event.ret > 1", "ptrace", ""},
    {EV(sendmmsg), "sock.family == \"unix\"", all, ""},
    {EV(sendmmsg), "sock.family == \"unix\"", "ptrace", ""},
    {EV(sendmmsg), "sock.family == \"unix\"", "sys_exit", "sys_enter or ptrace"},
    {EV(connect), "\"name\" in addr.changed_kernel", "ptrace", ""},
    {EV(connect), "\"name\" in addr.changed_kernel", "sys_enter sys_exit", ""},
    {EV(io_uring_setup), "event.ret > 1", "ptrace", ""},
    {EV(io_uring_send), "event.ret > 1", "ptrace", "a hook that makes io_uring_send"},
    {EV(sendmmsg), "sock.?gso_size.orValue(0) > 1", "ptrace", ""},
    // What other tools recorded.
    {EV(sendmmsg), "event.ret > 1 && batch.requested > 1", "tracee", ""},
    {EV(sendmmsg), "m.enter.iov.count > 1", "tracee", "sys_enter or ptrace"},
    {EV(sendmmsg), "m.enter.iov.count > 1", "strace", ""},
    {EV(sendmmsg), "size(m.changed_exit) > 0", "strace", "sys_exit or ptrace"},
    {EV(recvmmsg), "timeout.grew", "strace", ""},
    {EV(recvmmsg), "timeout.grew", "scap", "sys_exit or ptrace"},
    {EV(sendmmsg), "proc.elf == 64", "tracee", "sys_enter or ptrace"},
    {EV(sendto), "m.enter.iov.count > 1", "scap", "sys_enter or ptrace"},
    {EV(sendto), "m.peer.port == 53", "scap", ""},
    {EV(connect), "addr.enter.port == 53", "scap", ""},
    {EV(sendto), "batch.flags > 1", "scap", "sys_enter or ptrace"},
    {EV(sendmmsg), NULL, all, ""},
    // Blind is what cannot be true; what can be by another part sees less.
    {EV(sendmmsg), "event.ret > 1 || batch.kernel_seen > 1", "ptrace", "less: " RESULTS_SENT},
    {EV(sendmmsg), "batch.kernel_seen > 1 || m.kernel.name.port == 1", "ptrace",
     NAMES_SENT ", " RESULTS_SENT},
    {EV(sendmmsg), "batch.kernel_seen > 1 || m.kernel.name.port == 1", "sys_exit fexit_sendmsg",
     "less: " NAMES_SENT},
    {EV(sendmmsg), "(event.ret > 1 || batch.kernel_seen > 1) && m.kernel.name.port == 1", "ptrace",
     NAMES_SENT},
    {EV(sendmmsg), "!(event.ret > 1 && batch.kernel_seen > 1)", "ptrace", "less: " RESULTS_SENT},
    {EV(sendmmsg), "!(event.ret > 1 || batch.kernel_seen > 1)", "ptrace", RESULTS_SENT},
    {EV(sendmmsg), "msgs.exists(m, m.index == 1 || m.kernel.name.port == 1)", "ptrace",
     "less: " NAMES_SENT},
    {EV(sendmmsg), "msgs.exists(m, m.index == 1 && m.kernel.name.port == 1)", "ptrace", NAMES_SENT},
    {EV(sendmmsg), "!msgs.all(m, m.index == 1 || m.kernel.name.port == 1)", "ptrace", NAMES_SENT},
    {EV(sendmmsg), "size(msgs.filter(m, m.index == 1 || m.kernel.name.port == 1)) > 1", "ptrace",
     "less: " NAMES_SENT},
    {EV(sendmmsg), "size(msgs.filter(m, m.kernel.name.port == 1)) > 1", "ptrace", NAMES_SENT},
    {EV(sendmmsg), "(event.ret > 1 || batch.kernel_seen > 1) == true", "ptrace",
     "less: " RESULTS_SENT},
    {EV(sendmmsg), "has(batch.kernel_seen) ? batch.kernel_seen > 1 : event.ret > 1", "ptrace",
     "less: " RESULTS_SENT},
    {EV(sendmmsg), "batch.kernel_seen > 1 ? event.ret > 1 : event.ret > 2", "ptrace", RESULTS_SENT},
    {EV(sendmmsg), "has(batch.kernel_seen)", "ptrace", RESULTS_SENT},
    {EV(sendmmsg), "!has(batch.kernel_seen)", "ptrace", "less: " RESULTS_SENT},
    {EV(sendmmsg), "m.?kernel.ret.orValue(0) >= 0", "ptrace", ""},
};

static enum toc_sight sight_of(const struct toc_signature *signature, const char *hooks,
                               uint64_t watched, struct toc_buf *ret_needs) {
    const struct toc_given given = {.hooks = hooks, .watched = watched};

    return toc_signature_sight(signature, &given, ret_needs);
}

Test(blind, lacks_what_no_hook_gives) {
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        const struct toc_expression when = {
            .where = "when", .text = rows[i].when, .events = rows[i].events, .needed = true};
        const struct toc_signature signature = {.events = rows[i].events,
                                                .clauses = {rows[i].events},
                                                .n_clauses = 1,
                                                .expressions = &when,
                                                .n_expressions = rows[i].when != NULL};
        struct toc_buf needs = {0}, text = {0};
        enum toc_sight sight = sight_of(&signature, rows[i].hooks, UINT64_MAX, &needs);

        toc_buf_addf(&text, "%s%.*s", sight == TOC_SIGHT_LESS ? "less: " : "", (int)needs.n,
                     needs.p ?: "");
        cr_expect_str_eq(toc_buf_cstr(&text), rows[i].needs, "row %zu", i);
        cr_expect_eq(sight == TOC_SIGHT_WHOLE, !rows[i].needs[0], "row %zu", i);
        toc_buf_free(&needs);
        toc_buf_free(&text);
    }
}

Test(blind, looks_at_every_step_and_its_events) {
    const struct toc_expression expressions[] = {
        {.where = "steps.a.when",
         .text = "event.ret > 1",
         .events = EV(io_uring_recv),
         .needed = true},
        {.where = "steps.b.when",
         .text = "batch.kernel_seen > 1",
         .events = EV(sendmmsg),
         .needed = true},
        {.where = "until.when", .text = "batch.kernel_seen > 1", .events = EV(recvmmsg)},
    };
    const struct toc_signature signature = {.events =
                                                EV(io_uring_recv) | EV(sendmmsg) | EV(recvmmsg),
                                            .clauses = {EV(io_uring_recv), EV(sendmmsg)},
                                            .n_clauses = 2,
                                            .expressions = expressions,
                                            .n_expressions = 3};
    struct toc_buf needs = {0};

    cr_expect_eq(sight_of(&signature, "sys_enter sys_exit", UINT64_MAX, &needs), TOC_SIGHT_NONE);
    cr_expect_str_eq(
        toc_buf_cstr(&needs),
        "a hook that makes io_uring_recv, sock_send_length or fexit_sendmsg or kretprobe_sendmsg");
    toc_buf_free(&needs);
}

Test(blind, lacks_events_that_were_not_watched) {
    const struct toc_signature signature = {.events = EV(sendmmsg) | EV(sendto),
                                            .clauses = {EV(sendmmsg) | EV(sendto)},
                                            .n_clauses = 1};
    const struct toc_signature heartbeats = {
        .events = EV(tocsin_heartbeat), .clauses = {EV(tocsin_heartbeat)}, .n_clauses = 1};
    struct toc_buf needs = {0};

    cr_expect_eq(sight_of(&signature, "sys_exit", EV(sendto), &needs), TOC_SIGHT_WHOLE);
    cr_expect_eq(sight_of(&signature, "sys_exit", EV(recvfrom), &needs), TOC_SIGHT_NONE);
    cr_expect_str_eq(toc_buf_cstr(&needs), "a hook that makes sendmmsg or sendto");
    toc_buf_free(&needs);
    cr_expect_eq(sight_of(&heartbeats, "sys_exit", EV(tocsin_loss), &needs), TOC_SIGHT_NONE);
    cr_expect_str_eq(toc_buf_cstr(&needs), "a hook that makes tocsin_heartbeat");
    cr_expect_eq(toc_made_events(EV(io_uring_send) | EV(sendto) | EV(tocsin_loss), "ptrace"),
                 EV(sendto) | EV(tocsin_loss));
    toc_buf_free(&needs);
}
