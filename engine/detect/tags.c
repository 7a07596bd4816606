// SPDX-License-Identifier: Apache-2.0
// Tags: a table of namespaces.
#include "detect/tags.h"

#include <string.h>

#include "base/text.h"

#define MAX_FORMS 24

/* In a form # is a digit and * one digit or more; anything else stands for itself. */
static const struct namespace {
    const char *name;
    const char *wanted;
    bool open; /* other words are only warned about */
    const char *forms[MAX_FORMS];
}
namespaces[] = {
    {"attack",
     "a technique (t1234, t1234.001), group (g1234), software (s1234) or tactic",
     true,
     {"t####",           "t####.###",
      "g####",           "s####",
      "reconnaissance",  "resource-development",
      "initial-access",  "execution",
      "persistence",     "privilege-escalation",
      "defense-evasion", "defense-impairment",
      "stealth",         "credential-access",
      "discovery",       "lateral-movement",
      "collection",      "command-and-control",
      "exfiltration",    "impact"}},
    {"cve", "a number like 2026-1234", false, {"####-####", "####-####*"}},
    {"stp", "a level from 1 to 5, with a, u or k", false, {"1",  "2",  "3",  "4",  "5",  "1a", "2a",
                                                           "3a", "4a", "5a", "1u", "2u", "3u", "4u",
                                                           "5u", "1k", "2k", "3k", "4k", "5k"}},
    {"car", "a number like 2026-01-001", false, {"####-##-###"}},
    {"detection",
     "dfir, emerging-threats or threat-hunting",
     false,
     {"dfir", "emerging-threats", "threat-hunting"}},
    {"tlp",
     "red, amber, amber-strict, green, clear or white",
     false,
     {"red", "amber", "amber-strict", "green", "clear", "white"}},
    {"d3fend", "a name", true, {NULL}},
};
#define N_NAMESPACES (sizeof(namespaces) / sizeof(namespaces[0]))

static bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

static bool has_form(const char *s, const char *form) {
    for (; *form; form++) {
        if (*form == '*') {
            size_t n = strspn(s, "0123456789");

            if (!n)
                return false;
            s += n;
        } else if (*form == '#' ? is_digit(*s) : *s == *form) {
            s++;
        } else {
            return false;
        }
    }
    return !*s;
}

static bool looks_like_id(const char *member) {
    return strchr("tgs", member[0]) && is_digit(member[1]);
}

static bool check_member(const struct toc_yaml *doc, const struct toc_node *node,
                         const struct namespace *space, const char *member) {
    bool is_error = !space->open || (!strcmp(space->name, "attack") && looks_like_id(member));
    size_t n = 0;
    const char *nearest;
    struct toc_diag *diag;

    for (; n < MAX_FORMS && space->forms[n]; n++)
        if (has_form(member, space->forms[n]))
            return true;
    if (!strcmp(space->name, "d3fend"))
        return true;
    diag = is_error
               ? toc_yaml_error(doc, node, "`%s` is no tag of `%s`", node->text, space->name)
               : toc_yaml_warning(doc, node, "`%s` is no tag of `%s`", node->text, space->name);
    nearest = is_error ? NULL : toc_nearest(member, strlen(member), space->forms, n);
    if (nearest)
        toc_diag_set_hint(diag, "did you mean `%s.%s`?", space->name, nearest);
    else
        toc_diag_set_hint(diag, "after the dot: %s", space->wanted);
    return !is_error;
}

static bool check(const struct toc_yaml *doc, const struct toc_node *node) {
    const char *dot = strchr(node->text, '.'), *names[N_NAMESPACES], *nearest;
    struct toc_diag *diag;

    if (!dot || dot == node->text || !dot[1] ||
        strspn(node->text, "abcdefghijklmnopqrstuvwxyz0123456789.-_") != node->n) {
        toc_diag_set_hint(toc_yaml_error(doc, node, "`%s` is no tag", node->text),
                          "a namespace, a dot and a name, in lower case: attack.t1685");
        return false;
    }
    for (size_t i = 0; i < N_NAMESPACES; i++) {
        names[i] = namespaces[i].name;
        if (strlen(names[i]) == (size_t)(dot - node->text) &&
            !memcmp(names[i], node->text, (size_t)(dot - node->text)))
            return check_member(doc, node, &namespaces[i], dot + 1);
    }
    diag = toc_yaml_warning(doc, node, "`%.*s` is no namespace of tags", (int)(dot - node->text),
                            node->text);
    nearest = toc_nearest(node->text, (size_t)(dot - node->text), names, N_NAMESPACES);
    if (nearest)
        toc_diag_set_hint(diag, "did you mean `%s`?", nearest);
    return true;
}

bool toc_tags_check(const struct toc_yaml *doc, const struct toc_node *list) {
    bool good = true;

    for (const struct toc_node *node = list ? list->child : NULL; node; node = node->next)
        good &= check(doc, node);
    return good;
}
