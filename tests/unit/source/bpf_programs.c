// SPDX-License-Identifier: Apache-2.0
// What is hooked on kernels that lack a function, as their types tell.
#include <bpf/btf.h>
#include <criterion/criterion.h>
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
