// SPDX-License-Identifier: Apache-2.0
// tocsin replay: the same engine over recordings.
#include "cli/detection.h"
#include "cli/input.h"
#include "cli/options.h"
#include "cli/progress.h"
#include "cli/say.h"
#include "cli/signals.h"
#include "source/file.h"

/* One file from an empty state. What is wrong with it is noted in the detection. */
static void replay(struct toc_detection *detection, const char *path) {
    _cleanup_toc_diags_ struct toc_diags diags = {0};
    _cleanup_toc_source_ struct toc_source *source = NULL;
    struct toc_pump pump = {.position = toc_source_file_position};
    int error;

    if (toc_source_open_file(path, &diags, &source)) {
        toc_say_diags(&diags);
        detection->wrong = true;
        return;
    }
    pump.source = source;
    toc_progress_begin(path, !detection->cli->quiet);
    error = toc_detection_run(detection, &pump);
    toc_matcher_reset(detection->matcher);
    if (error && !diags.n_errors)
        toc_say("%s", toc_source_fault(source));
    if (toc_source_file_damaged(source))
        detection->fault = true;
    if (detection->cli->strict && diags.n_warnings)
        detection->wrong = true;
    toc_say_diags(&diags);
}

int toc_verb_replay(struct toc_cli *cli) {
    _cleanup_toc_detection_ struct toc_detection detection;
    int status = toc_detection_open(cli, &detection);

    if (status)
        return status;
    if (toc_inputs_check(cli->operands, cli->n_operands) ||
        toc_inputs_overwritten(cli->operands, cli->n_operands, cli->output))
        return TOC_EXIT_WRONG;
    status = toc_detection_start(&detection);
    if (status)
        return status;
    for (size_t i = 0; i < cli->n_operands; i++) {
        if (toc_signals_stop() || detection.output.error)
            break;
        replay(&detection, cli->operands[i]);
    }
    return toc_detection_finish(&detection, TOC_EXIT_OK);
}
