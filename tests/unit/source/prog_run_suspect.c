// SPDX-License-Identifier: Apache-2.0
// Which calls look like attacks inside the kernel already.
#include <arpa/inet.h>
#include <criterion/criterion.h>
#include <string.h>
#include <sys/socket.h>

#include "prog_run.h"

#define BATCH(event)                                                                               \
    TOC_WIRE_KIND(TOC_EVENT_##event, TOC_WIRE_NATIVE, TOC_WIRE_SYSCALL, TOC_WIRE_SHAPE_BATCH,      \
                  TOC_WIRE_TIME_NONE)

TestSuite(prog_run_suspect, .init = prog_run_load, .fini = prog_run_unload);

static void put4(uint8_t *name, const char *ip, uint16_t port) {
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(port)};

    inet_pton(AF_INET, ip, &to.sin_addr);
    memcpy(name, &to, sizeof(to));
}

static void put6(uint8_t *name, const char *ip, uint16_t port) {
    struct sockaddr_in6 to = {.sin6_family = AF_INET6, .sin6_port = htons(port)};

    inet_pton(AF_INET6, ip, &to.sin6_addr);
    memcpy(name, &to, TOC_WIRE_NAME);
}

/* One message, sent to where it was shown. */
static void honest(struct call_ask *a) {
    put4(a->shown, "127.0.0.1", 53);
    put4(a->used.name, "127.0.0.1", 53);
}
static void other_port(struct call_ask *a) {
    put4(a->used.name, "127.0.0.1", 54);
}
static void other_address(struct call_ask *a) {
    put4(a->used.name, "127.0.0.2", 53);
}
static void mapped(struct call_ask *a) {
    put6(a->shown, "::ffff:127.0.0.1", 53);
}
static void mapped_other(struct call_ask *a) {
    put6(a->shown, "::ffff:127.0.0.2", 53);
}
static void other_in_its_last_word(struct call_ask *a) {
    put6(a->shown, "2001:db8::1", 53);
    put6(a->used.name, "2001:db8::2", 53);
}
static void unreadable(struct call_ask *a) {
    a->shown_status = TOC_WIRE_FAULT;
}
static void no_name_seen(struct call_ask *a) {
    other_address(a);
    a->used.name_hook = TOC_WIRE_HOOK_NONE;
}
static void beyond_the_names_kept(struct call_ask *a) {
    other_address(a);
    a->n_entries = 0;
}
static void of_a_receive(struct call_ask *a) {
    other_address(a);
    a->kind = BATCH(recvmmsg);
}
static void more_than_returned(struct call_ask *a) {
    a->kernel_seen = 2;
}
static void sent_and_failed(struct call_ask *a) {
    a->ret = -14;
}
static void fault_that_moved(struct call_ask *a) {
    a->faults = 1;
}
static void fault_behind_the_end(struct call_ask *a) {
    a->faults = 2;
    a->n_entries = 2;
}
static void arguments_changed(struct call_ask *a) {
    a->args_changed = 1;
}

Test(prog_run_suspect, what_looks_like_an_attack) {
    static const struct {
        const char *what;
        void (*make)(struct call_ask *);
        bool is_suspect;
    } rows[] = {
        {"honest", honest, false},
        {"another port", other_port, true},
        {"another address", other_address, true},
        {"the same, IPv4-mapped", mapped, false},
        {"another, IPv4-mapped", mapped_other, true},
        {"IPv6, another in its last word", other_in_its_last_word, true},
        {"not readable at entry", unreadable, true},
        {"no name was seen", no_name_seen, false},
        {"beyond the names kept", beyond_the_names_kept, false},
        {"of a receive", of_a_receive, false},
        {"more sent than returned", more_than_returned, true},
        {"sent, and failed", sent_and_failed, true},
        {"a header not read, and moved", fault_that_moved, true},
        {"a header not read, behind the end", fault_behind_the_end, false},
        {"arguments in user memory changed", arguments_changed, true},
    };

    NEED_KERNEL();
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct call_ask *a = &skel->bss->call_ask;

        *a = (struct call_ask){.shown_status = TOC_WIRE_OK,
                               .used = {.name_hook = TOC_WIRE_HOOK_SENDMSG4},
                               .kind = BATCH(sendmmsg),
                               .n_entries = 1,
                               .kernel_seen = 1,
                               .ret = 1};
        honest(a);
        rows[i].make(a);
        prog_run(skel->progs.extract_suspect);
        cr_expect_eq(a->is_suspect, rows[i].is_suspect, "%s", rows[i].what);
    }
}
