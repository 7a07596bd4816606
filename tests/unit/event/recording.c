// SPDX-License-Identifier: Apache-2.0
// Recordings: what is written is read back, whatever happens to the file on the way.
#include "event/recording.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "recording_events.h"

#define _cleanup_recorder_ __attribute__((cleanup(toc_recorder_free)))
#define _cleanup_recording_ __attribute__((cleanup(toc_recording_close)))

Test(recording, what_is_written_is_read_back) {
    static const uint32_t block_bytes[] = {1, 4000, 0, 1u << 30};

    for (size_t i = 0; i < 8; i++) {
        _cleanup_events_ struct events events;
        _cleanup_toc_buf_ struct toc_buf file = {0};
        struct toc_recording_counts counts;
        long matched;

        events_make(&events, 300, i + 1);
        recording_of(&events, block_bytes[i % 4], true, &file);
        cr_expect_eq(recording_match(file_of(file.p, file.n), &events, &matched, &counts, NULL), 0);
        cr_expect_eq(matched, (long)events.n);
        cr_expect_eq(counts.events, events.n);
        cr_expect_eq(counts.bytes_read, file.n);
        cr_expect_eq(counts.bytes_total, file.n);
        cr_expect_eq(counts.blocks_damaged + counts.events_lost + counts.events_malformed, 0);
        cr_expect(!counts.cut && counts.blocks > 1);
        cr_expect_eq(recording_match(stream_of(file.p, file.n), &events, &matched, &counts, NULL),
                     0);
        cr_expect_eq(matched, (long)events.n);
        cr_expect_eq(counts.bytes_total, 0);
    }
}

Test(recording, what_repeats_takes_little_room) {
    _cleanup_events_ struct events events;
    _cleanup_toc_buf_ struct toc_buf file = {0};
    size_t bytes = 0;

    events_alike(&events, 3000, 5);
    for (size_t i = 0; i < events.n; i++)
        bytes += events.items[i]->size;
    recording_of(&events, 0, true, &file);
    cr_expect_lt(file.n, bytes / 20, "%zu of %zu", file.n, bytes);
}

Test(recording, a_cut_file_gives_all_whole_blocks) {
    _cleanup_events_ struct events events;
    _cleanup_toc_buf_ struct toc_buf file = {0};
    long before = 0;

    events_make(&events, 12, 3);
    recording_of(&events, 3000, true, &file);
    for (size_t n = 1; n < file.n; n++) {
        _cleanup_toc_diags_ struct toc_diags diags = {0};
        struct toc_recording_counts counts;
        long matched, streamed;

        cr_assert_eq(recording_match(file_of(file.p, n), &events, &matched, &counts, &diags), 0);
        cr_assert(counts.cut, "cut at %zu", n);
        cr_assert_eq(diags.n_warnings, 1, "cut at %zu", n);
        cr_assert_eq(counts.events_lost + counts.events_malformed, 0);
        cr_assert(matched >= before && matched <= (long)events.n, "cut at %zu", n);
        cr_assert(counts.tail_lost || matched == (long)events.n, "cut at %zu", n);
        before = matched;
        if (n % 16)
            continue;
        cr_assert_eq(recording_match(stream_of(file.p, n), &events, &streamed, &counts, NULL), 0);
        cr_assert_eq(streamed, matched, "cut at %zu", n);
    }
    cr_expect_eq(before, (long)events.n);
}

Test(recording, a_changed_byte_never_changes_an_event) {
    _cleanup_events_ struct events events;
    _cleanup_toc_buf_ struct toc_buf file = {0};

    events_make(&events, 10, 4);
    recording_of(&events, 3000, true, &file);
    for (size_t i = 0; i < file.n; i++) {
        _cleanup_toc_diags_ struct toc_diags diags = {0};
        struct toc_recording_counts counts = {0};
        long matched;
        int err;

        file.p[i] ^= (char)(1u << i % 8);
        err = recording_match(file_of(file.p, file.n), &events, &matched, &counts, &diags);
        file.p[i] ^= (char)(1u << i % 8);
        // In the first bytes it makes of the file another kind of file.
        if (i < 8) {
            cr_assert_eq(err, -EINVAL);
            continue;
        }
        cr_assert(!err && matched >= 0, "byte %zu", i);
        cr_assert(diags.n_warnings && (counts.blocks_damaged || counts.cut), "byte %zu", i);
        cr_assert_eq((uint64_t)matched + counts.events_lost, events.n, "byte %zu", i);
    }
}

Test(recording, removed_and_repeated_stretches_are_noticed) {
    _cleanup_events_ struct events events;
    _cleanup_toc_buf_ struct toc_buf file = {0};

    events_make(&events, 60, 6);
    recording_of(&events, 2000, true, &file);
    for (size_t i = 8; i + 700 < file.n; i += 37) {
        _cleanup_toc_buf_ struct toc_buf less = {0}, more = {0};
        struct toc_recording_counts counts;
        long matched;

        toc_buf_add(&less, file.p, i);
        toc_buf_add(&less, file.p + i + 300, file.n - i - 300);
        cr_assert_eq(recording_match(file_of(less.p, less.n), &events, &matched, &counts, NULL), 0);
        cr_assert(matched >= 0 && (uint64_t)matched + counts.events_lost == events.n, "at %zu", i);
        toc_buf_add(&more, file.p, i + 600);
        toc_buf_add(&more, file.p + i, file.n - i);
        cr_assert_eq(recording_match(stream_of(more.p, more.n), &events, &matched, &counts, NULL),
                     0);
        cr_assert(matched >= 0 && counts.blocks_damaged, "at %zu", i);
    }
}

Test(recording, a_killed_writer_loses_at_most_its_block) {
    _cleanup_events_ struct events events;
    _cleanup_close_ int fd = memfd_create("recording", MFD_CLOEXEC);
    struct toc_recording_counts counts;
    long matched;
    int status;
    pid_t pid;

    events_make(&events, 500, 7);
    pid = fork();
    if (!pid) {
        struct toc_recorder_options options = {.block_bytes = 1};
        struct toc_recorder *recorder;

        if (toc_recorder_new(fd, &options, &recorder) < 0)
            _exit(1);
        for (size_t i = 0; i < events.n; i++)
            if (toc_recorder_add(recorder, events.items[i]) < 0)
                _exit(1);
        kill(getpid(), SIGKILL);
        _exit(2);
    }
    cr_assert_eq(waitpid(pid, &status, 0), pid);
    cr_assert(WIFSIGNALED(status));
    cr_expect_eq(recording_match(dup(fd), &events, &matched, &counts, NULL), 0);
    // Blocks of one event each: the last was still being built.
    cr_expect_eq(matched, (long)events.n - 1);
    cr_expect(counts.cut && counts.tail_lost);
}

Test(recording, a_block_spans_no_more_than_its_time) {
    _cleanup_recorder_ struct toc_recorder *recorder = NULL;
    _cleanup_toc_builder_ struct toc_builder *builder = NULL;
    _cleanup_close_ int fd = memfd_create("recording", MFD_CLOEXEC);
    struct toc_recorder_options options = {.flush_ms = 100};
    off_t before;

    cr_assert_eq(toc_builder_new(&builder), 0);
    cr_assert_eq(toc_recorder_new(fd, &options, &recorder), 0);
    for (int ms = 0; ms <= 230; ms += 10) {
        const struct toc_event *event;

        toc_builder_begin(builder, ms ? TOC_EVENT_tocsin_tick : TOC_EVENT_tocsin_start);
        TOC_SET(meta, toc_builder_meta(builder), time, INT64_C(1000000) * ms);
        cr_assert_eq(toc_builder_end(builder, &event), 0);
        before = lseek(fd, 0, SEEK_END);
        cr_assert_eq(toc_recorder_add(recorder, event), 0);
        // The start event is written at once, then 10 to 100, 110 to 200 …
        cr_expect_eq(lseek(fd, 0, SEEK_END) > before, ms == 0 || ms == 110 || ms == 210, "%d", ms);
    }
}

Test(recording, errors_of_the_writer_are_given_and_stay) {
    _cleanup_recorder_ struct toc_recorder *recorder = NULL;
    _cleanup_events_ struct events events;
    _cleanup_close_ int full = open("/dev/full", O_WRONLY | O_CLOEXEC);

    events_make(&events, 3, 8);
    cr_assert_eq(toc_recorder_new(full, NULL, &recorder), 0);
    cr_expect_eq(toc_recorder_add(recorder, events.items[1]), -EINVAL);
    cr_expect_eq(toc_recorder_add(recorder, events.items[0]), -ENOSPC);
    cr_expect_eq(toc_recorder_add(recorder, events.items[1]), -ENOSPC);
    cr_expect_eq(toc_recorder_flush(recorder), -ENOSPC);
    cr_expect_eq(toc_recorder_finish(recorder), -ENOSPC);
}

Test(recording, what_is_no_recording_is_refused_in_one_line) {
    static const struct {
        const char *bytes;
        size_t n;
        const char *message;
    } rows[] = {
        {"", 0, "is empty"},
        {"hello", 5, "is not a recording"},
        {"\x7f"
         "ELF",
         4, "is not a recording"},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        for (int streamed = 0; streamed < 2; streamed++) {
            _cleanup_toc_diags_ struct toc_diags diags = {0};
            _cleanup_recording_ struct toc_recording *recording = NULL;
            _cleanup_close_ int fd =
                streamed ? stream_of(rows[i].bytes, rows[i].n) : file_of(rows[i].bytes, rows[i].n);

            cr_expect_eq(toc_recording_open(fd, "f", &diags, &recording), -EINVAL);
            cr_assert_eq(diags.n, 1);
            cr_expect_str_eq(diags.items[0].message, rows[i].message);
        }
}

Test(recording, a_file_that_shrinks_while_read_ends_there) {
    _cleanup_recording_ struct toc_recording *recording = NULL;
    _cleanup_events_ struct events events;
    _cleanup_toc_buf_ struct toc_buf file = {0};
    _cleanup_close_ int fd = -1;
    const struct toc_event *event;
    size_t n = 0;

    // More than is read at once.
    events_make(&events, 8000, 9);
    recording_of(&events, 20000, true, &file);
    cr_assert_gt(file.n, 1 << 20);
    fd = file_of(file.p, file.n);
    cr_assert_eq(toc_recording_open(fd, "f", NULL, &recording), 0);
    while (toc_recording_next(recording, NULL, &event) == 1)
        if (++n == 50)
            cr_assert_eq(ftruncate(fd, 20000), 0);
    cr_expect(n >= 50 && n < events.n);
    cr_expect(toc_recording_counts(recording)->cut);
}
