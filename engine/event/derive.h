// SPDX-License-Identifier: Apache-2.0
// Derived fields: computed here and nowhere else, for every reader.
#pragma once

#include "event/record.h"

/* Sets every field whose catalogue origin is DERIVED from the stored ones; those it cannot know
 * stay unobserved. Called by toc_builder_end. What two witnesses are compared on follows the
 * catalogue's directions: what the kernel itself writes in this kind of call is left out. */
void toc_derive(struct toc_builder *builder);

/* Names the first derived field that `given` states otherwise than `computed` (records of the same
 * event, before and after derivation); NULL when they agree. For hand-written events. */
const char *toc_derive_contradiction(const struct toc_event *given,
                                     const struct toc_event *computed);
