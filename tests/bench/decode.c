// SPDX-License-Identifier: Apache-2.0
// decode FILE…: reading recordings, without rules; and what memory a long replay takes.
#include <fcntl.h>
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "event/record.h"
#include "figure.h"
#include "source/file_source.h"

#define ROUNDS 9
#define EVENTS 2000000     /* in a round */
#define MANY 100000000     /* of the long replay */
#define RECORD 128         /* bytes, of the scan to compare with */
#define RECORDS (1u << 18) /* that scan's: more than the caches hold */

static void must(bool ok, const char *what) {
    if (ok)
        return;
    fprintf(stderr, "bench_decode: %s\n", what);
    exit(EXIT_FAILURE);
}

/* Events of one file, none of which is looked at beyond its kind. */
static uint64_t read_file(const char *path, uint64_t *sum) {
    _cleanup_toc_diags_ struct toc_diags diags = {0};
    _cleanup_toc_source_ struct toc_source *source = NULL;
    const struct toc_event *event;
    uint64_t n = 0;
    int fd = open(path, O_RDONLY | O_CLOEXEC);

    must(fd >= 0 && toc_recording_source_new(fd, NULL, 0, path, &diags, &source) == 0, path);
    while (toc_source_next(source, -1, &event) == 1) {
        *sum += event->variant;
        n++;
    }
    return n;
}

/* Reads the files over and over. */
static uint64_t read_files(char *const *files, int n, uint64_t most, uint64_t *sum) {
    uint64_t read = 0;

    for (int i = 0; read < most; i++)
        read += read_file(files[i % n], sum);
    return read;
}

static double decode(char *const *files, int n, uint64_t most) {
    uint64_t sum = 0, read;
    double begun = toc_bench_now_ns();

    read = read_files(files, n, most, &sum);
    __asm__ volatile("" : : "g"(sum));
    return (toc_bench_now_ns() - begun) / (double)read;
}

static double scan(const uint8_t *records) {
    uint64_t sum = 0;
    double begun = toc_bench_now_ns();

    for (size_t i = 0; i < RECORDS; i++)
        sum += *(const uint64_t *)(records + i * RECORD) > i;
    __asm__ volatile("" : : "g"(sum));
    return (toc_bench_now_ns() - begun) / RECORDS;
}

static double resident_bytes(void) {
    _cleanup_fclose_ FILE *file = fopen("/proc/self/statm", "re");
    long pages = 0;

    must(file && fscanf(file, "%*d %ld", &pages) == 1, "/proc/self/statm");
    return (double)pages * (double)sysconf(_SC_PAGESIZE);
}

/* How much more is held at the end of many events than at a hundredth of them. */
static double growth(char *const *files, int n, uint64_t most) {
    uint64_t sum = 0;
    double before;

    read_files(files, n, most / 100, &sum);
    before = resident_bytes();
    read_files(files, n, most - most / 100, &sum);
    return (resident_bytes() - before) / 1024;
}

int main(int argc, char **argv) {
    uint64_t most = toc_bench_smoke() ? 2000 : EVENTS;
    double values[ROUNDS], base[ROUNDS], grown;
    uint8_t *records = malloc((size_t)RECORDS * RECORD);

    must(argc > 1, "which recordings?");
    must(records, "no memory");
    memset(records, 1, (size_t)RECORDS * RECORD);
    for (int round = 0; round < ROUNDS; round++) {
        values[round] = decode(argv + 1, argc - 1, most);
        base[round] = scan(records);
    }
    free(records);
    toc_figure_print(&(struct toc_figure){"decode.event", values, base, ROUNDS,
                                          "a scan of 128-byte records", NULL});
    grown = growth(argv + 1, argc - 1, toc_bench_smoke() ? 4000 : MANY);
    toc_figure_print(&(struct toc_figure){.name = "decode.grown", .values = &grown, .n = 1});
    return 0;
}
