// SPDX-License-Identifier: Apache-2.0
// The one writer of alerts and data.
#include "cli/output.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/options.h"
#include "cli/say.h"

/* Buffered before a write. */
#define ENOUGH (64u << 10)

int toc_output_open(const char *path, struct toc_output *ret) {
    *ret = TOC_OUTPUT_STDOUT;
    if (!path || !strcmp(path, "-"))
        return 0;
    ret->name = path;
    ret->fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    if (ret->fd >= 0)
        return 0;
    toc_say("cannot write %s: %s", path, toc_error_text(errno));
    return TOC_EXIT_WRONG;
}

void toc_output_in_background(struct toc_output *output, bool live) {
    struct stat st;

    output->may_lose = live && fstat(output->fd, &st) == 0 && !S_ISREG(st.st_mode);
    // Without a thread all goes on as it did.
    toc_writer_new(output->fd, &output->writer);
}

/* 0, also when it is stuck, or -errno. */
static int hand_over(struct toc_output *output) {
    int r;

    while ((r = toc_writer_put(output->writer, &output->buf)) == -EAGAIN && !output->may_lose)
        toc_writer_wait(output->writer, false);
    output->stuck = r == -EAGAIN;
    return output->stuck ? 0 : r;
}

static int write_here(struct toc_output *output) {
    size_t written;
    int error = toc_write_all(output->fd, output->buf.p, output->buf.n, &written);

    output->written += written;
    return error;
}

int toc_output_flush(struct toc_output *output) {
    size_t n = output->buf.n;

    if (output->buf.failed && !output->error)
        output->error = output->buf.failed;
    if (!output->error && n)
        output->error = output->writer ? hand_over(output) : write_here(output);
    if (!output->stuck || output->error) {
        output->given += n;
        toc_buf_reset(&output->buf);
    }
    return output->error;
}

uint64_t toc_output_written(const struct toc_output *output) {
    return output->writer ? toc_writer_written(output->writer) : output->written;
}

int toc_output_error(struct toc_output *output) {
    if (!output->error && output->writer)
        output->error = toc_writer_error(output->writer);
    return output->error;
}

int toc_output_settle(struct toc_output *output) {
    int error;

    output->may_lose = false;
    toc_output_flush(output);
    if (!output->writer)
        return output->error;
    error = toc_writer_wait(output->writer, true);
    if (!output->error)
        output->error = error;
    output->written = toc_writer_written(output->writer);
    toc_writer_free(&output->writer);
    return output->error;
}

int toc_output_more(struct toc_output *output) {
    return output->buf.n >= ENOUGH ? toc_output_flush(output) : output->error;
}

int toc_output_close(struct toc_output *output) {
    int error;

    if (output->fd < 0)
        return TOC_EXIT_OK;
    error = toc_output_settle(output);
    if (output->fd != STDOUT_FILENO && close(output->fd) && !error)
        error = -errno;
    output->fd = -1;
    toc_buf_free(&output->buf);
    if (!error || error == -EPIPE)
        return TOC_EXIT_OK;
    toc_say("cannot write %s: %s", output->name, toc_error_text(error));
    return TOC_EXIT_FAULT;
}
