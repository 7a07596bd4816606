// SPDX-License-Identifier: Apache-2.0
// tocsin convert: between recordings and JSON Lines, and from recordings of other tools.
#include <errno.h>
#include <string.h>

#include "base/cleanup.h"
#include "cli/convert.h"
#include "cli/input.h"
#include "cli/options.h"
#include "cli/progress.h"
#include "cli/say.h"
#include "cli/signals.h"
#include "source/file.h"

static bool is_text(const char *path) {
    size_t n = strlen(path), end = strlen(".jsonl");

    return !strcmp(path, "-") || (n >= end && !strcmp(path + n - end, ".jsonl"));
}

static int write_event(struct toc_conversion *to, const struct toc_event *event) {
    if (to->recorder)
        return toc_recorder_add(to->recorder, event);
    toc_json_write(event, &to->output.buf);
    toc_buf_addc(&to->output.buf, '\n');
    return toc_output_more(&to->output);
}

/* 0, or -errno of either side; *ret_writing says which. */
static int copy(struct toc_source *source, struct toc_conversion *to, bool *ret_writing) {
    const struct toc_event *event;
    uint64_t events = 0, done, total;
    int got, error = 0;

    *ret_writing = false;
    while ((got = toc_source_next(source, -1, &event)) > 0) {
        error = write_event(to, event);
        if (error) {
            *ret_writing = true;
            return error;
        }
        toc_source_file_position(source, &done, &total);
        toc_progress_update(++events, done, total);
        if (toc_signals_stop())
            return -EINTR;
    }
    return got == -ENODATA ? 0 : got;
}

static int finish(struct toc_conversion *to) {
    return to->recorder ? toc_recorder_finish(to->recorder) : toc_output_flush(&to->output);
}

/* What reading found wrong is in diags already when it has a place. */
static int say_failure(const struct toc_source *source, const struct toc_conversion *to, int error,
                       const struct toc_diags *diags) {
    if (error == -EINTR)
        toc_say("interrupted: %s is as it was", to->path);
    else if (!diags->n_errors)
        toc_say("%s", toc_source_fault(source));
    return error == -EINVAL ? TOC_EXIT_WRONG : TOC_EXIT_FAULT;
}

static int say_unwritten(const struct toc_conversion *to, int error) {
    if (error == -EPIPE)
        return TOC_EXIT_OK;
    toc_say("cannot write %s: %s", to->path, toc_error_text(error));
    return TOC_EXIT_FAULT;
}

static int convert(struct toc_source *source, struct toc_conversion *to,
                   const struct toc_diags *diags) {
    bool writing;
    int error = copy(source, to, &writing), late;

    toc_progress_end();
    if (writing)
        return say_unwritten(to, error);
    // Whoever reads a stream gets all that was whole; a file is kept only when it is complete.
    if (!error || !to->temporary) {
        late = finish(to);
        if (!late && !error)
            late = toc_conversion_keep(to);
        if (late)
            return say_unwritten(to, late);
    }
    if (error)
        return say_failure(source, to, error, diags);
    return toc_source_file_damaged(source) ? TOC_EXIT_FAULT : TOC_EXIT_OK;
}

/* What became of the records of another tool. */
static void say_import(struct toc_source *source) {
    _cleanup_toc_buf_ struct toc_buf buf = {0};

    toc_source_import_tell(source, &buf);
    if (!buf.failed)
        toc_say_lines(&buf);
}

int toc_verb_convert(struct toc_cli *cli) {
    _cleanup_toc_diags_ struct toc_diags diags = {0};
    _cleanup_toc_source_ struct toc_source *source = NULL;
    _cleanup_(toc_conversion_clear) struct toc_conversion to = {.output = {.fd = -1}};
    char *const *in = cli->operands;
    const char *out = cli->operands[1];
    int status;

    if (toc_inputs_check(in, 1) || toc_inputs_overwritten(in, 1, out))
        return TOC_EXIT_WRONG;
    if (toc_source_open_any(*in, cli->from, &diags, &source)) {
        toc_say_diags(&diags);
        return TOC_EXIT_WRONG;
    }
    status = toc_conversion_open(out, is_text(out), &to);
    if (status)
        return status;
    toc_progress_begin(*in, !cli->quiet);
    status = convert(source, &to, &diags);
    if (!status && cli->strict && diags.n_warnings)
        status = TOC_EXIT_WRONG;
    toc_say_diags(&diags);
    if (!cli->quiet)
        say_import(source);
    return status;
}
