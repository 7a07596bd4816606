// SPDX-License-Identifier: Apache-2.0
// The writing of one event under way, for the files that write JSON.
#pragma once

#include "event/json.h"

struct toc_json_writer {
    const struct toc_event *event;
    const struct toc_json_select *select; /* NULL: everything */
    struct toc_buf *buf;
    /* What was written last of the objects that two fields may share: a view. */
    uint32_t shared_off;
    size_t shared_start, shared_n;
};

/* Room that a key and any value but text and objects need together. */
#define TOC_JSON_ROOM (TOC_KEY_BYTES + 64)

/* Writes a value other than an object, a list, names or bytes to `to`, where there are
 * TOC_JSON_ROOM bytes. Where it ends; NULL: it is none of those. */
char *toc_json_put(const struct toc_field *field, const char *at, char *to);

/* Writes strings, bytes and sets of names. */
void toc_json_write_text(const struct toc_json_writer *writer, const struct toc_field *field,
                         const char *at);
