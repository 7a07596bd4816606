// SPDX-License-Identifier: Apache-2.0
// verifier [PROGRAM]: how many instructions this kernel's verifier looks at for each program,
// loaded by itself; of PROGRAM, the whole log. Root only.
#include <bpf/libbpf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "event/wire_deny.h"
#include "stack.h"
#include "tocsin.skel.h"

#define LOG_BYTES (16u << 20)

static int quiet(enum libbpf_print_level level, const char *format, va_list args) {
    (void)level;
    (void)format;
    (void)args;
    return 0;
}

/* The verifier's last lines: what it was about when it refused. */
static void print_end(const char *log) {
    const char *at = log + strlen(log);

    for (int lines = 0; at > log && lines < 12; at--)
        lines += at[-1] == '\n';
    printf("%s\n", at);
}

static void try_one(const char *name, char *log, int whole) {
    struct tocsin_bpf *skel = tocsin_bpf__open();
    struct bpf_program *program;
    const char *stats;
    int r;

    if (!skel)
        exit(1);
    bpf_object__for_each_program(program, skel->obj)
        bpf_program__set_autoload(program, !strcmp(bpf_program__name(program), name));
    program = bpf_object__find_program_by_name(skel->obj, name);
    skel->rodata->toc_has_cast =
        libbpf_find_vmlinux_btf_id("bpf_rdonly_cast", BPF_TRACE_FENTRY) > 0;
    skel->rodata->toc_has_length =
        libbpf_find_vmlinux_btf_id("sock_send_length", BPF_TRACE_RAW_TP) > 0;
    skel->rodata->toc_has_result = skel->rodata->toc_has_copy = true;
    log[0] = 0;
    bpf_program__set_log_buf(program, log, LOG_BYTES);
    bpf_program__set_log_level(program, whole ? 6 : 4);
    r = tocsin_bpf__load(skel);
    stats = strstr(log, "processed ");
    printf("%-24s %-6s stack %3u %.*s\n", name, r < 0 ? "fails" : "loads",
           stack_sum(bpf_program__insns(program), bpf_program__insn_cnt(program)),
           stats ? (int)strcspn(stats, "\n") : 0, stats ? stats : "");
    if (whole)
        printf("%s\n", log);
    else if (r < 0)
        print_end(log);
    tocsin_bpf__destroy(skel);
}

int main(int argc, char **argv) {
    struct tocsin_bpf *skel = tocsin_bpf__open();
    char *log = malloc(LOG_BYTES);
    struct bpf_program *program;

    if (!skel || !log)
        return 1;
    libbpf_set_print(quiet);
    if (argc > 1)
        try_one(argv[1], log, 1);
    else
        bpf_object__for_each_program(program, skel->obj)
            try_one(bpf_program__name(program), log, 0);
    tocsin_bpf__destroy(skel);
    free(log);
    return 0;
}
