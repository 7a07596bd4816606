// SPDX-License-Identifier: Apache-2.0
// Imports small texts.
#include "import_tell.h"

#include <criterion/criterion.h>
#include <string.h>
#include <zlib.h>

#include "base/cleanup.h"
#include "event/json.h"
#include "source/file.h"
#include "source/import.h"
#include "sources.h"

static void check_counts(struct toc_source *source) {
    const struct toc_import *import = toc_import_of(source);
    uint64_t left = 0;

    cr_assert_not_null(import);
    for (int i = 0; i < TOC_LEFT_REASONS; i++)
        left += import->left[i];
    cr_expect_eq(import->seen, import->converted + left, "each record is counted once");
}

static const char head[] = "{\"v\":1,";

void import_text(const void *text, size_t n, struct toc_diags *diags, struct toc_buf *ret_events,
                 struct toc_buf *ret_said) {
    _cleanup_toc_source_ struct toc_source *source = NULL;
    _cleanup_close_ int fd = -1;
    const struct toc_event *event;
    char path[64];
    int r;

    cr_assert_eq(toc_source_open_any(path_of(text, n, &fd, path), 0, diags, &source), 0);
    cr_assert_eq(toc_source_next(source, -1, &event), 1);
    cr_expect_eq(event->variant, TOC_EVENT_tocsin_start);
    while ((r = toc_source_next(source, -1, &event)) == 1) {
        _cleanup_toc_buf_ struct toc_buf json = {0};

        cr_assert_eq(toc_record_check(event, event->size), 0);
        toc_json_write(event, &json);
        toc_buf_add(ret_events, json.p + strlen(head), json.n - strlen(head));
        toc_buf_addc(ret_events, '\n');
    }
    cr_expect_eq(r, -ENODATA);
    check_counts(source);
    if (ret_said)
        toc_source_import_tell(source, ret_said);
}

size_t import_pack(const void *text, size_t n, size_t less, char to[IMPORT_PACKED]) {
    z_stream z = {.next_in = (unsigned char *)(uintptr_t)text,
                  .avail_in = (unsigned)n,
                  .next_out = (unsigned char *)to,
                  .avail_out = IMPORT_PACKED};

    cr_assert_eq(deflateInit2(&z, 1, Z_DEFLATED, 16 + MAX_WBITS, 8, Z_DEFAULT_STRATEGY), Z_OK);
    cr_assert_eq(deflate(&z, Z_FINISH), Z_STREAM_END);
    deflateEnd(&z);
    return IMPORT_PACKED - z.avail_out - less;
}

void import_rows(const struct import_row *rows, size_t n) {
    for (size_t i = 0; i < n; i++) {
        _cleanup_toc_diags_ struct toc_diags diags = {0};
        _cleanup_toc_buf_ struct toc_buf events = {0};

        import_text(rows[i].text, strlen(rows[i].text), &diags, &events, NULL);
        cr_expect_str_eq(toc_buf_cstr(&events), rows[i].events, "row %zu: %s\n%s", i, rows[i].text,
                         events.p);
        cr_expect_eq(diags.n, 0, "row %zu: %s", i, diags.n ? diags.items[0].message : "");
    }
}
