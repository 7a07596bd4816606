// SPDX-License-Identifier: Apache-2.0
// A string as JSON text.
#include <string.h>

#include "base/text.h"

static void add_escaped(struct toc_buf *buf, unsigned char c) {
    static const char shorthand[] = {
        ['\b'] = 'b', ['\t'] = 't', ['\n'] = 'n', ['\f'] = 'f', ['\r'] = 'r'};

    if (c == '"' || c == '\\')
        toc_buf_addf(buf, "\\%c", c);
    else if (c < sizeof(shorthand) && shorthand[c])
        toc_buf_addf(buf, "\\%c", shorthand[c]);
    else if (c < 0x20)
        toc_buf_addf(buf, "\\u%04x", c);
    else
        toc_buf_addf(buf, "\\\\x%02x", c);
}

void toc_buf_add_json_string(struct toc_buf *buf, const char *s, size_t n) {
    size_t start = 0, at = 0;

    toc_buf_addc(buf, '"');
    while (at < n) {
        unsigned char c = (unsigned char)s[at];
        size_t len = c < 0x80 ? c >= 0x20 && c != '"' && c != '\\' : toc_utf8_len(s + at, n - at);

        if (len) {
            at += len;
            continue;
        }
        toc_buf_add(buf, s + start, at - start);
        add_escaped(buf, c);
        start = ++at;
    }
    toc_buf_add(buf, s + start, at - start);
    toc_buf_addc(buf, '"');
}

void toc_buf_add_one_line(struct toc_buf *buf, const char *s, size_t n) {
    bool blank = false;

    for (size_t i = 0; i < n; i++) {
        bool is_blank = strchr(" \t\r\n", s[i]) != NULL;

        if (!is_blank || !blank)
            toc_buf_addc(buf, is_blank ? ' ' : s[i]);
        blank = is_blank;
    }
}
