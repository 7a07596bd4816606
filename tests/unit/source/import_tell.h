// SPDX-License-Identifier: Apache-2.0
// What an importer makes of a text: its events as JSON Lines, without the start, and what is said.
#pragma once

#include "base/buf.h"
#include "base/diag.h"

/* Reads `text` as the recording of another tool. Checks that each record was counted once, and that
 * it says damage where it had a warning. `ret_said` gets what is told at the end; NULL-able. */
void import_text(const void *text, size_t n, struct toc_diags *diags, struct toc_buf *ret_events,
                 struct toc_buf *ret_said);

/* Packs it with gzip and leaves the last `less` bytes of that off. Returns how many are left. */
enum { IMPORT_PACKED = 1024 };
size_t import_pack(const void *text, size_t n, size_t less, char to[IMPORT_PACKED]);

struct import_row {
    const char *text;
    const char *events; /* JSON Lines without {"v":1, */
};
void import_rows(const struct import_row *rows, size_t n);
