// SPDX-License-Identifier: Apache-2.0
// A diagnostic as the text a person reads: place, message, source line, caret, hint.
#include "base/diag.h"

#include <string.h>

#include "base/cleanup.h"
#include "base/text.h"

static void add_place(struct toc_buf *buf, const struct toc_diag *diag) {
    if (diag->file)
        toc_buf_addf(buf, "%s:", diag->file);
    if (diag->line)
        toc_buf_addf(buf, "%u:", diag->line);
    if (diag->line && diag->col)
        toc_buf_addf(buf, "%u:", diag->col);
    if (diag->file || diag->line)
        toc_buf_addc(buf, ' ');
}

static void add_caret(struct toc_buf *buf, const struct toc_diag *diag) {
    const char *line = diag->source_line;
    size_t n = strlen(line), at = 0, left;
    uint32_t col = 1;

    // A tab under a tab: both lines then reach the same stop, however wide it is.
    for (; col < diag->source_col && at < n; col++) {
        size_t len = toc_utf8_len(line + at, n - at);

        toc_buf_addc(buf, line[at] == '\t' ? '\t' : ' ');
        at += len ? len : 1;
    }
    toc_buf_addc(buf, '^');
    left = toc_utf8_count(line + at, n - at);
    for (size_t i = 1; i < diag->width && i < left; i++)
        toc_buf_addc(buf, '~');
    toc_buf_addc(buf, '\n');
}

char *toc_diag_format(const struct toc_diag *diag) {
    _cleanup_toc_buf_ struct toc_buf buf = {0};

    add_place(&buf, diag);
    toc_buf_addf(&buf, "%s: %s\n", diag->severity == TOC_ERROR ? "error" : "warning",
                 diag->message);
    if (diag->source_line) {
        toc_buf_addf(&buf, "%s\n", diag->source_line);
        if (diag->source_col)
            add_caret(&buf, diag);
    }
    if (diag->hint)
        toc_buf_addf(&buf, "  hint: %s\n", diag->hint);
    return toc_buf_cstr(&buf) ? TAKE_PTR(buf.p) : NULL;
}
