// SPDX-License-Identifier: Apache-2.0
// tocsin replay: the same engine over recordings.
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "cli/detection.h"
#include "cli/input.h"
#include "cli/options.h"
#include "cli/progress.h"
#include "cli/say.h"
#include "cli/signals.h"
#include "source/file.h"
#include "source/merge.h"

/* A source from an empty state. What is wrong with it is noted in the detection. */
static void replay(struct toc_detection *detection, struct toc_pump *pump, const char *name,
                   const struct toc_diags *diags) {
    int error;

    toc_progress_begin(name, !detection->cli->quiet);
    error = toc_detection_run(detection, pump);
    toc_matcher_reset(detection->matcher);
    if (error && !diags->n_errors)
        toc_say("%s", toc_source_fault(pump->source));
}

/* A damaged recording is a fault, also where other warnings are errors. */
static void note(struct toc_detection *detection, const struct toc_diags *diags, bool damaged) {
    detection->fault |= damaged;
    detection->wrong |= detection->cli->strict && diags->n_warnings && !damaged;
}

static void replay_one(struct toc_detection *detection, const char *path) {
    _cleanup_toc_diags_ struct toc_diags diags = {0};
    _cleanup_toc_source_ struct toc_source *source = NULL;
    struct toc_pump pump = {.position = toc_source_file_position};

    if (toc_source_open_file(path, &diags, &source)) {
        detection->wrong = true;
    } else {
        pump.source = source;
        replay(detection, &pump, path, &diags);
        note(detection, &diags, toc_source_file_damaged(source));
    }
    toc_say_diags(&diags);
}

/* 0, or -errno; what could be opened is in `sources`. */
static int open_all(const struct toc_cli *cli, struct toc_diags *diags, struct toc_source **sources,
                    size_t *ret_n) {
    int error = 0;

    for (*ret_n = 0; *ret_n < cli->n_operands && !error;) {
        error = toc_source_open_file(cli->operands[*ret_n], diags, &sources[*ret_n]);
        *ret_n += !error;
    }
    return error;
}

static void replay_merged(struct toc_detection *detection, const struct toc_cli *cli) {
    _cleanup_toc_diags_ struct toc_diags diags = {0};
    _cleanup_toc_source_ struct toc_source *merged = NULL;
    _cleanup_free_ struct toc_source **sources = calloc(cli->n_operands + 1, sizeof(*sources));
    _cleanup_free_ struct toc_source **files = calloc(cli->n_operands + 1, sizeof(*files));
    struct toc_pump pump = {0};
    bool damaged = false;
    size_t n = 0;
    int error = sources && files ? open_all(cli, &diags, sources, &n) : -ENOMEM;

    if (error)
        for (size_t i = 0; i < n; i++)
            toc_source_free(&sources[i]);
    else
        memcpy(files, sources, n * sizeof(*files));
    if (error || toc_source_merge(sources, n, &merged)) {
        detection->wrong = true;
    } else {
        pump.source = merged;
        replay(detection, &pump, "merge", &diags);
        for (size_t i = 0; i < n; i++)
            damaged |= toc_source_file_damaged(files[i]);
        note(detection, &diags, damaged);
    }
    toc_say_diags(&diags);
}

int toc_verb_replay(struct toc_cli *cli) {
    _cleanup_toc_detection_ struct toc_detection detection;
    int status = toc_detection_open(cli, &detection);

    if (status)
        return status;
    if (toc_inputs_check(cli->operands, cli->n_operands) ||
        toc_inputs_overwritten(cli->operands, cli->n_operands, cli->output) ||
        toc_inputs_overwritten(cli->operands, cli->n_operands, cli->stats) || toc_outputs_same(cli))
        return TOC_EXIT_WRONG;
    status = toc_detection_start(&detection, false);
    if (status)
        return status;
    if (cli->merge)
        replay_merged(&detection, cli);
    for (size_t i = 0; i < cli->n_operands && !cli->merge; i++) {
        if (toc_signals_stop() || detection.output.error)
            break;
        replay_one(&detection, cli->operands[i]);
    }
    return toc_detection_finish(&detection, TOC_EXIT_OK);
}
