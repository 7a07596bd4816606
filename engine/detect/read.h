// SPDX-License-Identifier: Apache-2.0
// Reading maps of known keys: types, required ones, unknown ones with the nearest name.
#pragma once

#include "detect/yaml.h"

enum toc_want {
    TOC_WANT_STRING,  /* text that is not empty */
    TOC_WANT_EXPR,    /* any scalar but null, as text */
    TOC_WANT_COUNT,   /* an integer from 0 to 2^31-1 */
    TOC_WANT_STRINGS, /* a list of strings */
    TOC_WANT_COUNTS,  /* a list of counts */
    TOC_WANT_LIST,
    TOC_WANT_MAP,
    TOC_WANT_ANY,
    TOC_WANT_NEVER, /* known, and refused: this version cannot do it yet */
};

struct toc_key {
    const char *name;
    uint8_t want; /* enum toc_want */
    bool required;
};

#define TOC_MAX_KEYS 32

/* Checks a map against its keys and notes the value of keys[i] in ret[i] (NULL: not there, or
 * wrong). `what` names the map in messages: "a signature". Keys that begin with "x-" are let pass
 * when `extensions`. All errors go to the document's diagnostics; false when there were any. */
bool toc_read_map(const struct toc_yaml *doc, const struct toc_node *map, const char *what,
                  const struct toc_key *keys, size_t n_keys, bool extensions,
                  const struct toc_node **ret);

/* "a string", "a list" … */
const char *toc_node_what(const struct toc_node *node);
size_t toc_node_count(const struct toc_node *node);

/* Copies a list of strings (NULL: empty). -ENOMEM. */
int toc_read_strings(const struct toc_node *list, struct toc_arena *arena, const char *const **ret,
                     size_t *ret_n);

/* The version of a file's form. False, with an error, when it is missing or newer than ours. */
#define TOC_FORMAT 1
bool toc_read_format(const struct toc_yaml *doc);

/* True when s is made of [a-z0-9], single hyphens inside, at most 100 characters. */
bool toc_is_id(const char *s);
/* A name usable in an expression. */
bool toc_is_identifier(const char *s);

/* The value's index in `names`, or -EINVAL with an error that names what is allowed. */
int toc_read_choice(const struct toc_yaml *doc, const struct toc_node *node, const char *what,
                    const char *const *names, size_t n);
