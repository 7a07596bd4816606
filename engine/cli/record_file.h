// SPDX-License-Identifier: Apache-2.0
// The file that a live run is recorded to.
#pragma once

#include <stdbool.h>

#include "event/recording.h"

struct toc_record_file {
    const char *path; /* borrowed; NULL: none */
    int fd;
    bool created; /* it was not there before */
    struct toc_recorder *recorder;
};

/* Opens `path` ("-": standard output; NULL: nothing to do) without touching what is in it. 0 or an
 * exit status after a line on standard error. */
int toc_record_file_open(const char *path, struct toc_record_file *ret);

/* Empties it and begins the recording. */
int toc_record_file_begin(struct toc_record_file *file);

/* Completes the recording; `error` is what went wrong while writing. An exit status. */
int toc_record_file_finish(struct toc_record_file *file, int error);

/* Closes; removes a file that was created and never begun. */
void toc_record_file_close(struct toc_record_file *file);
