// SPDX-License-Identifier: Apache-2.0
// Fuzzes the decisions by which expressions and records are made, both evaluated twice.
#include <stdio.h>
#include <stdlib.h>

#include "trial.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static struct toc_arena *scratch, *arena;
    struct orandom random = {.bytes = data, .n = size};
    _cleanup_toc_buf_ struct toc_buf report = {0};

    if (!scratch && (toc_arena_new(64u << 20, &scratch) || toc_arena_new(64u << 20, &arena)))
        abort();
    if (oracle_round(&random, scratch, arena, &report))
        return 0;
    fprintf(stderr, "%s\n", toc_buf_cstr(&report));
    abort();
}
