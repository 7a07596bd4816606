// SPDX-License-Identifier: Apache-2.0
// Recordings of another version: fields that moved, were renamed, are missing or have other values.
#include <criterion/criterion.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zstd.h>

#include "base/cleanup.h"
#include "event/recording_format.h"
#include "event/recording_table.h"
#include "recording_events.h"

static const char table[] = "names event\nname 0 sendmmsg\nname 40 tocsin_start\nname 62 sing\n"
                            "names stage\nname 7 call\nname 8 hesitant\n"
                            "object meta 40 0\n"
                            "field time 3 - 0 0 8 0 ffffffffffffffff\n"
                            "field stage 4 stage 0 0 16 1 ffffffffffffffff\n"
                            "field name 4 event 0 0 18 2 ffffffffffffffff\n"
                            "field ret 1 - 2 1 20 3 ffffffffffffffff\n"    // narrower than ours
                            "field colour 1 - 1 0 22 4 ffffffffffffffff\n" // ours has none
                            "field cpu 1 - 8 0 24 5 ffffffffffffffff\n"    // wider than ours
                            "object args 32 8\n"
                            "field flags 1 - 8 0 16 0 ffffffffffffffff\n"
                            "field vlen 1 - 1 0 24 9 ffffffffffffffff\n"
                            "object proc 16 0\n"
                            "field comm 6 - 0 0 8 60 ffffffffffffffff\n"
                            "object msg 16 0\n"
                            "field index 1 - 1 1 8 3 ffffffffffffffff\n"
                            "object event 40 8\n"
                            "field args 10 args 0 0 16 0 ffffffffffffffff\n"
                            "field event 10 meta 0 0 12 1 ffffffffffffffff\n"
                            "field msgs 11 msg 0 0 20 2 ffffffffffffffff\n"
                            "field proc 10 proc 0 0 28 3 ffffffffffffffff\n";

struct old_event {
    uint64_t present;
    uint16_t variant, pad;
    uint32_t meta_at, args_at, msgs_at, msgs_n, proc_at, pad2[2];
    struct {
        uint64_t present;
        int64_t time;
        uint16_t stage, name;
        int16_t ret;
        uint8_t colour, pad;
        uint64_t cpu, pad2;
    } meta;
    struct {
        uint64_t present;
        uint16_t variant, pad[3];
        uint64_t flags;
        uint8_t vlen, pad2[7];
    } args;
    struct {
        uint64_t present;
        int8_t index, pad[7];
    } msgs[2];
    struct {
        uint64_t present;
        uint32_t comm_at, comm_n;
    } proc;
    char comm[8];
};
#define AT(member) ((uint32_t)offsetof(struct old_event, member))

static const struct old_event good = {
    .present = 15,
    .meta_at = AT(meta),
    .args_at = AT(args),
    .msgs_at = AT(msgs),
    .msgs_n = 2,
    .proc_at = AT(proc),
    .meta = {.present = 63, .time = 5, .stage = 7, .ret = -11, .colour = 1, .cpu = 3},
    .args = {.present = 1 | 1 << 9, .flags = 64, .vlen = 2},
    .msgs = {{.present = 8, .index = 0}, {.present = 8, .index = 1}},
    .proc = {.present = UINT64_C(1) << 60, .comm_at = AT(comm), .comm_n = 4},
    .comm = "d\\g",
};

static void add_section(struct toc_buf *file, struct toc_section section, const void *raw,
                        size_t n) {
    _cleanup_free_ char *stored = malloc(ZSTD_compressBound(n));

    section.stored_bytes = (uint32_t)ZSTD_compress(stored, ZSTD_compressBound(n), raw, n, 3);
    section.raw_bytes = (uint32_t)n;
    toc_section_seal(&section, stored);
    toc_buf_add(file, &section, sizeof(section));
    toc_buf_add(file, stored, section.stored_bytes);
}

/* A finished recording of one such event by that table. */
static void file_by(const char *text, const struct old_event *event, struct toc_buf *ret) {
    uint64_t digest = toc_table_digest(text, strlen(text));
    struct toc_section end = {.kind = TOC_SECTION_END, .first_event = 1};
    uint64_t block[1 + sizeof(*event) / 8] = {(uint64_t)sizeof(*event) << 8};

    memcpy(block + 1, event, sizeof(*event));
    add_section(ret, (struct toc_section){.kind = TOC_SECTION_TABLE, .table = digest}, text,
                strlen(text));
    add_section(ret, (struct toc_section){.kind = TOC_SECTION_EVENTS, .table = digest, .count = 1},
                block, sizeof(block));
    toc_section_seal(&end, "");
    toc_buf_add(ret, &end, sizeof(end));
}

static int read_one(int fd, struct toc_recording **ret_recording, const struct toc_event **ret) {
    int err = toc_recording_open(fd, "f", NULL, ret_recording);

    return err ? err : toc_recording_next(*ret_recording, NULL, ret);
}

Test(recording_older, fields_are_found_by_name) {
    struct toc_recording *recording __attribute__((cleanup(toc_recording_close))) = NULL;
    _cleanup_toc_buf_ struct toc_buf file = {0};
    const struct toc_event *event;
    const struct toc_proc *proc;
    _cleanup_close_ int fd = -1;

    file_by(table, &good, &file);
    fd = file_of(file.p, file.n);
    cr_assert_eq(read_one(fd, &recording, &event), 1);
    cr_expect_eq(event->variant, TOC_EVENT_sendmmsg);
    cr_expect_eq(toc_event_meta(event)->time, 5);
    cr_expect_eq(toc_event_meta(event)->stage, TOC_stage_call);
    cr_expect_eq(toc_event_meta(event)->ret, -11);
    cr_expect_eq(toc_event_meta(event)->error, 11, "derived anew");
    cr_expect_eq(toc_event_meta(event)->cpu, 3);
    cr_expect(!TOC_HAS(meta, toc_event_meta(event), seq));
    cr_expect_eq(TOC_GET(event, args, event->args)->vlen, 2);
    cr_expect_eq(TOC_GET(event, args, event->args)->flags, 64);
    cr_assert_eq(event->msgs.n, 2);
    cr_expect_eq(toc_event_msgs(event)[1].index, 1);
    proc = TOC_GET(event, proc, event->proc);
    cr_assert_eq(proc->comm.n, 10, "escaped as ours are");
    cr_expect_arr_eq(toc_string_at(event, proc->comm), "d\\x5cg\\x00", 10);
    cr_expect_eq(toc_recording_counts(recording)->fields_unknown, 1, "the colour");
    cr_expect_eq(toc_recording_next(recording, NULL, &event), 0);
    cr_expect(!toc_recording_counts(recording)->cut);
}

Test(recording_older, what_we_cannot_hold_is_unobserved_or_left_out) {
    struct row {
        struct old_event event;
        int given;
        uint64_t unknown;
    } rows[12];
    size_t n = 0;

    for (size_t i = 0; i < 12; i++)
        rows[i] = (struct row){good, 1, 2};
    rows[n++].event.meta.stage = 8;                          // a name we lack
    rows[n++].event.meta.stage = 9;                          // no name
    rows[n++].event.meta.cpu = 1ull << 40;                   // too large
    rows[n++].event.msgs[1].index = -1;                      // no such index
    rows[n].given = 0, rows[n++].event.variant = 62;         // an event we lack
    rows[n].given = 0, rows[n++].event.variant = 6200;       // no event
    rows[n].given = 0, rows[n++].event.meta_at = 4000;       // outside
    rows[n].given = 0, rows[n++].event.meta_at = 41;         // not aligned
    rows[n].given = 0, rows[n++].event.msgs_n = 1u << 31;    // outside
    rows[n].given = 0, rows[n++].event.proc.comm_n = 9;      // outside
    rows[n].given = 0, rows[n++].event.meta.name = 40;       // contradicts the variant
    rows[n].given = 0, rows[n++].event.args_at = UINT32_MAX; // outside
    for (size_t i = 0; i < n; i++) {
        struct toc_recording *recording __attribute__((cleanup(toc_recording_close))) = NULL;
        _cleanup_toc_buf_ struct toc_buf file = {0};
        const struct toc_event *event;
        _cleanup_close_ int fd = -1;

        file_by(table, &rows[i].event, &file);
        fd = file_of(file.p, file.n);
        cr_expect_eq(read_one(fd, &recording, &event), rows[i].given, "row %zu", i);
        cr_expect_eq(toc_recording_counts(recording)->events_malformed, !rows[i].given, "row %zu",
                     i);
        if (rows[i].given)
            cr_expect_eq(toc_recording_counts(recording)->fields_unknown, rows[i].unknown,
                         "row %zu", i);
    }
}

Test(recording_older, a_newer_format_is_refused_by_its_number) {
    struct toc_recording *recording __attribute__((cleanup(toc_recording_close))) = NULL;
    _cleanup_toc_diags_ struct toc_diags diags = {0};
    _cleanup_close_ int fd = -1;
    struct toc_section section = {.kind = 77, .stored_bytes = 0};

    toc_section_seal(&section, "");
    section.version = TOC_RECORDING_VERSION + 1;
    // A newer writer seals its own number.
    section.header_hash = toc_table_digest((const char *)&section, sizeof(section) - 8);
    fd = file_of(&section, sizeof(section));
    cr_expect_eq(toc_recording_open(fd, "f", &diags, &recording), -EINVAL);
    cr_assert_eq(diags.n, 1);
    cr_expect_str_eq(diags.items[0].message,
                     "is a recording of format 3, this tocsin reads formats up to 2");
}

Test(recording_older, blocks_of_a_damaged_table_are_counted) {
    struct toc_recording *recording __attribute__((cleanup(toc_recording_close))) = NULL;
    _cleanup_toc_buf_ struct toc_buf file = {0};
    const struct toc_event *event;
    _cleanup_close_ int fd = -1;

    file_by(table, &good, &file);
    file.p[100] ^= 1;
    fd = file_of(file.p, file.n);
    cr_expect_eq(read_one(fd, &recording, &event), 0);
    cr_expect_eq(toc_recording_counts(recording)->events_lost, 1);
    cr_expect_eq(toc_recording_counts(recording)->blocks_damaged, 2);
}
