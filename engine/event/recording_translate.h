// SPDX-License-Identifier: Apache-2.0
// Reads records that are laid out by another version's field table, field by field and by name.
#pragma once

#include <stdint.h>

#include "base/changes.h"
#include "event/record.h"

struct toc_translator;

/* `root`: the file's table (recording_table.h), which must outlive the translator. -ENOMEM,
 * -EBADMSG for a table too entangled to follow. */
int toc_translator_new(const struct toc_object *root, struct toc_translator **ret);
void toc_translator_free(struct toc_translator **translator);

/* A record of n bytes that nobody has checked, into one of ours, which lives until the next call.
 * `theirs` says how it differs from the one before in its slot (`whole` only: every byte may);
 * NULL: nothing is known.
 * Fields that we lack, or whose value we cannot hold, are left out and added to *unknown; fields
 * that the file lacks are unobserved; derived ones are computed anew. -EPROTO when the record is
 * not well formed or its event is not known; -E2BIG. */
int toc_translate(struct toc_translator *translator, const void *record, uint32_t n,
                  const struct toc_changes *theirs, uint64_t *unknown,
                  const struct toc_event **ret);
/* How the record that it gave last differs. */
const struct toc_changes *toc_translator_changes(const struct toc_translator *translator);
