// SPDX-License-Identifier: Apache-2.0
// The recording source: what is missing from a file shows in the stream.
#include <criterion/criterion.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "event/recording_index.h"
#include "source/file.h"
#include "sources.h"

/* What the source says of the bytes, and whether the sums are as given. */
static void expect(const struct toc_buf *file, const char *told, uint64_t handled, uint64_t lost,
                   bool damaged) {
    _cleanup_toc_diags_ struct toc_diags diags = {0};
    _cleanup_toc_source_ struct toc_source *source = NULL;
    _cleanup_toc_buf_ struct toc_buf buf = {0};
    _cleanup_close_ int fd = -1;
    uint64_t sums[2], position[2];
    char path[64];

    cr_assert_eq(toc_source_open_file(path_of(file->p, file->n, &fd, path), &diags, &source), 0);
    cr_expect_str_eq(source_tell(source, &buf), told);
    source_sums(source, &sums[0], &sums[1]);
    cr_expect_eq(sums[0], handled, "%s", told);
    cr_expect_eq(sums[1], lost, "%s", told);
    cr_expect_eq(toc_source_file_damaged(source), damaged, "%s", told);
    cr_expect_eq(diags.n_warnings > 0, damaged, "%s", told);
    toc_source_file_position(source, &position[0], &position[1]);
    cr_expect(position[0] == file->n && position[1] == file->n);
}

/* Where the i-th section of the kind begins. */
static size_t section(const struct toc_buf *file, uint16_t kind, unsigned i) {
    struct toc_section found;
    size_t at = 0;

    for (; (at = toc_section_find(file->p, file->n, at, &found)) < file->n; at++)
        if (found.kind == kind && !i--)
            return at;
    cr_assert(false, "no such section");
    return 0;
}

Test(recording_source, a_whole_file_gives_what_was_recorded) {
    _cleanup_toc_buf_ struct toc_buf file = {0};

    small_recording(3, &file);
    expect(&file, "start(bpf) close close close end", 3, 0, false);
}

Test(recording_source, a_damaged_block_is_a_loss_where_it_was) {
    _cleanup_toc_buf_ struct toc_buf file = {0};

    small_recording(3, &file);
    file.p[section(&file, TOC_SECTION_EVENTS, 2) + 80] ^= 1;
    expect(&file, "start(bpf) close loss(block_damaged,1) close end", 2, 1, true);
    file.p[section(&file, TOC_SECTION_EVENTS, 1) + 20] ^= 1;
    expect(&file, "start(bpf) loss(block_damaged,2) close end", 1, 2, true);
    file.p[section(&file, TOC_SECTION_EVENTS, 0) + 20] ^= 1;
    expect(&file, "start(recording) loss(block_damaged,3) close end", 1, 3, true);
}

Test(recording_source, a_cut_is_a_loss_at_the_end) {
    _cleanup_toc_buf_ struct toc_buf file = {0};
    size_t last, index;

    small_recording(3, &file);
    last = section(&file, TOC_SECTION_EVENTS, 3);
    index = section(&file, TOC_SECTION_INDEX, 0);
    file.n -= 1;
    expect(&file, "start(bpf) close close close end", 3, 0, true);
    file.n = index;
    expect(&file, "start(bpf) close close close loss(file_cut,?) end", 3, 0, true);
    file.n = last + 100;
    expect(&file, "start(bpf) close close loss(file_cut,1) end", 2, 1, true);
    file.n = last + 10;
    expect(&file, "start(bpf) close close loss(file_cut,?) end", 2, 0, true);
    file.n = 3;
    expect(&file, "start(recording) loss(file_cut,?) end", 0, 0, true);
}

Test(recording_source, damage_that_costs_no_event_is_no_loss) {
    _cleanup_toc_buf_ struct toc_buf file = {0};

    small_recording(3, &file);
    file.p[100] ^= 1; // the table
    expect(&file, "start(bpf) close close close end", 3, 0, true);
    file.p[section(&file, TOC_SECTION_INDEX, 0) + 80] ^= 1;
    expect(&file, "start(bpf) close close close end", 3, 0, true);
}
