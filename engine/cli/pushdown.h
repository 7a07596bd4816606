// SPDX-License-Identifier: Apache-2.0
// Tells a live source which calls the rules need.
#pragma once

#include "cli/options.h"
#include "detect/detect.h"
#include "source/source.h"

/* What the call asks for; a run that is recorded leaves nothing out unless told to. */
bool toc_pushdown_is_on(const struct toc_cli *cli);

/* From now on the source may leave out calls that none of the rules needs; NULL: none at all. 0 or
 * -ENOMEM: then it leaves out none. */
int toc_pushdown_set(struct toc_source *source, const struct toc_ruleset *ruleset);
