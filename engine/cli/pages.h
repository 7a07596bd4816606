// SPDX-License-Identifier: Apache-2.0
// Signatures as a catalogue: pages, an index by technique, a layer of the ATT&CK Navigator.
#pragma once

#include "base/buf.h"
#include "detect/detect.h"

/* One signature in full, as Markdown. */
void toc_page_markdown(const struct toc_signature *signature, struct toc_buf *out);
/* All of them by technique, with links to their pages. */
void toc_page_index(const struct toc_ruleset *ruleset, struct toc_buf *out);
/* The list, one object a line. */
void toc_page_json(const struct toc_ruleset *ruleset, struct toc_buf *out);
/* A layer of version 4.5: each technique with how many signatures look for it. */
void toc_page_navigator(const struct toc_ruleset *ruleset, struct toc_buf *out);

/* The techniques that signatures are tagged with, each once, in order: "t1685", "t1685.001". */
struct toc_techniques {
    const char **ids; /* borrowed from the ruleset */
    size_t n;
};
/* -ENOMEM. Free ids. */
int toc_techniques_of(const struct toc_ruleset *ruleset, struct toc_techniques *ret);
bool toc_has_technique(const struct toc_signature *signature, const char *id);
