// SPDX-License-Identifier: Apache-2.0
// Compiles and evaluates random expressions both ways: oracle_cel [ROUNDS [SEED]].
#include <stdio.h>
#include <stdlib.h>

#include "trial.h"

/* Each round is two cases: types left to run time, and types checked. */
#define ROUNDS 51000
#define SEED 1
#define MAX_REPORTS 10
#define MAX_BYTES (64u << 20)

int main(int argc, char **argv) {
    unsigned long rounds = argc > 1 ? strtoul(argv[1], NULL, 10) : ROUNDS, failed = 0;
    unsigned long first = argc > 2 ? strtoul(argv[2], NULL, 10) : SEED;
    _cleanup_toc_arena_ struct toc_arena *scratch = NULL, *arena = NULL;

    if (toc_arena_new(MAX_BYTES, &scratch) || toc_arena_new(MAX_BYTES, &arena))
        return 1;
    for (unsigned long i = 0; i < rounds && failed < MAX_REPORTS; i++) {
        // Each round has a seed of its own, so that one can be run again alone.
        struct orandom random = {.state = (first + i) * 0x2545f4914f6cdd1du};
        _cleanup_toc_buf_ struct toc_buf report = {0};

        if (oracle_round(&random, scratch, arena, &report))
            continue;
        failed++;
        printf("seed %lu: %s\n", first + i, toc_buf_cstr(&report));
    }
    printf("%lu rounds, %lu differ\n", rounds, failed);
    return failed != 0;
}
