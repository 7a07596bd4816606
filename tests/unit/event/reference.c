// SPDX-License-Identifier: Apache-2.0
// The reference walked whole, and what the older pages say found in it.
#include "event/reference.h"

#include <asm/unistd_64.h>
#include <criterion/criterion.h>
#include <errno.h>
#include <jansson.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>

#include "event/constants.h"

static bool has(const struct toc_buf *buf, const char *text) {
    return memmem(buf->p, buf->n, text, strlen(text));
}

Test(reference, every_event_has_a_whole_page) {
    static const char *const sections[] = {
        "\n## Intro\n",           "\n## Description\n",    "\n## Arguments\n",
        "\n### Available Tags\n", "\n## Hooks\n",          "\n## Example Use Case\n",
        "\n## Issues\n",          "\n## Related Events\n", "\n## Fields\n",
    };

    for (uint16_t i = 0; i < toc_names_event.n; i++) {
        _cleanup_toc_buf_ struct toc_buf buf = {0};
        uint16_t id = toc_names_event.items[i].value;
        const struct toc_page *page = toc_page(id);

        cr_assert(page, "%s", toc_names_event.items[i].name);
        cr_expect(*page->intro && *page->description && *page->use_case && *page->issues);
        cr_assert_eq(toc_reference_event(id, &buf), 0);
        for (size_t s = 0; s < sizeof(sections) / sizeof(*sections); s++)
            cr_expect(has(&buf, sections[s]), "%s: %s", page->intro, sections[s]);
        cr_expect(!has(&buf, "TBD") && !has(&buf, "(null)") && !has(&buf, "..\n"), "%s",
                  page->intro);
    }
}

Test(reference, related_events_exist) {
    for (uint16_t i = 0; i < toc_names_event.n; i++) {
        const char *name = toc_page(toc_names_event.items[i].value)->related;

        cr_expect(*name, "%s", toc_names_event.items[i].name);
        while (*name) {
            size_t n = strcspn(name, " ");
            uint16_t id = toc_event_by_name(name, n);

            cr_expect(n && id != TOC_EVENT_NONE && id != toc_names_event.items[i].value, "%s: %.*s",
                      toc_names_event.items[i].name, (int)n, name);
            name += n + (name[n] == ' ');
        }
    }
}

Test(reference, every_argument_of_a_call_has_its_type) {
    for (uint16_t e = 0; e < toc_names_event.n; e++) {
        uint16_t id = toc_names_event.items[e].value;

        for (uint16_t i = 0; i < toc_object_args.n_fields; i++) {
            const struct toc_field *field = &toc_object_args.fields[i];
            const char *type = toc_argument_type(field, id);
            bool pointer = type[strlen(type) - 1] == '*';

            if (field->variants & toc_event_bit(id))
                cr_expect_eq(pointer, field->kind == TOC_KIND_POINTER, "%s.%s: %s",
                             toc_names_event.items[e].name, field->name, type);
        }
    }
}

/* What the two older pages hold, in the form it has here. */
Test(reference, the_older_pages_are_found) {
    static const struct {
        uint16_t event;
        const char *text;
    } rows[] = {
        {TOC_EVENT_sendmmsg, "* `sockfd`:`int`[K] - "},
        {TOC_EVENT_sendmmsg,
         "* `msgvec`:`struct mmsghdr*`[K OPT; what it points to: U TOCTOU OPT]"},
        {TOC_EVENT_sendmmsg, "* `vlen`:`unsigned int`[K] - "},
        {TOC_EVENT_sendmmsg, "* `flags`:`unsigned int`[K] - "},
        {TOC_EVENT_sendmmsg, "### sys_sendmmsg\n#### Type\nkprobe\n"},
        {TOC_EVENT_sendmmsg, "### sock_sendmsg\n#### Type\nkretprobe\n"},
        {TOC_EVENT_sendmmsg, "* recvmsg - "},
        {TOC_EVENT_sendmmsg, "* recvmmsg - "},
        {TOC_EVENT_sendmmsg, "* recvfrom - "},
        {TOC_EVENT_sendmmsg, "socket is not connected"},
        {TOC_EVENT_sendmmsg, "| i386 | 20 | socketcall |"},
        {TOC_EVENT_sendmmsg, "## Where the older page is wrong"},
        {TOC_EVENT_recvmmsg_time32, "* `fd`:`int`[K] - "},
        {TOC_EVENT_recvmmsg_time32,
         "* `mmsg`:`struct mmsghdr*`[K OPT; what it points to: U TOCTOU OPT]"},
        {TOC_EVENT_recvmmsg_time32, "* `vlen`:`unsigned int`[K] - "},
        {TOC_EVENT_recvmmsg_time32, "* `flags`:`unsigned int`[K] - "},
        {TOC_EVENT_recvmmsg_time32,
         "* `timeout`:`struct old_timespec32*`[K OPT; what it points to: U TOCTOU OPT]"},
        {TOC_EVENT_recvmmsg_time32,
         "### tracepoint_sys_enter_recvmmsg_time32\n#### Type\ntracepoint\n"},
        {TOC_EVENT_recvmmsg_time32, "### ptrace_recv_syscall\n#### Type\nptrace hook\n"},
        {TOC_EVENT_recvmmsg_time32, "* recvmsg - "},
        {TOC_EVENT_recvmmsg_time32, "* sendmsg - "},
        {TOC_EVENT_recvmmsg_time32, "* select - "},
        {TOC_EVENT_recvmmsg_time32, "* poll - "},
        {TOC_EVENT_recvmmsg_time32, "* epoll_wait - "},
        {TOC_EVENT_recvmmsg_time32, "seconds and nanoseconds"},
        {TOC_EVENT_recvmmsg_time32, "## Where the older page is wrong"},
        {TOC_EVENT_recvmmsg_time32, "### timeout.enter, timeout.kernel, timeout.exit\n"},
    };
    static const char *const tags[] = {"* K - ", "* U - ", "* TOCTOU - ", "* OPT - "};

    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        _cleanup_toc_buf_ struct toc_buf buf = {0};

        cr_assert_eq(toc_reference_event(rows[i].event, &buf), 0);
        cr_expect(has(&buf, rows[i].text), "%s", rows[i].text);
        for (size_t t = 0; t < sizeof(tags) / sizeof(*tags); t++)
            cr_expect(has(&buf, tags[t]), "%s", tags[t]);
    }
}

Test(reference, no_event_no_page) {
    _cleanup_toc_buf_ struct toc_buf buf = {0};

    cr_expect_eq(toc_reference_event(TOC_EVENT_NONE, &buf), -ENOENT);
    cr_expect_eq(toc_reference_json(62, &buf), -ENOENT);
    cr_expect_eq(buf.n, 0);
}

static bool is_listed(uint16_t event, uint16_t abi, uint16_t via, int nr) {
    for (size_t i = 0; i < toc_syscalls_n; i++)
        if (toc_syscalls[i].event == event && toc_syscalls[i].abi == abi &&
            toc_syscalls[i].via == via && toc_syscalls[i].nr == nr)
            return true;
    return false;
}

Test(reference, numbers) {
#define NATIVE(event)                                                                              \
    cr_expect(is_listed(TOC_EVENT_##event, TOC_abi_x86_64, TOC_via_syscall, __NR_##event))
    NATIVE(sendmmsg);
    NATIVE(recvmmsg);
    NATIVE(sendmsg);
    NATIVE(recvmsg);
    NATIVE(sendto);
    NATIVE(recvfrom);
    NATIVE(select);
    NATIVE(pselect6);
    NATIVE(poll);
    NATIVE(ppoll);
    NATIVE(epoll_wait);
    NATIVE(epoll_pwait);
    NATIVE(epoll_pwait2);
    NATIVE(connect);
    NATIVE(close);
    NATIVE(dup2);
    NATIVE(dup3);
    NATIVE(userfaultfd);
    NATIVE(prctl);
    NATIVE(io_uring_setup);
    NATIVE(bpf);
    NATIVE(ptrace);
    for (size_t i = 0; i < toc_syscalls_n; i++)
        for (size_t j = 0; j < i; j++)
            cr_expect(toc_syscalls[i].abi != toc_syscalls[j].abi ||
                          toc_syscalls[i].via != toc_syscalls[j].via ||
                          toc_syscalls[i].nr != toc_syscalls[j].nr,
                      "row %zu", i);
}

Test(reference, json_is_whole) {
    _cleanup_toc_buf_ struct toc_buf buf = {0};
    json_error_t error;
    json_t *json;

    cr_assert_eq(toc_reference_json(TOC_EVENT_NONE, &buf), 0);
    json = json_loadb(buf.p, buf.n, JSON_REJECT_DUPLICATES, &error);
    cr_assert(json, "%s at %d", error.text, error.position);
    cr_expect_eq(json_array_size(json_object_get(json, "events")), toc_names_event.n);
    cr_expect_eq(json_object_size(json_object_get(json, "objects")), toc_objects_n);
    cr_expect_eq(json_object_size(json_object_get(json, "constants")), toc_constants_n);
    json_decref(json);
}

#define ROW(name)                                                                                  \
    { #name, (int64_t)(name) }

Test(reference, constants_are_those_of_the_headers) {
    static const struct toc_constant rows[] = {
        ROW(MSG_OOB),         ROW(MSG_PEEK),        ROW(MSG_DONTROUTE),
        ROW(MSG_CTRUNC),      ROW(MSG_PROXY),       ROW(MSG_TRUNC),
        ROW(MSG_DONTWAIT),    ROW(MSG_EOR),         ROW(MSG_WAITALL),
        ROW(MSG_FIN),         ROW(MSG_SYN),         ROW(MSG_CONFIRM),
        ROW(MSG_RST),         ROW(MSG_ERRQUEUE),    ROW(MSG_NOSIGNAL),
        ROW(MSG_MORE),        ROW(MSG_WAITFORONE),  ROW(MSG_BATCH),
        ROW(MSG_ZEROCOPY),    ROW(MSG_FASTOPEN),    ROW(MSG_CMSG_CLOEXEC),
        ROW(SOCK_NONBLOCK),   ROW(SOCK_CLOEXEC),    ROW(IPPROTO_SCTP),
        ROW(IPPROTO_MPTCP),   ROW(IPPROTO_UDPLITE), ROW(SOL_SOCKET),
        ROW(SOL_NETLINK),     ROW(SOL_TLS),         ROW(SOL_XDP),
        ROW(AF_XDP),          ROW(AF_VSOCK),        ROW(SCM_RIGHTS),
        ROW(IP_PKTINFO),      ROW(IPV6_PKTINFO),    ROW(PR_SET_SYSCALL_USER_DISPATCH),
        ROW(SCM_CREDENTIALS), ROW(SO_TIMESTAMP),    ROW(SOL_RDS),
        ROW(SOL_PACKET),
    };
    static const struct toc_constant internal[] = {
        {"MSG_CMSG_COMPAT", 0x80000000},      {"MSG_SPLICE_PAGES", 0x8000000},
        {"MSG_SENDPAGE_DECRYPTED", 0x100000}, {"MSG_NO_SHARED_FRAGS", 0x80000},
        {"UFFD_USER_MODE_ONLY", 1},           {"EFAULT", EFAULT},
        {"SCM_TIMESTAMP", SO_TIMESTAMP},
    };
    int64_t value;

    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++)
        if (toc_constant_value(rows[i].name, strlen(rows[i].name), &value))
            cr_expect_eq(value, rows[i].value, "%s", rows[i].name);
    for (size_t i = 0; i < sizeof(internal) / sizeof(*internal); i++) {
        cr_assert(toc_constant_value(internal[i].name, strlen(internal[i].name), &value));
        cr_expect_eq(value, internal[i].value, "%s", internal[i].name);
    }
}
