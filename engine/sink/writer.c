// SPDX-License-Identifier: Apache-2.0
// The thread that writes: it exchanges an empty buffer for a full one, so that no byte is copied.
#include "sink/writer.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <unistd.h>

struct toc_writer {
    int fd;
    pthread_t thread;
    pthread_mutex_t lock; /* of all below */
    pthread_cond_t work, done;
    struct toc_buf queue; /* what comes next */
    bool busy;            /* a buffer is being written */
    bool ends;
    _Atomic int error; /* set once, under the lock */
    _Atomic uint64_t written;
};

int toc_write_all(int fd, const void *bytes, size_t n, size_t *ret_written) {
    size_t done = 0;
    int error = 0;

    while (done < n && !error) {
        ssize_t r = write(fd, (const char *)bytes + done, n - done);

        if (r >= 0)
            done += (size_t)r;
        else if (errno != EINTR)
            error = -errno;
    }
    *ret_written = done;
    return error;
}

/* Waits for work. False: there will be none. */
static bool take(struct toc_writer *writer, struct toc_buf *mine) {
    struct toc_buf empty = *mine;

    pthread_mutex_lock(&writer->lock);
    writer->busy = false;
    pthread_cond_signal(&writer->done);
    while (!writer->queue.n && !writer->ends)
        pthread_cond_wait(&writer->work, &writer->lock);
    *mine = writer->queue;
    writer->queue = empty;
    writer->busy = mine->n > 0;
    pthread_mutex_unlock(&writer->lock);
    return mine->n > 0;
}

static void *write_on(void *ctx) {
    struct toc_writer *writer = ctx;
    _cleanup_toc_buf_ struct toc_buf mine = {0};
    int error = 0;

    while (take(writer, &mine)) {
        size_t written = 0;

        if (!error)
            error = toc_write_all(writer->fd, mine.p, mine.n, &written);
        writer->written += written;
        toc_buf_reset(&mine);
        if (!error)
            continue;
        pthread_mutex_lock(&writer->lock);
        writer->error = error;
        pthread_mutex_unlock(&writer->lock);
    }
    return NULL;
}

/* A thread inherits which signals it does not get. */
static int start(struct toc_writer *writer) {
    sigset_t all, before;
    int error;

    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    error = pthread_create(&writer->thread, NULL, write_on, writer);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return -error;
}

int toc_writer_new(int fd, struct toc_writer **ret) {
    struct toc_writer *writer = calloc(1, sizeof(*writer));
    int error;

    if (!writer)
        return -ENOMEM;
    writer->fd = fd;
    pthread_mutex_init(&writer->lock, NULL);
    pthread_cond_init(&writer->work, NULL);
    pthread_cond_init(&writer->done, NULL);
    error = start(writer);
    if (error)
        free(writer);
    else
        *ret = writer;
    return error;
}

void toc_writer_free(struct toc_writer **writer) {
    struct toc_writer *w = *writer;

    if (!w)
        return;
    pthread_mutex_lock(&w->lock);
    w->ends = true;
    pthread_cond_signal(&w->work);
    pthread_mutex_unlock(&w->lock);
    pthread_join(w->thread, NULL);
    pthread_mutex_destroy(&w->lock);
    pthread_cond_destroy(&w->work);
    pthread_cond_destroy(&w->done);
    toc_buf_free(&w->queue);
    free(w);
    *writer = NULL;
}

/* An empty queue takes the buffer itself, and gives its own memory for it. */
static void enqueue(struct toc_writer *writer, struct toc_buf *buf) {
    struct toc_buf empty = writer->queue;

    if (writer->queue.n) {
        toc_buf_add(&writer->queue, buf->p, buf->n);
    } else {
        writer->queue = *buf;
        *buf = empty;
    }
    toc_buf_reset(buf);
    pthread_cond_signal(&writer->work);
}

int toc_writer_put(struct toc_writer *writer, struct toc_buf *buf) {
    int error;

    pthread_mutex_lock(&writer->lock);
    error = writer->error ? writer->error : writer->queue.failed;
    if (!error && writer->queue.n && writer->queue.n + buf->n > TOC_WRITER_QUEUE)
        error = -EAGAIN;
    if (!error && buf->n)
        enqueue(writer, buf);
    pthread_mutex_unlock(&writer->lock);
    return error;
}

int toc_writer_wait(struct toc_writer *writer, bool all) {
    int error;

    pthread_mutex_lock(&writer->lock);
    while (!writer->error && (all ? writer->busy || writer->queue.n : writer->queue.n > 0))
        pthread_cond_wait(&writer->done, &writer->lock);
    error = writer->error;
    pthread_mutex_unlock(&writer->lock);
    return error;
}

int toc_writer_error(struct toc_writer *writer) {
    return atomic_load_explicit(&writer->error, memory_order_relaxed);
}

uint64_t toc_writer_written(struct toc_writer *writer) {
    return atomic_load_explicit(&writer->written, memory_order_relaxed);
}
