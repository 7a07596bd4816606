// SPDX-License-Identifier: Apache-2.0
// Reading a whole input at once.
#pragma once

#include <stddef.h>

#include "base/buf.h"
#include "base/diag.h"

/* Appends the regular file `path`, or standard input for "-", to ret. Never waits for a FIFO or
 * opens a device. On failure adds one error that names the file, leaves ret's content as it was and
 * returns -EISDIR, -EINVAL (not a regular file), -EFBIG (above max_bytes), -ENOMEM or what open or
 * read gave. diags may be NULL. */
int toc_file_read(const char *path, size_t max_bytes, struct toc_diags *diags, struct toc_buf *ret);
