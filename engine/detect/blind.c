// SPDX-License-Identifier: Apache-2.0
// Holds the members that a condition selects against the hooks that give them: what it cannot be
// true without is in cel/lacks.c.
#include "detect/blind.h"

#include <string.h>

#include "cel/parts.h"
#include "event/variants.h"

#define NAMES_SENT "cgroup_sendmsg4 cgroup_sendmsg6 fentry_sendmsg kprobe_sendmsg"
#define NAMES_RECEIVED "cgroup_recvmsg4 cgroup_recvmsg6"
#define RESULTS_SENT "sock_send_length fexit_sendmsg kretprobe_sendmsg"
#define RESULTS_RECEIVED "sock_recv_length fexit_recvmsg kretprobe_recvmsg"

/* What these see is all that is not the kernel's own. */
#define OURS "sys_enter ptrace"
#define OURS_AT_EXIT "sys_exit ptrace"

/* Any one of `hooks` gives the member; the send side's for signatures of sends, else the other. Of
 * a member the first row holds. */
static const struct need {
    const char *of, *name; /* "": any */
    const char *send_hooks, *recv_hooks;
    const char *tools; /* other tools (source/import.h) that show it too; NULL: none */
} needs[] = {
    // Of a connect that succeeds the socket tells, when it is over.
    {"addr", "changed_kernel", "sys_exit ptrace", "sys_exit ptrace", NULL},
    // The kernel writes the names of receives: they are not compared.
    {"", "changed_kernel", NAMES_SENT, "fentry_recvmsg kprobe_recvmsg", NULL},
    {"kernel", "name", NAMES_SENT, NAMES_RECEIVED, NULL},
    {"kernel", "ret", RESULTS_SENT, RESULTS_RECEIVED, NULL},
    {"kernel", "error", RESULTS_SENT, RESULTS_RECEIVED, NULL},
    {"batch", "kernel_seen", RESULTS_SENT, RESULTS_RECEIVED, NULL},
    {"batch", "bytes", RESULTS_SENT, RESULTS_RECEIVED, NULL},
    {"batch", "taken", "fentry_sendmmsg kprobe_sendmmsg", "fentry_recvmmsg kprobe_recvmmsg", NULL},
    {"batch", "changed", "fentry_sendmmsg kprobe_sendmmsg", "fentry_recvmmsg kprobe_recvmmsg",
     NULL},
    {"timeout", "kernel", "fentry_recvmmsg kprobe_recvmmsg", "fentry_recvmmsg kprobe_recvmmsg",
     NULL},
    {"kernel", "iov", "fentry_sendmsg kprobe_sendmsg", "fentry_recvmsg kprobe_recvmsg", NULL},
    {"kernel", "control", "fentry_sendmsg kprobe_sendmsg", "fentry_recvmsg kprobe_recvmsg", NULL},
    {"kernel", "flags", "fentry_sendmsg kprobe_sendmsg", "fentry_recvmsg kprobe_recvmsg", NULL},
    // Two looks at the same memory.
    {"", "changed_exit", OURS_AT_EXIT, OURS_AT_EXIT, NULL},
    {"", "changed", OURS_AT_EXIT, OURS_AT_EXIT, NULL},
    {"", "grew", OURS_AT_EXIT, OURS_AT_EXIT, "strace"},
    // Messages, and what else the arguments point to.
    {"addr", "enter", OURS, OURS, "strace scap"},
    {"", "enter", OURS, OURS, "strace"},
    {"", "exit", OURS_AT_EXIT, OURS_AT_EXIT, "strace scap"},
    {"", "peer", OURS, OURS, "strace scap"},
    {"batch", "captured", OURS, OURS, "strace scap"},
    {"batch", "truncated", OURS, OURS, "strace"},
    {"batch", "flags", OURS, OURS, "strace tracee"},
    {"batch", "vec", OURS, OURS, "strace tracee"},
    {"args", "addr", OURS, OURS, "strace tracee"},
    {"args", "fds", OURS, OURS, "strace tracee"},
    {"args", "events", OURS, OURS, "strace tracee"},
    {"args", "readfds", OURS, OURS, "strace tracee"},
    {"timeout", "ptr", OURS, OURS, "tracee"},
    {"sigmask", "ptr", OURS, OURS, NULL},
    {"event", "duration_ns", OURS_AT_EXIT, OURS_AT_EXIT, "strace scap"},
    {"proc", "elf", OURS, OURS, NULL},
    {"proc", "traced", OURS, OURS, NULL},
    {"proc", "exe", OURS, OURS, "tracee scap"},
    // The socket behind a descriptor is looked up in the kernel, or asked about.
    {"sock", "", OURS, OURS, "strace scap"},
};
#define N_NEEDS (sizeof(needs) / sizeof(needs[0]))

/* The events that a hook brings about. */
static const struct {
    const char *hook;
    uint64_t events;
} makers[] = {{"sys_exit", EVENT_BATCHES | EVENT_SINGLES | EVENT_WAITS | EVENT_SIDE |
                               EV(tocsin_unexplained_send)},
              {"ptrace", EVENT_BATCHES | EVENT_SINGLES | EVENT_WAITS | EVENT_SIDE},
              {"strace", EVENT_BATCHES | EVENT_SINGLES | EVENT_WAITS | EVENT_SIDE},
              {"tracee", EVENT_BATCHES | EVENT_SINGLES | EVENT_WAITS | EVENT_SIDE},
              {"scap", EVENT_BATCHES | EVENT_SINGLES | EVENT_WAITS | EVENT_SIDE},
              {"io_uring_submit_req", EVENT_URING},
              {"io_uring_submit_sqe", EVENT_URING},
              {"sock_send_length", EV(tocsin_unexplained_send)}};

_Static_assert(N_NEEDS <= 64, "needs are bits of a word");

struct finder {
    const struct toc_given *given;
    bool sends; /* which of the columns counts */
};

static bool same(const char *want, const char *s, size_t n) {
    return strlen(want) == n && !memcmp(want, s, n);
}

static bool has_word(const char *words, const char *s, size_t n) {
    while (words && *words) {
        size_t word_n = strcspn(words, " ");

        if (word_n == n && !memcmp(words, s, n))
            return true;
        words += word_n + (words[word_n] == ' ');
    }
    return false;
}

/* Whether one of the words of `any` is a word of `hooks`. */
static bool has_any(const char *hooks, const char *any) {
    while (any && *any) {
        size_t n = strcspn(any, " ");

        if (has_word(hooks, any, n))
            return true;
        any += n + (any[n] == ' ');
    }
    return false;
}

static const char *hooks_of(size_t need, bool sends) {
    return sends ? needs[need].send_hooks : needs[need].recv_hooks;
}

/* The row of a member, where nothing here gives it. */
static uint64_t missing(void *ctx, const struct cel_member *member) {
    const struct finder *finder = ctx;
    const struct toc_given *given = finder->given;

    for (size_t i = 0; i < N_NEEDS; i++) {
        if ((*needs[i].of && !same(needs[i].of, member->of, member->of_n)) ||
            (*needs[i].name && !same(needs[i].name, member->name, member->name_n)))
            continue;
        if (!has_word(given->lacks, member->of, member->of_n) &&
            (has_any(given->hooks, hooks_of(i, finder->sends)) ||
             has_any(given->hooks, needs[i].tools)))
            return 0;
        return UINT64_C(1) << i;
    }
    return 0;
}

/* "a b" as "a or b". */
static void add_words(struct toc_buf *buf, const char *any) {
    for (; *any; any++) {
        if (*any == ' ')
            toc_buf_adds(buf, " or ");
        else
            toc_buf_addc(buf, *any);
    }
}

uint64_t toc_made_events(uint64_t events, const char *hooks) {
    uint64_t made = EVENT_TOLD;

    for (size_t i = 0; i < sizeof(makers) / sizeof(makers[0]); i++)
        if (has_any(hooks, makers[i].hook))
            made |= makers[i].events;
    return events & made;
}

static bool has_sends(uint64_t events) {
    for (uint16_t id = 0; id < 64; id++)
        if (events & toc_event_bit(id) &&
            (toc_event_info(id)->groups & GROUP_SEND || id == TOC_EVENT_tocsin_unexplained_send))
            return true;
    return false;
}

/* A need is named once, whichever expressions have it. */
static void add_once(struct toc_buf *buf, size_t before, const char *what, const char *any) {
    _cleanup_toc_buf_ struct toc_buf need = {0};

    toc_buf_adds(&need, what);
    add_words(&need, any);
    if (!toc_buf_cstr(&need) || (buf->n > before && strstr(toc_buf_cstr(buf) + before, need.p)))
        return;
    toc_buf_addf(buf, "%s%s", buf->n > before ? ", " : "", need.p);
}

/* What an expression cannot do without; or all that it looks at that nothing gives. */
static void add_members(const struct toc_expression *expression, const struct toc_given *given,
                        bool all, size_t before, struct toc_buf *ret_needs) {
    const struct cel_source source = {.text = expression->text, .n = strlen(expression->text)};
    struct finder finder = {.given = given, .sends = has_sends(expression->events)};
    struct cel_lacks lacks;

    cel_lacks(&source, missing, &finder, &lacks);
    for (size_t i = 0; i < N_NEEDS; i++)
        if ((all ? lacks.anywhere : lacks.to_be_true) >> i & 1)
            add_once(ret_needs, before, "", hooks_of(i, finder.sends));
}

/* More events than that are a group, which the page of the signature lists. */
#define NAMED 3

static void add_makers(uint64_t events, size_t before, struct toc_buf *ret_needs) {
    _cleanup_toc_buf_ struct toc_buf names = {0};

    for (uint16_t id = 0; id < 64; id++)
        if (events & toc_event_bit(id))
            toc_buf_addf(&names, "%s%s", names.n ? " " : "", toc_event_info(id)->name);
    if (__builtin_popcountll(events) > NAMED || !toc_buf_cstr(&names))
        add_once(ret_needs, before, "a hook that makes its events", "");
    else
        add_once(ret_needs, before, "a hook that makes ", names.p);
}

static bool add_expressions(const struct toc_signature *signature, const struct toc_given *given,
                            bool all, size_t before, struct toc_buf *ret_needs) {
    for (size_t i = 0; i < signature->n_expressions; i++)
        if (signature->expressions[i].needed)
            add_members(&signature->expressions[i], given, all, before, ret_needs);
    return ret_needs->n > before;
}

enum toc_sight toc_signature_sight(const struct toc_signature *signature,
                                   const struct toc_given *given, struct toc_buf *ret_needs) {
    size_t before = ret_needs->n;

    // Each step and each quantity has events of its own: without them nothing comes of the others.
    for (size_t i = 0; i < signature->n_clauses; i++)
        if (!toc_made_events(signature->clauses[i] & given->watched, given->hooks))
            add_makers(signature->clauses[i], before, ret_needs);
    if (add_expressions(signature, given, false, before, ret_needs))
        return TOC_SIGHT_NONE;
    return add_expressions(signature, given, true, before, ret_needs) ? TOC_SIGHT_LESS
                                                                      : TOC_SIGHT_WHOLE;
}
