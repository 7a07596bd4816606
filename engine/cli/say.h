// SPDX-License-Identifier: Apache-2.0
// Words to the person: everything that goes to standard error.
#pragma once

#include "base/buf.h"
#include "base/diag.h"

/* One line, "tocsin: …". Control characters in it appear as \xHH. */
void toc_say(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* The same of each line of `lines`, which ends with one. */
void toc_say_lines(const struct toc_buf *lines);

/* Prints and clears diagnostics: those with a line as a compiler would, the others as toc_say. */
void toc_say_diags(struct toc_diags *diags);

/* "no such file" and so on, for an errno. */
const char *toc_error_text(int error);
