// SPDX-License-Identifier: Apache-2.0
// Which operands of a condition the kernel can decide, and what it is given for them.
#include "detect/kernel_terms.h"

#include <arpa/inet.h>
#include <criterion/criterion.h>
#include <string.h>

#include "detect/detect.h"

#define NOTHING INT64_MIN, INT64_MAX, false

static const struct {
    const char *text;
    bool of_when, negated, known;
    uint32_t n_terms;
    int64_t low, high;
    bool outside;
} rows[] = {
    {"\"name\" in m.changed_kernel", true, false, true, 0, NOTHING},
    {"( 'name' in\n m.changed_kernel )", true, false, true, 0, NOTHING},
    {"\"name\" in m.changed_kernel", false, false, false, 0, NOTHING},
    {"\"name\" in m.changed_kernel", true, true, false, 0, NOTHING},
    {"\"iov\" in m.changed_kernel", true, false, false, 0, NOTHING},
    {"\"name\" in n.changed_kernel", true, false, false, 0, NOTHING},
    {"!(\"name\" in m.changed_kernel)", true, false, false, 0, NOTHING},
    {"(a) && (b)", true, false, false, 0, NOTHING},
    {"proc.uid == 5", true, false, true, 1, 5, 5, false},
    {"proc.uid != 5", false, false, true, 1, 5, 5, true},
    {"proc.uid == 5", false, true, true, 1, 5, 5, true},
    {"proc.gid >= 1000", false, false, true, 1, 1000, INT64_MAX, false},
    {"proc.gid <= 1000", false, false, true, 1, INT64_MIN, 1000, false},
    {"proc.pid > 10", false, false, true, 1, INT64_MIN, 10, true},
    {"proc.pid < 10", false, false, true, 1, 10, INT64_MAX, true},
    {"proc.pid < 10", false, true, true, 1, 10, INT64_MAX, false},
    {"proc.uid == 2 + 3", false, false, true, 1, 5, 5, false},
    {"proc.uid == proc.gid", false, false, false, 0, NOTHING},
    {"proc.uid == \"5\"", false, false, false, 0, NOTHING},
    {"proc.uid in [5]", false, false, false, 0, NOTHING},
    {"5 == proc.uid", false, false, false, 0, NOTHING},
    {"proc.comm == \"x\"", true, false, false, 0, NOTHING},
};

static void with_terms(struct toc_kernel_terms *terms) {
    *terms = (struct toc_kernel_terms){.each_var = "m"};
    toc_scope_init(&terms->scope, ~UINT64_C(0));
    cr_assert_eq(toc_arena_new(1 << 20, &terms->arena), 0);
}

Test(kernel_terms, an_operand_is_a_term_or_refused) {
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct toc_kernel_terms terms;
        const struct toc_wire_deny_term *term = &terms.out.terms[0];
        bool known;

        with_terms(&terms);
        known = toc_kernel_term(&terms, rows[i].text, strlen(rows[i].text), rows[i].of_when,
                                rows[i].negated);
        cr_expect_eq(known, rows[i].known, "%s", rows[i].text);
        cr_expect_eq(terms.out.n_terms, rows[i].n_terms, "%s", rows[i].text);
        if (rows[i].n_terms)
            cr_expect(term->low == rows[i].low && term->high == rows[i].high &&
                          term->outside == rows[i].outside,
                      "%s: %lld %lld %u", rows[i].text, (long long)term->low, (long long)term->high,
                      term->outside);
        toc_arena_free(&terms.arena);
    }
}

static bool take(struct toc_kernel_terms *terms, const char *text) {
    return toc_kernel_term(terms, text, strlen(text), true, false);
}

Test(kernel_terms, ports_are_left_out) {
    struct toc_kernel_terms terms;

    with_terms(&terms);
    cr_expect(take(&terms, "!(m.peer.port in [53, 123])"));
    cr_expect(take(&terms, "!(m.?peer.?port.orValue(0) in [9])"));
    cr_expect(take(&terms, "!(m.kernel.name.port in [])"));
    cr_expect_eq(terms.out.n_ports, 3);
    cr_expect_eq(terms.out.ports[1], htons(123));
    cr_expect_not(take(&terms, "!(m.peer.port in [1,2,3,4,5,6,7,8,9,10,11,12,13,14])"));
    cr_expect_not(take(&terms, "!(m.peer.port in [\"x\"])"));
    cr_expect_not(take(&terms, "m.peer.port in [53]"));
    toc_arena_free(&terms.arena);
}

Test(kernel_terms, others_hooks_are_left_out) {
    struct toc_kernel_terms terms;

    with_terms(&terms);
    cr_expect_not(terms.out.ours_alone);
    cr_expect(take(&terms, "!(m.?kernel.?foreign_bpf.orValue(false))"));
    cr_expect(terms.out.ours_alone);
    cr_expect(take(&terms, "!m.kernel.foreign_bpf"));
    cr_expect_not(take(&terms, "m.kernel.foreign_bpf"));
    toc_arena_free(&terms.arena);
}

Test(kernel_terms, there_is_room_for_so_many) {
    struct toc_kernel_terms terms;

    with_terms(&terms);
    for (size_t i = 0; i < TOC_WIRE_DENY_TERMS; i++)
        cr_expect(take(&terms, "proc.uid != 1"));
    cr_expect_not(take(&terms, "proc.uid != 1"));
    toc_arena_free(&terms.arena);
}
