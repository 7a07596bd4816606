// SPDX-License-Identifier: Apache-2.0
// Runs a fuzzer's entry point without libFuzzer: over its seeds, and over mutations of them that
// are the same on every run.
#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define SEED_BYTES (1u << 20)
#define MUTATIONS_PER_SEED 2000
#define BUDGET_SECONDS 3

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static uint64_t rng = 0x9e3779b97f4a7c15u;

static uint64_t next_random(void) {
    rng ^= rng << 13;
    rng ^= rng >> 7;
    rng ^= rng << 17;
    return rng;
}

// The copy has the exact size, so that ASan sees a read past the end.
static void run_one(const uint8_t *data, size_t size) {
    uint8_t *copy = malloc(size ? size : 1);

    if (!copy)
        abort();
    memcpy(copy, data, size);
    LLVMFuzzerTestOneInput(copy, size);
    free(copy);
}

static size_t mutate(uint8_t *data, size_t size) {
    static const uint8_t telling[] = {0x00, 0x01, 0x7f, 0x80, 0xff, '"', '\\', '\n', ':', '['};
    size_t edits = 1 + next_random() % 4;

    for (size_t i = 0; i < edits && size > 0; i++) {
        size_t at = next_random() % size;
        size_t len = 1 + next_random() % 16;

        if (len > size - at)
            len = size - at;
        switch (next_random() % 4) {
        case 0: data[at] ^= (uint8_t)(1u << next_random() % 8); break;
        case 1: data[at] = telling[next_random() % sizeof(telling)]; break;
        case 2: memmove(data + next_random() % (size - len + 1), data + at, len); break;
        default: size = next_random() % 8 ? size : at; break;
        }
    }
    return size;
}

static size_t read_seed(const char *dir, const char *name, uint8_t *ret) {
    char path[4096];
    FILE *file;
    size_t size;

    snprintf(path, sizeof(path), "%s/%s", dir, name);
    file = fopen(path, "rb");
    if (!file)
        return 0;
    size = fread(ret, 1, SEED_BYTES, file);
    fclose(file);
    return size;
}

static void run_seed(const uint8_t *seed, size_t size, uint8_t *scratch, clock_t until) {
    run_one(seed, size);
    for (int i = 0; i < MUTATIONS_PER_SEED && clock() < until; i++) {
        memcpy(scratch, seed, size);
        run_one(scratch, mutate(scratch, size));
    }
}

int main(int argc, char **argv) {
    uint8_t *seed = malloc(SEED_BYTES), *scratch = malloc(SEED_BYTES);
    struct dirent **entries = NULL;
    int count = argc == 2 ? scandir(argv[1], &entries, NULL, alphasort) : -1, seeds = 0;

    if (!seed || !scratch || count < 0) {
        fprintf(stderr, "usage: %s FOLDER-OF-SEEDS\n", argv[0]);
        return 2;
    }
    for (int i = 0; i < count; i++) {
        if (entries[i]->d_name[0] != '.') {
            run_seed(seed, read_seed(argv[1], entries[i]->d_name, seed), scratch,
                     clock() + BUDGET_SECONDS * CLOCKS_PER_SEC / count);
            seeds++;
        }
        free(entries[i]);
    }
    free(entries);
    free(seed);
    free(scratch);
    printf("%d seeds\n", seeds);
    return seeds ? 0 : 1;
}
