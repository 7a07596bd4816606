// SPDX-License-Identifier: Apache-2.0
// The event of a call of strace's output: what it returned, when, and who made it.
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "event/reference.h"
#include "source/import_strace.h"

/* ---- What calls tell of the thread ---- */

static bool is(const struct strace_line *line, const char *name) {
    return strlen(name) == line->name_n && !memcmp(line->s, name, line->name_n);
}

static bool holds(const struct strace_line *line, const char *word) {
    return memmem(line->s, line->equals, word, strlen(word));
}

/* What stands behind the '=', as far as it is a number. */
static int64_t returned(const struct strace_line *line) {
    char digits[24] = "";
    size_t n = line->n - line->equals - 2;

    memcpy(digits, line->s + line->equals + 2, n < sizeof(digits) ? n : sizeof(digits) - 1);
    return digits[0] == '?' ? -1 : (int64_t)strtoull(digits, NULL, 0);
}

/* The first string of the call: of a path, its last part. */
static void comm_of(struct strace_thread *thread, const struct strace_line *line, bool path) {
    const char *start = memchr(line->s, '"', line->equals), *end = NULL;
    size_t n;

    if (start)
        end = memchr(start + 1, '"', line->equals - (size_t)(start + 1 - line->s));
    thread->comm[0] = '\0';
    if (!end)
        return;
    start++;
    for (const char *at = start; path && at < end; at++)
        if (*at == '/')
            start = at + 1;
    n = (size_t)(end - start);
    // What is escaped is no name that anybody needs.
    if (memchr(start, '\\', n))
        return;
    n = n < sizeof(thread->comm) ? n : sizeof(thread->comm) - 1;
    memcpy(thread->comm, start, n);
    thread->comm[n] = '\0';
}

#define THREAD 0x10000

enum child { UNCLEAR, IS_PROCESS, IS_THREAD };

/* By the flags of clone, as words or, with -X raw, as a number. */
static enum child kind_of_child(const struct strace_line *line) {
    static const char flags[] = "flags=";
    const char *at = memmem(line->s, line->equals, flags, strlen(flags));
    char digits[20] = "";
    size_t n;

    if (is(line, "fork") || is(line, "vfork"))
        return IS_PROCESS;
    if (!at)
        return UNCLEAR;
    at += strlen(flags);
    n = (size_t)(line->s + line->equals - at);
    memcpy(digits, at, n < sizeof(digits) ? n : sizeof(digits) - 1);
    if (digits[0] >= '0' && digits[0] <= '9')
        return strtoull(digits, NULL, 0) & THREAD ? IS_THREAD : IS_PROCESS;
    return holds(line, "CLONE_THREAD") ? IS_THREAD : IS_PROCESS;
}

/* Its lines may have come before this one. */
static void note_child(struct strace_thread *parent, struct strace_state *state, int64_t tid,
                       enum child kind) {
    struct strace_thread was = *parent, *child = strace_thread(state, tid);

    if (!child || child->pid >= 0)
        return;
    child->dead = false;
    if (kind != UNCLEAR) {
        child->pid = kind == IS_THREAD ? was.pid : tid;
        child->ppid = kind == IS_THREAD ? was.ppid : was.pid;
    }
    if (!child->comm[0])
        memcpy(child->comm, was.comm, sizeof(was.comm));
    if (!child->abi)
        child->abi = was.abi;
}

void strace_note(struct strace_thread *thread, struct strace_state *state,
                 const struct strace_line *line) {
    int64_t ret;

    if (is(line, "arch_prctl"))
        thread->abi = "x86_64";
    else if (is(line, "set_thread_area"))
        thread->abi = "i386";
    else if (is(line, "prctl") && holds(line, "(PR_SET_NAME, "))
        comm_of(thread, line, false);
    else if (is(line, "execve") && !returned(line)) {
        comm_of(thread, line, true);
        thread->abi = NULL;
        thread->dead = false;
        thread->pid = thread->tid == INT64_MAX ? -1 : thread->tid;
    } else if (is(line, "clone") || is(line, "clone3") || is(line, "fork") || is(line, "vfork")) {
        ret = returned(line);
        if (ret > 0)
            note_child(thread, state, ret, kind_of_child(line));
    }
}

/* ---- The return ---- */

/* -1 ENAME, ? ENAME (of a call that will be restarted), ?, a number. */
static bool parse_ret(const char *s, size_t n, int64_t *ret) {
    struct strace_text text = {.s = s, .n = n};
    struct strace_value value = {0};
    uint16_t error;
    size_t word;

    if (n && s[0] == '?')
        text.at = 1;
    else if (strace_word(&text, &value) || !value.known)
        return false;
    *ret = (int64_t)value.u;
    if (text.at < n && s[text.at] == ' ')
        text.at++;
    word = text.at;
    while (word < n && s[word] != ' ')
        word++;
    if (word > text.at && s[text.at] == 'E' && (s[0] == '?' || *ret == -1)) {
        if (!toc_names_value(&toc_names_error, s + text.at, word - text.at, &error))
            return false;
        *ret = -(int64_t)error;
        return true;
    }
    return s[0] != '?';
}

/* <0.000055> at the end. */
static bool parse_duration(const char *s, size_t n, int64_t *ret) {
    const char *open = memrchr(s, '<', n);
    char seconds[24];
    size_t part;

    if (!open || s[n - 1] != '>' || open == s || open[-1] != ' ')
        return false;
    part = (size_t)(s + n - 1 - (open + 1));
    if (!part || part >= sizeof(seconds) - 1)
        return false;
    memcpy(seconds, open + 1, part);
    seconds[part] = 's';
    return !toc_duration_parse(seconds, part + 1, ret);
}

/* The values in () behind the return; what strace says of errors is left alone. */
static void parse_said(struct toc_import *import, struct strace_call *call, const char *s,
                       size_t n) {
    const char *open = memmem(s, n, " (", 2);
    struct strace_text text = {.import = import};
    struct strace_value *said = NULL;

    if (!open || !call->has_ret || call->ret < 0)
        return;
    text.s = open + 2;
    text.n = n - (size_t)(text.s - s);
    if (!strace_arguments(&text, &said))
        call->said = said;
}

/* ---- The event ---- */

/* The ABI in which the call has this number, where there is one alone. */
static const char *abi_of(uint16_t event, int64_t nr) {
    const char *found = NULL;

    for (size_t i = 0; i < toc_syscalls_n; i++) {
        const struct toc_syscall *row = &toc_syscalls[i];

        // strace of x86_64 shows numbers of x32 with their bit.
        if (row->event != event || row->nr != nr || row->abi == TOC_abi_x32 ||
            row->via != TOC_via_syscall)
            continue;
        if (found)
            return NULL;
        found = toc_names_name(&toc_names_abi, row->abi);
    }
    return found;
}

static bool is_abi(const char *abi, const char *name) {
    return abi && !strcmp(abi, name);
}

static void put_meta(struct toc_import *import, struct strace_call *call,
                     const struct strace_thread *thread, const struct strace_line *line) {
    struct toc_node *meta = toc_put_map(import, call->root, "event");
    const char *abi = abi_of(call->event, line->nr);
    int64_t lasted = line->lasted_ns;

    abi = abi ? abi : thread->abi;
    toc_put_word(import, meta, "name", toc_event_info(call->event)->name);
    if (line->timed)
        toc_put_time(import, meta, "time", line->ns);
    if (abi)
        toc_put_word(import, meta, "abi", abi);
    if (is_abi(abi, "i386") && line->nr == TOC_STRACE_SOCKETCALL)
        toc_put_word(import, meta, "via", "socketcall");
    else if (line->nr >= 0 || is_abi(abi, "x86_64") || is_abi(abi, "arm64"))
        toc_put_word(import, meta, "via", "syscall");
    if (line->nr >= 0)
        toc_put_int(import, meta, "nr", line->nr);
    if (call->has_ret)
        toc_put_int(import, meta, "ret", call->ret);
    if (parse_duration(line->s + line->equals, line->n - line->equals, &lasted) ||
        (line->lasted && lasted >= 0))
        toc_put_int(import, meta, "duration_ns", lasted);
}

static void put_proc(struct toc_import *import, struct strace_call *call,
                     const struct strace_thread *thread) {
    struct toc_node *proc = toc_put_map(import, call->root, "proc");
    bool numbered = thread->tid != INT64_MAX;

    if (thread->pid >= 0)
        toc_put_int(import, proc, "pid", thread->pid);
    if (numbered)
        toc_put_int(import, proc, "tid", thread->tid);
    if (thread->ppid >= 0)
        toc_put_int(import, proc, "ppid", thread->ppid);
    if (thread->comm[0])
        toc_put_text(import, proc, "comm", thread->comm, strlen(thread->comm));
    if (numbered)
        toc_put_proc_id(import, proc, thread->pid >= 0 ? thread->pid : thread->tid);
}

/* Inside socketcall i386 has but one recvmmsg, of 32-bit times. */
static const char *real_name(const struct strace_thread *thread, const struct strace_line *line,
                             size_t *ret_n) {
    static const char time32[] = "recvmmsg_time32";

    *ret_n = line->name_n;
    if (!is_abi(thread->abi, "i386") || !is(line, "recvmmsg"))
        return line->s;
    *ret_n = strlen(time32);
    return time32;
}

int strace_put_line(struct toc_import *import, const struct strace_thread *thread,
                    const struct strace_line *line, const struct toc_node **ret) {
    const char *after = line->s + line->equals + 2;
    size_t after_n = line->n - line->equals - 2, name_n;
    const char *name = real_name(thread, line, &name_n);
    struct strace_call call = {.event = strace_event(name, name_n)};
    struct strace_text text = {.import = import,
                               .s = line->s,
                               .n = line->equals,
                               .at = line->name_n + 1,
                               .col = line->col};
    struct strace_value *args = NULL;

    if (strace_arguments(&text, &args) || (strace_blanks(&text), text.at != text.n))
        return toc_import_damaged(import, line->col ? line->col + (uint32_t)text.at : 0,
                                  "no arguments as strace writes them");
    for (; args && call.n_args < STRACE_MAX_ARGS; args = args->next)
        call.args[call.n_args++] = args;
    call.has_ret = parse_ret(after, after_n, &call.ret);
    parse_said(import, &call, after, after_n);
    call.root = toc_import_new(import, TOC_NODE_MAP);
    put_meta(import, &call, thread, line);
    put_proc(import, &call, thread);
    strace_put_call(import, &call, name, name_n);
    *ret = call.root;
    return 1;
}
