// SPDX-License-Identifier: Apache-2.0
// SIGINT and SIGTERM ask for an orderly end; SIGPIPE is an error of write.
#pragma once

#include <stdbool.h>

/* A SIGINT or SIGTERM that comes half a second or more after the first ends the program at once. */
void toc_signals_init(void);

/* From here on SIGHUP is a request to load the rules anew. One that means the terminal has gone
 * still asks to end, unless it was ignored before (nohup). */
void toc_signals_take_hangup(void);
/* Was that asked for since the last time? */
bool toc_signals_take_reload(void);

/* The signal that asked to end, or 0. Safe to ask at any time. */
int toc_signals_stop(void);

/* It was typed at the terminal: every program in front of it got it too. */
bool toc_signals_typed(void);
