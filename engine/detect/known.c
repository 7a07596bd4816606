// SPDX-License-Identifier: Apache-2.0
// Whether all that an expression looks at is known when a call begins.
#include <stdio.h>
#include <string.h>

#include "cel/parts.h"
#include "detect/enforce.h"

/* Members of `of` ("": of anything) that only the kernel's work or the return brings about; `copy`:
 * or that a copy of the call holds. */
static const struct {
    const char *of, *name;
    bool copy;
} later[] = {
    {"event", "ret", false},         {"event", "error", false},     {"event", "duration_ns", false},
    {"", "kernel", false},           {"", "exit", false},           {"", "changed", false},
    {"", "changed_kernel", false},   {"", "changed_exit", false},   {"batch", "kernel_seen", false},
    {"batch", "bytes", false},       {"batch", "completed", false}, {"", "grew", false},
    {"", "actions", false},          {"iov", "data", true},         {"iov", "data_len", true},
    {"iov", "data_truncated", true},
};

struct finder {
    const struct toc_signature *signature;
    char *ret;
    size_t size;
    bool frozen, found;
};

static bool same(const char *want, const char *s, size_t n) {
    return strlen(want) == n && !memcmp(want, s, n);
}

/* msg_len, as the kernel left it. */
static bool is_message_len(const struct toc_signature *signature, const struct cel_member *member) {
    return same("len", member->name, member->name_n) && signature->each_var &&
           same(signature->each_var, member->of, member->of_n) &&
           !strcmp(signature->each_list, "msgs");
}

static void find(void *ctx, const struct cel_member *member) {
    struct finder *finder = ctx;
    bool is_later = is_message_len(finder->signature, member);

    for (size_t i = 0; i < sizeof(later) / sizeof(later[0]) && !is_later; i++)
        is_later = !(later[i].copy && finder->frozen) &&
                   (!*later[i].of || same(later[i].of, member->of, member->of_n)) &&
                   same(later[i].name, member->name, member->name_n);
    if (!is_later || finder->found)
        return;
    finder->found = true;
    snprintf(finder->ret, finder->size, "%.*s%s%.*s", (int)member->of_n, member->of,
             member->of_n ? "." : "", (int)member->name_n, member->name);
}

bool toc_known_later(const char *expression, const struct toc_signature *signature, bool frozen,
                     char *ret, size_t size) {
    const struct cel_source source = {.text = expression, .n = strlen(expression)};
    struct finder finder = {.signature = signature, .frozen = frozen, .ret = ret, .size = size};

    return cel_members(&source, find, &finder) == 0 && finder.found;
}
