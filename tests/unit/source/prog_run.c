// SPDX-License-Identifier: Apache-2.0
// Runs the extraction programs, and keeps what they gave.
#include "prog_run.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <stdbool.h>
#include <string.h>

#include "source/wire.h"

struct extract_bpf *skel;
struct extract x;
struct toc_wire_entry entries[TOC_WIRE_MAX_MSGS];
struct toc_wire_extra extras[TOC_WIRE_MAX_MSGS];
uint32_t n_entries, n_extras, n_payloads;
struct kept_payload payloads[TOC_WIRE_MAX_MSGS];
static uint32_t n_bad;

static int quiet(enum libbpf_print_level level, const char *format, va_list args) {
    (void)level, (void)format, (void)args;
    return 0;
}

void prog_run_load(void) {
    int r;

    libbpf_set_print(quiet);
    skel = extract_bpf__open();
    cr_assert_not_null(skel);
    skel->rodata->toc_has_cast =
        libbpf_find_vmlinux_btf_id("bpf_rdonly_cast", BPF_TRACE_FENTRY) > 0;
    r = extract_bpf__load(skel);
    cr_assert(r == 0 || r == -EPERM, "loading: %d", r);
    if (r < 0) {
        extract_bpf__destroy(skel);
        skel = NULL;
    }
    memset(&x, 0, sizeof(x));
}

void prog_run_unload(void) {
    extract_bpf__destroy(skel);
}

void prog_run(struct bpf_program *program) {
    /* The kernel writes the answer back into ctx_in. */
    LIBBPF_OPTS(bpf_test_run_opts, opts, .ctx_in = &x, .ctx_size_in = sizeof(x));

    cr_assert_eq(bpf_prog_test_run_opts(bpf_program__fd(program), &opts), 0);
    cr_assert_eq(opts.retval, 0);
}

static int on_record(void *ctx, void *data, size_t size) {
    struct toc_wire_record r;

    (void)ctx;
    if (toc_wire_check(data, size, &r) < 0) {
        n_bad++;
    } else if (r.head->kind == TOC_WIRE_ENTRIES) {
        memcpy(entries + r.first, r.entries, r.n_entries * sizeof(*r.entries));
        n_entries += r.n_entries;
    } else if (r.head->kind == TOC_WIRE_PAYLOAD) {
        memcpy(&payloads[r.payload->index], data, sizeof(*r.payload) + r.payload->n);
        n_payloads++;
    } else {
        extras[r.extra->index] = *r.extra;
        n_extras++;
    }
    return 0;
}

void prog_run_drain(void) {
    struct ring_buffer *ring =
        ring_buffer__new(bpf_map__fd(skel->maps.ring), on_record, NULL, NULL);

    cr_assert_not_null(ring);
    n_entries = n_extras = n_payloads = n_bad = 0;
    memset(payloads, 0, sizeof(payloads));
    cr_expect_geq(ring_buffer__consume(ring), 0);
    ring_buffer__free(ring);
    cr_expect_eq(n_bad, 0);
}

void prog_run_walk(const void *vec, uint32_t n, uint32_t bits) {
    x.at = (uint64_t)(uintptr_t)vec;
    x.n = n;
    x.bits = bits;
    prog_run(skel->progs.extract_walk);
    prog_run_drain();
    cr_expect_eq(n_entries, n);
}
