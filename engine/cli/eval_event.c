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
    toc_say_diags(&diags);
    return error ? TOC_EXIT_WRONG : 0;
}
