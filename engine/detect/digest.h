// SPDX-License-Identifier: Apache-2.0
// Digests: XXH3 over parts, each with its length so that no two lists of parts look the same.
#pragma once

#include <stdint.h>

#include "base/buf.h"
#include "detect/params.h"
#include "detect/yaml.h"

void toc_digest_text(struct toc_buf *buf, const char *s); /* NULL counts as none */
void toc_digest_number(struct toc_buf *buf, uint64_t number);
void toc_digest_params(struct toc_buf *buf, const struct toc_params *params);
/* What a node says, with all below it; NULL counts as none. */
void toc_digest_node(struct toc_buf *buf, const struct toc_node *node);
uint64_t toc_digest_end(const struct toc_buf *buf);
