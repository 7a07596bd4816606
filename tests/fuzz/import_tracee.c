// SPDX-License-Identifier: Apache-2.0
// Fuzzes JSON Lines of Tracee.
#include "import.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    fuzz_import(&toc_import_tracee, data, size);
    return 0;
}
