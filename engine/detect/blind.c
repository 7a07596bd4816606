// SPDX-License-Identifier: Apache-2.0
// Holds the members that a condition selects against the hooks that give them.
#include "detect/blind.h"

#include <string.h>

#include "cel/parts.h"
#include "event/variants.h"

/* Any one of `hooks` gives the member; the send side's for signatures of sends, else the other. */
static const struct need {
    const char *of, *name; /* of "": of anything */
    const char *send_hooks, *recv_hooks;
} needs[] = {
    {"", "changed_kernel", "cgroup_sendmsg4 cgroup_sendmsg6", "cgroup_recvmsg4 cgroup_recvmsg6"},
    {"kernel", "name", "cgroup_sendmsg4 cgroup_sendmsg6", "cgroup_recvmsg4 cgroup_recvmsg6"},
    {"kernel", "ret", "sock_send_length", "sock_recv_length"},
    {"kernel", "error", "sock_send_length", "sock_recv_length"},
    {"batch", "kernel_seen", "sock_send_length", "sock_recv_length"},
    {"batch", "bytes", "sock_send_length", "sock_recv_length"},
    {"kernel", "iov", "fentry_sendmsg kprobe_sendmsg", "fentry_recvmsg kprobe_recvmsg"},
    {"kernel", "control", "fentry_sendmsg kprobe_sendmsg", "fentry_recvmsg kprobe_recvmsg"},
    {"kernel", "flags", "fentry_sendmsg kprobe_sendmsg", "fentry_recvmsg kprobe_recvmsg"},
};
#define N_NEEDS (sizeof(needs) / sizeof(needs[0]))

/* The events that a hook brings about. */
static const struct {
    const char *hook;
    uint64_t events;
} makers[] = {{"sys_exit", EVENT_BATCHES}, {"ptrace", EVENT_BATCHES}};

struct finder {
    bool found[N_NEEDS];
};

static bool same(const char *want, const char *s, size_t n) {
    return strlen(want) == n && !memcmp(want, s, n);
}

static void find(void *ctx, const struct cel_member *member) {
    struct finder *finder = ctx;

    for (size_t i = 0; i < N_NEEDS; i++)
        if ((!*needs[i].of || same(needs[i].of, member->of, member->of_n)) &&
            same(needs[i].name, member->name, member->name_n))
            finder->found[i] = true;
}

/* Whether one of the words of `any` is a word of `hooks`. */
static bool has_any(const char *hooks, const char *any) {
    while (*any) {
        size_t n = strcspn(any, " ");

        for (const char *word = hooks; *word;) {
            size_t word_n = strcspn(word, " ");

            if (word_n == n && !memcmp(word, any, n))
                return true;
            word += word_n + (word[word_n] == ' ');
        }
        any += n + (any[n] == ' ');
    }
    return false;
}

static const char *hooks_of(size_t need, bool sends) {
    return sends ? needs[need].send_hooks : needs[need].recv_hooks;
}

/* An earlier need wanted the same hooks. */
static bool said(const struct finder *finder, size_t need, bool sends) {
    for (size_t i = 0; i < need; i++)
        if (finder->found[i] && !strcmp(hooks_of(i, sends), hooks_of(need, sends)))
            return true;
    return false;
}

/* "a b" as "a or b". */
static void add_need(struct toc_buf *buf, bool further, const char *any) {
    if (further)
        toc_buf_adds(buf, ", ");
    for (; *any; any++) {
        if (*any == ' ')
            toc_buf_adds(buf, " or ");
        else
            toc_buf_addc(buf, *any);
    }
}

static bool makes_events(const struct toc_signature *signature, const char *hooks) {
    uint64_t own = 0, made = 0;

    for (uint16_t id = 0; id < 64; id++)
        if (toc_event_info(id) && toc_event_info(id)->groups & GROUP_OWN)
            own |= toc_event_bit(id);
    for (size_t i = 0; i < sizeof(makers) / sizeof(makers[0]); i++)
        if (has_any(hooks, makers[i].hook))
            made |= makers[i].events;
    // That a send has no explanation is found by whoever counts all sends.
    own &= ~toc_event_bit(TOC_EVENT_tocsin_unexplained_send);
    return signature->events & (own | made);
}

bool toc_signature_blind(const struct toc_signature *signature, const char *hooks,
                         struct toc_buf *ret_needs) {
    // A correlation may have its conditions in its steps alone.
    const char *when = signature->when ? signature->when : "";
    const struct cel_source source = {.text = when, .n = strlen(when)};
    struct finder finder = {0};
    size_t before = ret_needs->n;
    bool sends = false;

    if (!makes_events(signature, hooks)) {
        toc_buf_adds(ret_needs, "a hook that makes its events");
        return true;
    }
    for (uint16_t id = 0; id < 64; id++)
        if (signature->events & toc_event_bit(id) && toc_event_info(id)->groups & GROUP_SEND)
            sends = true;
    cel_members(&source, find, &finder);
    for (size_t i = 0; i < N_NEEDS; i++) {
        const char *any = hooks_of(i, sends);

        if (finder.found[i] && !has_any(hooks, any) && !said(&finder, i, sends))
            add_need(ret_needs, ret_needs->n > before, any);
    }
    return ret_needs->n > before;
}
