// SPDX-License-Identifier: Apache-2.0
// The closing counts: what became of every call and every alert.
#pragma once

#include "detect/detect.h"
#include "source/source.h"

struct toc_counts {
    struct toc_source_counts events;
    uint64_t written;                  /* alerts */
    uint64_t unwritten;                /* alerts lost on the way to their reader, */
    const char *why_unwritten;         /* and how, in words */
    const struct toc_ruleset *ruleset; /* NULL: nothing was matched */
    const struct toc_matcher *matcher;
};

/* Adds what a source counted. */
void toc_counts_add(struct toc_counts *counts, struct toc_source *source);

/* On standard error; verbose adds a line for each signature that has something to tell. */
void toc_counts_say(const struct toc_counts *counts, bool verbose);

/* As JSON into a file: {"events":{…},"alerts":{…},"signatures":{…},"evicted":{…}}. An exit status,
 * after a line on standard error. */
int toc_counts_write(const struct toc_counts *counts, const char *path);
