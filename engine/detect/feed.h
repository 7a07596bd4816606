// SPDX-License-Identifier: Apache-2.0
// Feeding a matcher from a source that knows how its events differ.
#pragma once

#include "base/changes.h"
#include "detect/detect.h"

/* As toc_matcher_feed; what depends on nothing that changed is taken from the event before in the
 * slot. `changes` may be NULL. Slots are of one source until the matcher is reset. */
void toc_matcher_feed_changed(struct toc_matcher *matcher, const struct toc_event *event,
                              const struct toc_changes *changes);
