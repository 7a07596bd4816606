// SPDX-License-Identifier: Apache-2.0
// The one event that expressions are evaluated over.
#include <errno.h>
#include <string.h>

#include "base/file.h"
#include "base/limits.h"
#include "cli/eval.h"
#include "cli/options.h"
#include "cli/say.h"
#include "event/json.h"
#include "event/recording.h"

/* What JSON of one event is not: a file of events, which has other verbs. */
static bool is_several(const struct toc_buf *text, const char *file, struct toc_builder *builder) {
    const char *end = text->n ? memchr(text->p, '\n', text->n) : NULL;
    const struct toc_place place = {.file = file, .line = 1};
    struct toc_json_counts counts = {0};
    const struct toc_event *event;

    if (toc_recording_magic(text->p, text->n) && text->n) {
        toc_say("%s: is a recording, and eval takes one event as JSON: tocsin convert %s - | "
                "sed -n 2p",
                file, file);
        return true;
    }
    if (!end || toc_json_read(builder, text->p, (size_t)(end - text->p), place, TOC_EVENT_NONE,
                              NULL, &counts, &event))
        return false;
    toc_say("%s: holds more than one event, and eval takes one: sed -n 2p %s", file, file);
    return true;
}

int toc_eval_read_event(const char *path, struct toc_builder *builder,
                        const struct toc_event **ret) {
    _cleanup_toc_diags_ struct toc_diags diags = {0};
    _cleanup_toc_buf_ struct toc_buf text = {0};
    const struct toc_place place = {.file = strcmp(path, "-") != 0 ? path : "standard input",
                                    .line = 1};
    struct toc_json_counts counts = {0};
    int error = toc_file_read(path, TOC_MAX_JSON_LINE, &diags, &text);

    if (error == -EINVAL && diags.n)
        toc_diag_set_hint(&diags.items[0], "use - to read standard input");
    while (text.n && strchr(" \t\r\n", text.p[text.n - 1]))
        text.n--;
    if (!error)
        error = toc_json_read(builder, text.p ? text.p : "", text.n, place, TOC_EVENT_NONE, &diags,
                              &counts, ret);
    if (!error || !is_several(&text, place.file, builder))
        toc_say_diags(&diags);
    return error ? TOC_EXIT_WRONG : 0;
}
