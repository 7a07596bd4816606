// SPDX-License-Identifier: Apache-2.0
// The parts that a text alert is put together from.
#pragma once

#include <stdbool.h>

#include "base/buf.h"
#include "event/record.h"
#include "sink/sink.h"

/* Every line but the first begins with these blanks. */
#define TOC_TEXT_INDENT "      "

/* Messages and pointers shown of one alert; "… and 12 more" stands for the rest. */
#define TOC_TEXT_MAX_MSGS 4

enum toc_style {
    TOC_STYLE_PLAIN,
    TOC_STYLE_DIM,
    TOC_STYLE_BOLD,
    TOC_STYLE_CYAN,
    TOC_STYLE_YELLOW,
    TOC_STYLE_RED,
    TOC_STYLE_BOLD_RED,
};

/* The escape sequence that begins a style (PLAIN: that ends it); "" without colour. */
const char *toc_style(bool color, enum toc_style style);

/* Names for all text: what is shown of a field of `type` in `object`; "-" when it was not observed,
 * its status when that says more. NULL field or object: "-". */
void toc_text_field(const struct toc_event *event, const struct toc_field *field,
                    const void *object, struct toc_buf *out);
/* "127.0.0.1:9001", "[::1]:53", "@path", …; its status when it is not there. NULL: "-". */
void toc_text_addr(const struct toc_event *event, const struct toc_addr *addr, struct toc_buf *out);

/* One line: the call, its arguments, its result, its socket. */
void toc_text_call(const struct toc_event *event, struct toc_buf *out);

/* The lines of one message: what each witness says of the address and of all that changed. */
void toc_text_message(const struct toc_event *event, const struct toc_msg *msg, bool color,
                      struct toc_buf *out);

/* A line for each pointer at entry that is no address of user memory. */
void toc_text_odd_pointers(const struct toc_event *event, struct toc_buf *out);

/* Appends text that may hold anything printable in UTF-8, with what a terminal or a reader could be
 * fooled by (C1 controls, marks that reorder text) as \xHH. */
void toc_text_safe(const char *s, size_t n, struct toc_buf *out);
