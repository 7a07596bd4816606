// SPDX-License-Identifier: Apache-2.0
// Sections taken while a thread fills the next: each comes once, whole, and in order.
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include <zstd.h>

#include "event/recording_ahead.h"

enum { SECTIONS = 60, RAW = 48 << 10 };

/* Bytes that do not compress, other ones in each section. */
static void fill(uint8_t *raw, uint32_t number) {
    uint64_t state = 0x9e3779b97f4a7c15u * (number + 1);

    for (size_t i = 0; i < RAW; i++) {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        raw[i] = (uint8_t)state;
    }
}

static void put_section(int fd, const uint8_t *raw, uint32_t number) {
    size_t cap = ZSTD_compressBound(RAW);
    char *stored = malloc(cap);
    struct toc_section section = {.kind = TOC_SECTION_EVENTS, .raw_bytes = RAW, .count = number};

    cr_assert_not_null(stored);
    section.stored_bytes = (uint32_t)ZSTD_compress(stored, cap, raw, RAW, 1);
    toc_section_seal(&section, stored);
    cr_assert_eq(write(fd, &section, sizeof(section)), (ssize_t)sizeof(section));
    cr_assert_eq(write(fd, stored, section.stored_bytes), (ssize_t)section.stored_bytes);
    free(stored);
}

static int make_file(void) {
    int fd = memfd_create("sections", MFD_CLOEXEC);
    uint8_t *raw = malloc(RAW);

    cr_assert(fd >= 0 && raw);
    for (uint32_t i = 0; i < SECTIONS; i++) {
        fill(raw, i);
        put_section(fd, raw, i);
    }
    free(raw);
    lseek(fd, 0, SEEK_SET);
    return fd;
}

/* Takes so many sections and leaves. */
static void take(int fd, uint32_t n) {
    uint8_t *expected = malloc(RAW);
    struct toc_ahead *ahead;

    cr_assert_not_null(expected);
    cr_assert_eq(toc_ahead_new(fd, NULL, 0, 0, &ahead), 0);
    for (uint32_t i = 0; i < n; i++) {
        const struct toc_unpacked *u = toc_ahead_next(ahead);

        cr_assert(u->result == 1 && u->error == 0);
        cr_assert_eq(u->found.section.count, i);
        fill(expected, i);
        cr_assert_eq(memcmp(u->raw, expected, RAW), 0);
    }
    if (n == SECTIONS)
        cr_expect_eq(toc_ahead_next(ahead)->result, 0);
    toc_ahead_free(&ahead);
    free(expected);
}

Test(ahead_sections, come_whole_and_in_order) {
    int fd = make_file();

    take(fd, SECTIONS);
    close(fd);
}

Test(ahead_sections, may_be_left_at_any_time) {
    int fd = make_file();

    for (uint32_t n = 0; n < 12; n++)
        take(fd, n);
    close(fd);
}
