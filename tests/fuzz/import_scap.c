// SPDX-License-Identifier: Apache-2.0
// Fuzzes captures of sysdig and Falco. Blocks that do not end where they say they do end the file:
// so each is given the length that it has, and an end that agrees.
#include "import.h"

#include <stdlib.h>
#include <string.h>

#include "source/import_scap.h"

static void put_u32(uint8_t *p, uint32_t value) {
    for (int i = 0; i < 4; i++)
        p[i] = (uint8_t)(value >> 8 * i);
}

/* Agreeing lengths, as far as the blocks go. */
static void mend(uint8_t *p, size_t n) {
    while (n >= 12) {
        uint32_t own = scap_u32(p + 4) % 512 & ~3u;

        if (own < 12)
            own = 12;
        if (own > n)
            return;
        put_u32(p + 4, own);
        put_u32(p + own - 4, own);
        p += own;
        n -= own;
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    uint8_t *mended = malloc(size ? size : 1);

    assert(mended);
    fuzz_import(&toc_import_scap, data, size);
    if (size)
        memcpy(mended, data, size);
    mend(mended, size);
    fuzz_import(&toc_import_scap, mended, size);
    free(mended);
    return 0;
}
