// SPDX-License-Identifier: Apache-2.0
// Fuzzes output of strace.
#include "import.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    fuzz_import(&toc_import_strace, data, size);
    return 0;
}
