// SPDX-License-Identifier: Apache-2.0
// The forms that a line of strace's output can have.
#include <string.h>

#include "source/import_strace.h"

/* Lines looked at to find out whether it is strace's output: a program may have printed before. */
#define LOOKED_AT 20

bool strace_begins(const char *s, size_t n, const char *with) {
    size_t with_n = strlen(with);

    return n >= with_n && !memcmp(s, with, with_n);
}

bool strace_ends(const char *s, size_t n, const char *with) {
    size_t with_n = strlen(with);

    return n >= with_n && !memcmp(s + n - with_n, with, with_n);
}

/* The length of the name before a '(', or 0. */
size_t strace_name(const char *s, size_t n) {
    size_t i = 0;

    while (i < n && ((s[i] >= 'a' && s[i] <= 'z') || (s[i] >= '0' && s[i] <= '9') || s[i] == '_' ||
                     s[i] == '?'))
        i++;
    return i && i < n && s[i] == '(' && (s[0] < '0' || s[0] > '9') ? i : 0;
}

/* Of "close(3)   = 0" the '='; NULL: there is none. The last one, as strings hold anything. */
const char *strace_equals(const char *s, size_t n) {
    for (const char *at = s + n; at > s + 2; at--) {
        const char *before = at - 2;

        if (at[-1] != '=' || *before != ' ' || at == s + n || *at != ' ')
            continue;
        while (before > s && *before == ' ')
            before--;
        if (*before == ')')
            return at - 1;
    }
    return NULL;
}

static bool is_strace(const char *line, size_t n) {
    struct strace_prefix prefix;
    size_t at = strace_prefix(line, n, &prefix);

    line += at;
    n -= at;
    if (strace_begins(line, n, "+++ ") || strace_begins(line, n, "--- SIG"))
        return strace_ends(line, n, " +++") || strace_ends(line, n, " ---");
    if (strace_begins(line, n, "<... "))
        return memmem(line, n, " resumed>", 9);
    // Its environment may be longer than what is looked at.
    if (strace_begins(line, n, "execve(\""))
        return true;
    return strace_name(line, n) &&
           (strace_equals(line, n) || strace_ends(line, n, STRACE_UNFINISHED));
}

bool strace_detect(const char *head, size_t n) {
    for (int i = 0; i < LOOKED_AT && n; i++) {
        const char *nl = memchr(head, '\n', n);
        size_t line_n = nl ? (size_t)(nl - head) : n;

        if (is_strace(head, line_n && head[line_n - 1] == '\r' ? line_n - 1 : line_n))
            return true;
        head += line_n + !!nl;
        n -= line_n + !!nl;
    }
    return false;
}
