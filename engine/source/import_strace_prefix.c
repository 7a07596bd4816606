// SPDX-License-Identifier: Apache-2.0
// What strace puts before a call: "[pid  1234] ", "1234  ", "1234<comm> "; a time (-t, -tt, -ttt,
// -r and their long forms); "[ 307] " (-n); "[00007f…] " (-i).
#include <string.h>

#include "source/import_strace.h"

#define NS_PER_S INT64_C(1000000000)

/* Before September 2001 no strace of such a form ran; no time since the line before is as long. */
#define FIRST_WALL_S INT64_C(1000000000)

/* The kernel makes no larger ones. */
#define MAX_PID INT64_C(4194304)

struct at {
    const char *s;
    size_t n, i;
};

static bool more(const struct at *at) {
    return at->i < at->n;
}

static char peek(const struct at *at) {
    return more(at) ? at->s[at->i] : '\0';
}

static void blanks(struct at *at) {
    while (peek(at) == ' ')
        at->i++;
}

static bool word(struct at *at, const char *s) {
    size_t n = strlen(s);

    if (at->n - at->i < n || memcmp(at->s + at->i, s, n) != 0)
        return false;
    at->i += n;
    return true;
}

/* At most 18 digits. */
static bool digits(struct at *at, int64_t *ret, unsigned *ret_n) {
    size_t start = at->i;

    for (*ret = 0; peek(at) >= '0' && peek(at) <= '9'; at->i++) {
        if (at->i - start == 18)
            return false;
        *ret = *ret * 10 + (peek(at) - '0');
    }
    *ret_n = (unsigned)(at->i - start);
    return *ret_n;
}

/* What strace -Y and -y put behind a number: up to the '>' before a blank. */
static bool note(struct at *at, const char **ret, size_t *ret_n) {
    size_t start = at->i + 1;

    if (peek(at) != '<')
        return false;
    for (size_t i = start; i + 1 < at->n; i++) {
        if (at->s[i] != '>' || !strchr(" ]", at->s[i + 1]))
            continue;
        *ret = at->s + start;
        *ret_n = i - start;
        at->i = i + 1;
        return true;
    }
    return false;
}

static bool pid_in_brackets(struct at *at, struct strace_prefix *p) {
    unsigned n;

    if (!word(at, "[pid "))
        return false;
    blanks(at);
    if (!digits(at, &p->pid, &n) || p->pid > MAX_PID)
        return false;
    note(at, &p->comm, &p->comm_n);
    return word(at, "] ");
}

/* A number alone is a pid when no time goes on from it. */
static bool pid_alone(struct at *at, struct strace_prefix *p) {
    unsigned n;

    if (!digits(at, &p->pid, &n) || p->pid > MAX_PID || !p->pid)
        return false;
    note(at, &p->comm, &p->comm_n);
    if (peek(at) != ' ')
        return false;
    blanks(at);
    return more(at);
}

static void take(struct at *at, struct strace_prefix *p,
                 bool (*read)(struct at *, struct strace_prefix *)) {
    struct strace_prefix kept = *p;
    size_t start = at->i;

    if (read(at, p))
        return;
    at->i = start;
    *p = kept;
}

/* .123456 as nanoseconds. */
static bool fraction(struct at *at, int64_t *ret) {
    unsigned n;

    *ret = 0;
    if (peek(at) != '.')
        return false;
    at->i++;
    if (!digits(at, ret, &n) || n > 9)
        return false;
    for (; n < 9; n++)
        *ret *= 10;
    return true;
}

static bool clock_of_day(struct at *at, struct strace_prefix *p) {
    int64_t h, m, s, part = 0;
    unsigned n;

    if (!digits(at, &h, &n) || n != 2 || !word(at, ":") || !digits(at, &m, &n) || n != 2 ||
        !word(at, ":") || !digits(at, &s, &n) || n != 2 || h > 23 || m > 59 || s > 60)
        return false;
    p->seconds = !fraction(at, &part);
    p->clock = STRACE_DAY;
    p->ns = (h * 3600 + m * 60 + s) * NS_PER_S + part;
    return word(at, " ");
}

static bool clock_in_seconds(struct at *at, struct strace_prefix *p) {
    int64_t s, part = 0;
    unsigned n;

    blanks(at);
    if (!digits(at, &s, &n) || n > 10 || s > INT64_MAX / NS_PER_S - 1)
        return false;
    p->seconds = !fraction(at, &part);
    p->clock = s >= FIRST_WALL_S ? STRACE_WALL : STRACE_RELATIVE;
    // A pid looks like seconds.
    if (p->seconds && p->clock == STRACE_RELATIVE)
        return false;
    p->ns = s * NS_PER_S + part;
    return word(at, " ");
}

/* (+     0.000117), of -r beside another time. */
static bool since(struct at *at, struct strace_prefix *p) {
    (void)p;
    blanks(at);
    if (!word(at, "(+"))
        return false;
    blanks(at);
    while (peek(at) && strchr("0123456789.", peek(at)))
        at->i++;
    return word(at, ") ");
}

static bool number(struct at *at, struct strace_prefix *p) {
    unsigned n;

    if (!word(at, "["))
        return false;
    blanks(at);
    return digits(at, &p->nr, &n) && n <= 10 && word(at, "] ");
}

static bool instruction(struct at *at, struct strace_prefix *p) {
    size_t start = at->i + 1;

    (void)p;
    if (!word(at, "["))
        return false;
    while (peek(at) && strchr("0123456789abcdef?", peek(at)))
        at->i++;
    return (at->i - start == 8 || at->i - start == 16) && word(at, "] ");
}

size_t strace_prefix(const char *s, size_t n, struct strace_prefix *ret) {
    struct at at = {.s = s, .n = n};
    size_t start;

    *ret = (struct strace_prefix){.pid = -1, .nr = -1};
    take(&at, ret, pid_in_brackets);
    if (ret->pid < 0)
        take(&at, ret, pid_alone);
    blanks(&at);
    take(&at, ret, clock_of_day);
    if (!ret->clock)
        take(&at, ret, clock_in_seconds);
    take(&at, ret, since);
    do {
        start = at.i;
        blanks(&at);
        take(&at, ret, instruction);
        if (ret->nr < 0)
            take(&at, ret, number);
    } while (at.i != start);
    return at.i;
}
