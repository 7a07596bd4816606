// SPDX-License-Identifier: Apache-2.0
// What the parts of honest-sends share.
#pragma once

#include <signal.h>

#include "attack.h"

extern enum convention convention;

/* n messages of a few bytes each, to that address or to none. */
void honest_fill(struct batch *batch, unsigned n, const struct sockaddr_in *to);

/* Prints what a send came to: its result, the lengths told, and what arrived at socket `at` (-1:
 * nobody looks). */
void honest_tell(const char *what, struct batch *batch, unsigned n, long ret, int at);

/* How many arrived, once those n that must have. */
int honest_arrived(int at, long n);

/* The alarm goes off after that time and, unless every_ms is 0, again and again; flags: SA_…. How
 * often it did. */
void honest_alarm(int flags, int ms, int every_ms);
extern volatile sig_atomic_t honest_signals;

/* Signals from now on, until a call has been interrupted: the first may come before it blocks.
 * Whether there were any. */
void honest_interrupt(void);
bool honest_interrupted(void);

/* Those of the second half; those of sendmsg and sendto. */
void honest_more(void);
void honest_singles(void);
