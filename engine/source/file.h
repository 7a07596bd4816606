// SPDX-License-Identifier: Apache-2.0
// Sources that read files: recordings and JSON Lines.
#pragma once

#include <stdbool.h>

#include "base/buf.h"
#include "base/diag.h"
#include "source/source.h"

/* Opens a recording or JSON Lines, told apart by their first bytes; "-" is standard input. A
 * directory, a file that cannot be read, is empty or of another kind is an error in diags (-errno;
 * -EINVAL for the wrong kind of file).
 *
 * `diags` is borrowed for the life of the source. Damage to a recording, unknown fields and the
 * like are warnings in it, while the events go on; a line that is no event is an error in it with
 * its place, and ends the source with -EINVAL. A file that can no longer be read ends it with that
 * -errno.
 *
 * The first event is always tocsin_start: one with defaults where the file lacks it. Where events
 * are missing there is a tocsin_loss; its count is left out where it is not known. Losses noted in
 * the file count as lost, so that seen = handled + lost holds as it did when it was recorded. */
int toc_source_open_file(const char *path, struct toc_diags *diags, struct toc_source **ret);

/* The same, and recordings of other tools: `format` counts from 1 in the order of import.c; 0:
 * found out by its first bytes. A file of gzip is unpacked where it holds such a recording. Their
 * records that cannot be read are warnings, and a tocsin_loss where they were. */
int toc_source_open_any(const char *path, int format, struct toc_diags *diags,
                        struct toc_source **ret);
/* What became of the records of another tool: lines, each with its end; nothing for other sources.
 */
void toc_source_import_tell(struct toc_source *source, struct toc_buf *buf);

/* Only for a source of the two above. Bytes read, and of the file; total 0: not known. */
void toc_source_file_position(struct toc_source *source, uint64_t *ret_done, uint64_t *ret_total);
/* Whether so far something of the file itself was damaged or cut off. */
bool toc_source_file_damaged(const struct toc_source *source);
