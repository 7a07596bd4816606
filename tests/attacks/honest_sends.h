// SPDX-License-Identifier: Apache-2.0
// What the parts of honest-sends share.
#pragma once

#include "attack.h"

extern enum convention convention;

/* n messages of a few bytes each, to that address or to none. */
void honest_fill(struct batch *batch, unsigned n, const struct sockaddr_in *to);

/* Prints what a send came to: its result, the lengths told, and what arrived at socket `at` (-1:
 * nobody looks). */
void honest_tell(const char *what, struct batch *batch, unsigned n, long ret, int at);

/* Those of the second half. */
void honest_more(void);
