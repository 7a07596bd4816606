// SPDX-License-Identifier: Apache-2.0
// What is hooked on kernels that lack a function, or whose tracepoint gives other arguments, as
// their types tell.
#include <bpf/btf.h>
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "source/bpf_programs.h"

static const struct toc_bpf_program *find(const struct toc_bpf_report *report, const char *name) {
    for (size_t i = 0; i < report->n; i++)
        if (!strcmp(report->programs[i].name, name))
            return &report->programs[i];
    return NULL;
}

/* Of a kernel with these functions, where fentry programs load. */
static void look(const char *const *functions, struct toc_bpf_report *ret) {
    struct toc_bpf_features features = {.btf = btf__new_empty()};
    int proto;

    cr_assert_not_null(features.btf);
    features.kinds[TOC_BPF_FENTRY].tried = true;
    proto = btf__add_func_proto(features.btf, 0);
    for (; *functions; functions++)
        cr_assert_gt(btf__add_func(features.btf, *functions, BTF_FUNC_STATIC, proto), 0);
    toc_bpf_report_init(ret, NULL);
    toc_bpf_no_features(ret, &features);
    toc_bpf_features_clear(&features);
}

Test(bpf_programs, a_function_that_was_inlined_is_hooked_by_its_caller) {
    static const struct {
        const char *functions[3], *target;
    } rows[] = {
        {{"do_recvmmsg", "__sys_recvmmsg"}, "do_recvmmsg"},
        {{"do_recvmmsg"}, "do_recvmmsg"},
        {{"__sys_recvmmsg"}, "__sys_recvmmsg"},
        {{"recvmmsg"}, NULL},
    };
    struct toc_bpf_report report;

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        bool is_outer = rows[i].target && !strcmp(rows[i].target, "__sys_recvmmsg");
        const char *names[] = {"fentry_recvmmsg", "fexit_recvmmsg"};

        look(rows[i].functions, &report);
        for (size_t k = 0; k < 2; k++) {
            const struct toc_bpf_program *program = find(&report, names[k]);

            cr_assert_eq(program->loaded, rows[i].target != NULL, "row %zu", i);
            cr_expect_str_eq(program->target, rows[i].target ? rows[i].target : "do_recvmmsg");
            cr_expect_eq(*program->reason != 0, !rows[i].target, "row %zu: %s", i, program->reason);
        }
        cr_expect_eq(toc_bpf_has_outer(&report), is_outer, "row %zu", i);
        cr_expect_not(find(&report, "fentry_sendmmsg")->loaded, "row %zu", i);
    }
}

/* v: void *, k: struct io_kiocb *, s: const struct io_uring_sqe *, i: int. */
static int argument(struct btf *btf, char what) {
    static const char *const names[] = {['k'] = "io_kiocb", ['s'] = "io_uring_sqe"};

    if (what == 'i')
        return btf__add_int(btf, "int", 4, BTF_INT_SIGNED);
    if (what == 'v')
        return btf__add_ptr(btf, 0);
    return btf__add_ptr(btf, btf__add_const(btf, btf__add_struct(btf, names[(int)what], 8)));
}

/* Of a kernel with that tracepoint, which gives these. */
static void look_at_tracepoint(const char *name, const char *arguments,
                               struct toc_bpf_report *ret) {
    struct toc_bpf_features features = {.btf = btf__new_empty()};
    int ids[8], n = 0, proto;
    char whole[64];

    cr_assert_not_null(features.btf);
    ids[n++] = argument(features.btf, 'v');
    for (; *arguments; arguments++)
        ids[n++] = argument(features.btf, *arguments);
    proto = btf__add_func_proto(features.btf, 0);
    for (int i = 0; i < n; i++)
        cr_assert_eq(btf__add_func_param(features.btf, "", ids[i]), 0);
    snprintf(whole, sizeof(whole), "btf_trace_%s", name);
    cr_assert_gt(btf__add_typedef(features.btf, whole, btf__add_ptr(features.btf, proto)), 0);
    toc_bpf_report_init(ret, NULL);
    toc_bpf_no_features(ret, &features);
    toc_bpf_features_clear(&features);
}

Test(bpf_programs, a_tracepoint_that_gives_other_arguments_is_left_alone) {
    static const struct {
        const char *name, *arguments, *since;
    } rows[] = {
        {"io_uring_req_failed", "si", "6.0"}, /* 5.17 */
        {"io_uring_req_failed", "svvi", "6.0"}, {"io_uring_req_failed", "ski", NULL},
        {"io_uring_req_failed", "", "6.0"},     {"io_uring_submit_sqe", "vviiii", "6.0"},
        {"io_uring_submit_sqe", "ki", NULL},    {"io_uring_submit_req", "k", NULL},
        {"io_uring_complete", "viii", "5.18"}, /* 5.17 */
        {"io_uring_complete", "vviii", NULL},   {"io_uring_complete", "kvs", NULL},
    };
    struct toc_bpf_report report;

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        const struct toc_bpf_program *program;

        look_at_tracepoint(rows[i].name, rows[i].arguments, &report);
        program = find(&report, rows[i].name);
        cr_expect_eq(program->loaded, !rows[i].since, "row %zu: %s", i, program->reason);
        if (rows[i].since)
            cr_expect(strstr(program->reason, rows[i].since), "row %zu: %s", i, program->reason);
    }
}
