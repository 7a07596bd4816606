// SPDX-License-Identifier: Apache-2.0
// Finding signature files.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "base/diag.h"

/* Paths in order, each file once even when it is reached twice. Zero-initialise. */
struct toc_files {
    struct toc_file {
        char *path;
        bool named; /* itself, and not the folder that holds it */
        dev_t dev;
        ino_t ino;
    } * items;
    size_t n;
};

/* Adds `path`: a file as it is, of a folder every *.yaml below it (names that begin with a dot and
 * links to folders left out). -ENOENT when it does not exist, -EINVAL for other errors that were
 * added, -ENOMEM. */
int toc_files_add(struct toc_files *files, const char *path, struct toc_diags *diags);
void toc_files_free(struct toc_files *files);
#define _cleanup_toc_files_ __attribute__((cleanup(toc_files_free)))
