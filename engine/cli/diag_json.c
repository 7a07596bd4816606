// SPDX-License-Identifier: Apache-2.0
// Problems of signatures and packs as JSON Lines.
#include "cli/diag_json.h"

#include <string.h>

#include "base/text.h"

static void add_json_text(struct toc_buf *out, const char *key, const char *text) {
    if (!text)
        return;
    toc_buf_addf(out, ",\"%s\":", key);
    toc_buf_add_json_string(out, text, strlen(text));
}

void toc_diags_json(const struct toc_diags *diags, struct toc_buf *out) {
    for (size_t i = 0; i < diags->n; i++) {
        const struct toc_diag *diag = &diags->items[i];

        toc_buf_addf(out, "{\"severity\":\"%s\"",
                     diag->severity == TOC_WARNING ? "warning" : "error");
        add_json_text(out, "file", diag->file);
        if (diag->line)
            toc_buf_addf(out, ",\"line\":%u,\"col\":%u,\"width\":%u", diag->line, diag->col,
                         diag->width ? diag->width : 1);
        add_json_text(out, "message", diag->message);
        add_json_text(out, "hint", diag->hint);
        toc_buf_adds(out, "}\n");
    }
}
