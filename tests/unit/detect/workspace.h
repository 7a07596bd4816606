// SPDX-License-Identifier: Apache-2.0
// A folder of its own for a test: signatures in s/, packs beside; and everything that loading says.
#pragma once

#include <stddef.h>

#include "base/diag.h"
#include "detect/detect.h"
#include "event/record.h"

/* Goes into a new folder under /tmp; leaving removes it. */
void workspace_enter(void);
void workspace_leave(void);

void workspace_write(const char *path, const char *text);
/* `text` with the first `find` replaced; both NULL: as it is. */
void workspace_write_changed(const char *path, const char *text, const char *find,
                             const char *replace);

/* A signature called a that alerts above params.limit. */
extern const char plain_signature[];

/* Loads s/ with the packs named; *ret_text gets every diagnostic as shown, but that of parameters
 * without use (caller frees). */
int workspace_load(const char *const *packs, size_t n_packs, char **ret_text,
                   struct toc_ruleset **ret);

/* An event from a line of JSON, in a builder that the caller frees. */
const struct toc_event *event_from(struct toc_builder **builder, const char *json);
