// SPDX-License-Identifier: Apache-2.0
// Watching this kernel: what run and record share.
#pragma once

#include "cli/options.h"
#include "cli/producer.h"
#include "cli/pump.h"
#include "cli/record_file.h"
#include "event/action.h"
#include "event/demand.h"
#include "source/command.h"

struct toc_live {
    struct toc_source *source;
    struct toc_command command; /* pid 0: none */
    const char *command_name;
    bool tell; /* that CMD goes on when the time is over */
    struct toc_record_file file;
    struct toc_ahead ahead;
};

/* Whether the options of the call make sense. 0, or an exit status after a line on standard error.
 */
int toc_live_check(const struct toc_cli *cli);

/* Starts CMD (held), opens the file to record to, then the live source, of which
 * that is wanted; gate (or NULL) outlives it. ret is zero but for `ahead`. 0, or an exit status
 * after a line on standard error. Clear it in either case. */
int toc_live_open(const struct toc_cli *cli, const char *record_path,
                  const struct toc_demand *demand, const struct toc_gate *gate,
                  struct toc_live *ret);

/* Begins the recording, lets CMD go, and fills in the pump. 0 or an exit status. */
int toc_live_begin(struct toc_live *live, const struct toc_cli *cli, struct toc_pump *pump);

/* After the pump has run: completes the recording. An exit status of ours, or CMD's in
 * *ret_command (0 without one, or when it was not waited for). */
int toc_live_end(struct toc_live *live, const struct toc_pump *pump, int *ret_command);

void toc_live_clear(struct toc_live *live);
#define _cleanup_toc_live_ __attribute__((cleanup(toc_live_clear)))
