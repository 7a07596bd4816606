// SPDX-License-Identifier: Apache-2.0
// Fuzzes the check of records: what it lets pass can be written, compared and read back.
#undef NDEBUG // the assertions are the test
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "event/json.h"
#include "event/same.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    // Aligned, and of its exact size, so that a read beyond it is seen.
    _cleanup_free_ char *record = malloc(size ? size : 1);
    _cleanup_toc_buf_ struct toc_buf buf = {0};
    const struct toc_event *event = (const struct toc_event *)record;

    if (!record)
        return 0;
    memcpy(record, data, size);
    if (toc_record_check(record, size))
        return 0;
    toc_json_write(event, &buf);
    assert(buf.n);
    assert(toc_same_event(event, event));
    toc_event_stream_time(event);
    return 0;
}
