// SPDX-License-Identifier: Apache-2.0
// Help, the manual page and completion: three prints of the same tables.
#pragma once

#include "base/buf.h"
#include "cli/options.h"

/* Prints the help of a verb on standard output; an exit status. */
int toc_help_verb(const struct toc_verb *verb);

/* "--rules PACK", "-o, --output FILE", "--format text|json" */
void toc_help_option_name(const struct toc_option *option, struct toc_buf *out);

/* True when help, manual page and completion tell of it. */
bool toc_help_shows(const struct toc_option *option);

void toc_man_page(struct toc_buf *out);
void toc_completion(struct toc_buf *out);

#define TOC_ABOUT                                                                                  \
    "watches batch socket calls and tells when what a program shows is not what the kernel uses"
