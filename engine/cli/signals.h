// SPDX-License-Identifier: Apache-2.0
// SIGINT and SIGTERM ask for an orderly end; SIGPIPE is an error of write.
#pragma once

#include <stdbool.h>

/* A SIGINT or SIGTERM that comes half a second or more after the first ends the program at once. */
void toc_signals_init(void);

/* The signal that asked to end, or 0. Safe to ask at any time. */
int toc_signals_stop(void);

/* It was typed at the terminal: every program in front of it got it too. */
bool toc_signals_typed(void);
