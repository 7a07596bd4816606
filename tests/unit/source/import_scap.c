// SPDX-License-Identifier: Apache-2.0
// What becomes of a capture: events put together of blocks made here, and damaged blocks.
#include "source/import_scap.h"

#include <criterion/criterion.h>
#include <string.h>

#include "import_tell.h"

static void add(struct toc_buf *buf, uint64_t value, size_t n) {
    for (size_t i = 0; i < n; i++)
        toc_buf_addc(buf, i < 8 ? (char)(value >> 8 * i) : 0);
}

static void block(struct toc_buf *buf, uint32_t type, const struct toc_buf *body) {
    size_t padded = (body->n + 3) & ~(size_t)3;

    add(buf, type, 4);
    add(buf, padded + 12, 4);
    toc_buf_add(buf, body->p, body->n);
    add(buf, 0, padded - body->n);
    add(buf, padded + 12, 4);
}

/* The section, and the machine called "box". */
static void begin(struct toc_buf *buf) {
    _cleanup_toc_buf_ struct toc_buf section = {0}, machine = {0};

    add(&section, 0x1a2b3c4d, 4);
    add(&section, 0x20001, 4);
    add(&section, UINT64_MAX, 8);
    block(buf, 0x0a0d0d0a, &section);
    add(&machine, 0, 20);
    toc_buf_adds(&machine, "box");
    add(&machine, 0, 157);
    block(buf, 0x201, &machine);
}

/* An event of thread 7: `lengths` has a digit for each parameter. */
static void event(struct toc_buf *buf, uint32_t kind, uint16_t type, uint64_t ns,
                  const char *lengths, const char *params, size_t n) {
    _cleanup_toc_buf_ struct toc_buf body = {0};
    bool counted = kind != 0x204;

    add(&body, 1, 2);
    add(&body, ns, 8);
    add(&body, 7, 8);
    add(&body, 22 + (counted ? 4 : 0) + 2 * strlen(lengths) + n, 4);
    add(&body, type, 2);
    if (counted)
        add(&body, strlen(lengths), 4);
    for (const char *at = lengths; *at; at++)
        add(&body, (uint64_t)(*at <= '9' ? *at - '0' : *at - 'a' + 10), 2);
    toc_buf_add(&body, params, n);
    block(buf, kind, &body);
}

#define EVENT(buf, kind, type, ns, lengths, params)                                                \
    event(buf, kind, type, ns, lengths, params, sizeof(params) - 1)
#define FD "\3\0\0\0\0\0\0\0"
#define RES "\2\0\0\0\0\0\0\0"
#define TUPLE "\2\12\0\0\1\11\0\12\0\0\2\65\0" /* 10.0.0.1:9 to 10.0.0.2:53 */
#define PROC "\"proc\":{\"id\":\"7\",\"tid\":7}"

static void expect(const struct toc_buf *file, const char *wanted, const char *warning) {
    _cleanup_toc_diags_ struct toc_diags diags = {0};
    _cleanup_toc_buf_ struct toc_buf events = {0};

    import_text(file->p, file->n, &diags, &events, NULL);
    cr_expect_str_eq(toc_buf_cstr(&events), wanted, "%s", events.p);
    cr_expect_eq(diags.n, *warning != 0);
    if (diags.n)
        cr_expect_str_eq(diags.items[0].message, warning);
}

#define SENT                                                                                       \
    "\"event\":{\"name\":\"sendto\",\"stage\":\"call\",\"time\":\"1970-01-01T00:00:00."            \
    "000000005Z\","                                                                                \
    "\"cpu\":1,\"ret\":2,\"error\":\"\",\"duration_ns\":4}," PROC                                  \
    ",\"sock\":{\"family\":\"inet\","                                                              \
    "\"local\":{\"status\":\"ok\",\"family\":\"inet\",\"ip\":\"10.0.0.1\",\"port\":9},"            \
    "\"peer\":{\"status\":\"ok\",\"family\":\"inet\",\"ip\":\"10.0.0.2\",\"port\":53}},"           \
    "\"args\":{\"sockfd\":3,\"len\":5},\"batch\":{\"fd\":3,\"requested\":1,\"effective\":1,"       \
    "\"captured\":1,\"completed\":1},\"msgs\":[{\"index\":0,\"len\":2,"                            \
    "\"peer\":{\"family\":\"inet\",\"ip\":\"10.0.0.2\",\"port\":53},\"peer_from\":\"sock\","       \
    "\"exit\":{\"status\":\"ok\",\"iov\":{\"status\":\"ok\",\"bytes\":5,\"data\":\"aGk=\",\"data_" \
    "len\":2,"                                                                                     \
    "\"data_truncated\":false,\"data_status\":\"ok\"}}}]}\n"

Test(import_scap, an_entry_and_its_return_become_an_event) {
    // With and without the number of parameters, and with flags before.
    static const uint32_t kinds[] = {0x204, 0x216};

    for (size_t i = 0; i < 2; i++) {
        _cleanup_toc_buf_ struct toc_buf file = {0};

        begin(&file);
        EVENT(&file, kinds[i], 30, 5, "84d", FD "\5\0\0\0" TUPLE);
        EVENT(&file, kinds[i], 31, 9, "82", RES "hi");
        expect(&file, SENT, "");
    }
}

Test(import_scap, newer_versions_tell_all_at_the_return) {
    _cleanup_toc_buf_ struct toc_buf file = {0};

    begin(&file);
    EVENT(&file, 0x216, 5, 9, "88", RES FD);
    expect(&file,
           "\"event\":{\"name\":\"close\",\"stage\":\"call\",\"time\":\"1970-01-01T00:00:00."
           "000000009Z\","
           "\"cpu\":1,\"ret\":2,\"error\":\"\"}," PROC ",\"args\":{\"fd\":3}}\n",
           "");
}

Test(import_scap, events_of_poll_are_numbered_as_by_the_kernel) {
    _cleanup_toc_buf_ struct toc_buf file = {0};

    begin(&file);
    EVENT(&file, 0x216, 80, 5, "c8",
          "\1\0" FD "\x3f\0"
          "\xff\xff\xff\xff\xff\xff\xff\xff");
    EVENT(&file, 0x216, 81, 6, "82", RES "\0\0");
    expect(&file,
           "\"event\":{\"name\":\"poll\",\"stage\":\"call\",\"time\":\"1970-01-01T00:00:00."
           "000000005Z\","
           "\"cpu\":1,\"ret\":2,\"error\":\"\",\"duration_ns\":1}," PROC
           ",\"args\":{\"nfds\":1,\"timeout\":-1},\"wait\":{\"captured\":1,\"truncated\":false},"
           "\"fds\":[{\"index\":0,\"enter\":{\"status\":\"ok\",\"fd\":3,\"events\":8223}}]}\n",
           "");
}

Test(import_scap, processes_have_names) {
    _cleanup_toc_buf_ struct toc_buf file = {0}, list = {0};

    begin(&file);
    add(&list, 4 + 40 + 3 + 4 + 6, 4);
    add(&list, 7, 8);
    add(&list, 6, 8);
    add(&list, 1, 8);
    add(&list, 0, 16);
    toc_buf_add(&list, "\1\0a\2\0xx\4\0/b/a", 13);
    block(&file, 0x215, &list);
    EVENT(&file, 0x216, 5, 9, "88", RES FD);
    expect(
        &file,
        "\"event\":{\"name\":\"close\",\"stage\":\"call\",\"time\":\"1970-01-01T00:00:00."
        "000000009Z\","
        "\"cpu\":1,\"ret\":2,\"error\":\"\"},\"proc\":{\"id\":\"6\",\"pid\":6,\"tid\":7,\"ppid\":1,"
        "\"comm\":\"a\",\"exe\":\"/b/a\"},\"args\":{\"fd\":3}}\n",
        "");
}

Test(import_scap, halves_and_other_types_are_counted) {
    _cleanup_toc_diags_ struct toc_diags diags = {0};
    _cleanup_toc_buf_ struct toc_buf file = {0}, events = {0}, said = {0};

    begin(&file);
    EVENT(&file, 0x216, 35, 1, "8", RES);
    EVENT(&file, 0x216, 4, 2, "8", FD);
    EVENT(&file, 0x216, 30, 3, "8", FD);
    EVENT(&file, 0x216, 7, 4, "8", RES);
    EVENT(&file, 0x216, 999, 4, "8", RES);
    import_text(file.p, file.n, &diags, &events, &said);
    cr_expect_not_null(strstr(toc_buf_cstr(&said), "\n2 of kinds that tocsin has no event for: "
                                                   "read 1, type 999 1\n"),
                       "%s", said.p);
    cr_expect_not_null(strstr(said.p, "\n3 of calls whose other half is not in the file: close 1, "
                                      "recvfrom 1, sendto 1\n"),
                       "%s", said.p);
}

Test(import_scap, damage_is_told_with_its_byte) {
    _cleanup_toc_buf_ struct toc_buf file = {0};

    // A length in the event that does not fit: the next one is read.
    begin(&file);
    EVENT(&file, 0x216, 5, 9, "88", RES);
    EVENT(&file, 0x216, 5, 9, "88", RES FD);
    expect(&file,
           "\"event\":{\"name\":\"tocsin_loss\",\"stage\":\"call\",\"time\":\"1970-01-01T00:00:00."
           "000000009Z\"},"
           "\"args\":{\"cause\":\"malformed\",\"count\":1}}\n"
           "\"event\":{\"name\":\"close\",\"stage\":\"call\",\"time\":\"1970-01-01T00:00:00."
           "000000009Z\","
           "\"cpu\":1,\"ret\":2,\"error\":\"\"}," PROC ",\"args\":{\"fd\":3}}\n",
           "left out: the block that ends at byte 272: the lengths in the event do not fit");
}

Test(import_scap, nothing_follows_a_block_that_does_not_end) {
    static const struct {
        const char *bytes; /* behind the machine's block, which ends at byte 220 */
        size_t n;
        const char *said;
    } rows[] = {
        {"\x16\2\0", 3, "the file is cut off in the block at byte 220"},
        {"\x16\2\0\0\x20\0\0\0", 8, "the file is cut off in the block at byte 220"},
        {"\x16\2\0\0\x20\0\0\0\0\0", 10, "the file is cut off in the block at byte 220"},
        {"\x16\2\0\0\x0b\0\0\0", 8, "a block of no possible length at byte 220"},
        {"\x16\2\0\0\1\0\0\4", 8, "a block of no possible length at byte 220"},
        {"\x16\2\0\0\x10\0\0\0\0\0\0\0\x14\0\0\0", 16,
         "a block whose two lengths differ at byte 220"},
        {"\x0a\x0d\x0d\x0a\x10\0\0\0\x1a\x2b\x3c\x4d\x10\0\0\0", 16,
         "a section in another order of bytes ends at byte 236"},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        _cleanup_toc_buf_ struct toc_buf file = {0};

        begin(&file);
        cr_assert_eq(file.n, 220);
        toc_buf_add(&file, rows[i].bytes, rows[i].n);
        // An event behind it is not read: nobody knows where it begins.
        if (!strstr(rows[i].said, "cut off"))
            EVENT(&file, 0x216, 5, 9, "88", RES FD);
        expect(
            &file,
            "\"event\":{\"name\":\"tocsin_loss\",\"stage\":\"call\",\"time\":\"1970-01-01T00:00:00."
            "000000000Z\"},"
            "\"args\":{\"cause\":\"file_cut\"}}\n",
            rows[i].said);
    }
}

Test(import_scap, a_packed_one_may_be_cut_off_between_blocks) {
    _cleanup_toc_buf_ struct toc_buf file = {0}, packed = {0};

    begin(&file);
    packed.n = import_pack(file.p, file.n, 4, toc_buf_room(&packed, IMPORT_PACKED));
    expect(&packed,
           "\"event\":{\"name\":\"tocsin_loss\",\"stage\":\"call\",\"time\":\"1970-01-01T00:00:00."
           "000000000Z\"},"
           "\"args\":{\"cause\":\"file_cut\"}}\n",
           "the file is cut off in the block at byte 220");
}

Test(import_scap, pcapng_is_none) {
    _cleanup_toc_buf_ struct toc_buf file = {0}, body = {0};

    add(&body, 0x1a2b3c4d, 4);
    add(&body, 1, 4);
    add(&body, UINT64_MAX, 8);
    block(&file, 0x0a0d0d0a, &body);
    block(&file, 1, &body);
    cr_expect_not(toc_import_scap.detect(file.p, file.n));
    for (size_t n = 0; n < 32; n++)
        cr_expect_not(toc_import_scap.detect(file.p, n));
}
