// SPDX-License-Identifier: Apache-2.0
// Fuzzes recordings: the first byte chooses what the rest is: a whole file or a stream of one, a
// block behind its checksum, or a field table with a record or a block to read by it. Blocks of
// format 1 have small letters.
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "event/recording.h"
#include "event/recording_delta.h"
#include "event/recording_index.h"
#include "event/recording_table.h"
#include "event/recording_translate.h"

static void expect(bool ok) {
    if (!ok)
        abort();
}

static void read_file(const uint8_t *data, size_t n, bool streamed) {
    struct toc_diags diags = {0};
    struct toc_recording *recording = NULL;
    const struct toc_event *event;
    struct toc_index index = {0};
    bool rebuilt;
    int ends[2] = {memfd_create("fuzz", MFD_CLOEXEC), -1};

    if (streamed) {
        close(ends[0]);
        n = n < 65536 ? n : 65536;
        expect(!pipe2(ends, O_CLOEXEC));
    }
    expect(write(ends[streamed], data, n) == (ssize_t)n);
    if (streamed)
        close(ends[1]);
    if (!toc_recording_open(ends[0], "fuzz", &diags, &recording))
        while (toc_recording_next(recording, &diags, &event) == 1)
            expect(!toc_record_check(event, event->size));
    toc_recording_close(&recording);
    close(ends[0]);
    toc_diags_clear(&diags);
    expect(!toc_index_load(data, n, &index, &rebuilt));
    toc_index_clear(&index);
}

static void read_block(const uint8_t *data, size_t n, unsigned format, bool checks) {
    struct toc_delta_reader reader;
    uint8_t *block = calloc(1, n + TOC_DELTA_BEHIND);
    const void *record;
    uint32_t size;
    int r;

    expect(block && !toc_delta_reader_init(&reader));
    memcpy(block, data, n);
    toc_delta_read_block(&reader, block, n, format, checks);
    while ((r = toc_delta_read(&reader, &record, &size)) == 1 || r == -EPROTO)
        expect(r != 1 || !checks || !toc_record_check(record, size));
    toc_delta_reader_clear(&reader);
    free(block);
}

/* Each record of a block as it comes, most after an earlier one. */
static void translate_block(struct toc_translator *translator, uint8_t *block, size_t n,
                            unsigned format) {
    const struct toc_event *event;
    struct toc_delta_reader reader;
    const void *record;
    uint64_t unknown = 0;
    uint32_t size;

    expect(!toc_delta_reader_init(&reader));
    toc_delta_read_block(&reader, block, n, format, false);
    while (toc_delta_read(&reader, &record, &size) == 1)
        if (!toc_translate(translator, record, size, &reader.changes, &unknown, &event))
            expect(!toc_record_check(event, event->size));
    toc_delta_reader_clear(&reader);
}

/* The table ends with an empty line; a block of records, or one record (format 0), follows. */
static void read_table(const uint8_t *data, size_t n, unsigned format) {
    const uint8_t *end = memmem(data, n, "\n\n", 2);
    size_t table_n = end ? (size_t)(end - data) + 1 : n;
    size_t record_n = end ? n - table_n - 1 : 0;
    struct toc_translator *translator = NULL;
    struct toc_arena *arena = NULL;
    const struct toc_object *root;
    const struct toc_event *event;
    void *record = calloc(1, record_n + (format ? TOC_DELTA_BEHIND : !record_n));
    uint64_t unknown = 0;

    expect(record && !toc_arena_new(TOC_TABLE_ARENA, &arena));
    memcpy(record, data + n - record_n, record_n);
    if (toc_table_read((const char *)data, table_n, arena, &root) ||
        toc_translator_new(root, &translator))
        root = NULL;
    if (root && format)
        translate_block(translator, record, record_n, format);
    else if (root && !toc_translate(translator, record, (uint32_t)record_n, NULL, &unknown, &event))
        expect(!toc_record_check(event, event->size));
    toc_translator_free(&translator);
    toc_arena_free(&arena);
    free(record);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    if (!size)
        return 0;
    switch (data[0]) {
    case 'f': read_file(data + 1, size - 1, false); break;
    case 's': read_file(data + 1, size - 1, true); break;
    case 'b': read_block(data + 1, size - 1, 1, true); break;
    case 'B': read_block(data + 1, size - 1, 2, true); break;
    case 'o': read_block(data + 1, size - 1, 1, false); break;
    case 'O': read_block(data + 1, size - 1, 2, false); break;
    case 't': read_table(data + 1, size - 1, 0); break;
    case 'c': read_table(data + 1, size - 1, 1); break;
    case 'C': read_table(data + 1, size - 1, 2); break;
    default: break;
    }
    return 0;
}
