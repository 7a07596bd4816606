// SPDX-License-Identifier: Apache-2.0
// Fuzzes an importer: whatever the file holds, each record is counted once, and each event is
// sound.
#undef NDEBUG // the assertions are the test
#include <assert.h>
#include <errno.h>
#include <sys/mman.h>
#include <unistd.h>

#include "event/record.h"
#include "source/import.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void fuzz_import(const struct toc_import_format *format, const uint8_t *data, size_t size) {
    _cleanup_toc_diags_ struct toc_diags diags = {0};
    _cleanup_toc_source_ struct toc_source *source = NULL;
    const struct toc_event *event;
    const struct toc_import *import;
    uint64_t left = 0;
    int fd = memfd_create("fuzz", MFD_CLOEXEC), r;

    assert(fd >= 0);
    format->detect((const char *)data, size);
    assert(!toc_import_source_new(format, fd, data, size, false, "fuzz", &diags, &source));
    while ((r = toc_source_next(source, -1, &event)) == 1)
        assert(!toc_record_check(event, event->size));
    assert(r == -ENODATA);
    import = toc_import_of(source);
    for (int i = 0; i < TOC_LEFT_REASONS; i++)
        left += import->left[i];
    assert(import->seen == import->converted + left);
}
