// SPDX-License-Identifier: Apache-2.0
// Tests: what an expression is estimated to cost, and refusing what may cost too much.
#include <criterion/criterion.h>
#include <errno.h>

#include "toy.h"

static uint64_t cost_of(const char *expr) {
    struct cel_source source = {.text = expr, .n = strlen(expr)};
    struct cel_scope scope = toy_scope(1);
    _cleanup_toc_diags_ struct toc_diags diags = {0};
    _cleanup_cel_program_ struct cel_program *program = NULL;
    int r = cel_compile(&source, &scope, &cel_type_dyn, &diags, &program);

    cr_expect_eq(r, 0, "%s: %s", expr, diags.n ? diags.items[0].message : "?");
    return r ? 0 : cel_program_cost(program);
}

static const struct {
    const char *expr;
    uint64_t low, high;
} costs[] = {
    {"1", 1, 1},
    {"args.fd > 5", 3, 5},
    {"msgs.exists(m, m.index == 5)", 1024, 8 * 1024},
    {"msgs.exists(a, msgs.exists(b, a.index == b.index))", 1 << 20, 1 << 24},
    // A literal is as long as it is.
    {"[1, 2].exists(a, [1, 2, 3].exists(b, a == b))", 6, 60},
    {"[1, 2].map(a, [a]).exists(x, true)", 2, 20},
    // A list of names has no more elements than there are names.
    {"msgs[0].changed.exists(a, a == \"name\")", 3, 30},
    {"[3, 4].transformList(i, v, v).filter(x, x > 3).size()", 4, 40},
    {"cel.bind(l, [1, 2], l.exists(a, l.exists(b, a == b)))", 4, 60},
    {"event.comm.matches(\"a+\")", 16, 40},
    {"event.comm.matches(event.comm)", 256, 300},
};

Test(cost, is_estimated) {
    for (size_t i = 0; i < sizeof(costs) / sizeof(costs[0]); i++) {
        uint64_t cost = cost_of(costs[i].expr);

        cr_expect(cost >= costs[i].low && cost <= costs[i].high, "%s: %llu", costs[i].expr,
                  (unsigned long long)cost);
    }
}

static const struct toy_row refused[] = {
    {"msgs.exists(a, msgs.exists(b, msgs.exists(c, a.index == c.index)))",
     "1:36: this may take 6.4e+09 steps, and 67108864 is the limit (`exists` goes over up to 1024 "
     "elements, 1.1e+09 in all)"},
    {"true ||\n msgs.all(a, msgs.map(b, b.index).map(c, [c, 2]).all(d, d.exists(e, e == 1 "
     "|| d.all(f, true))))",
     "2:81: this may take 2.2e+12 steps, and 67108864 is the limit (`all` goes over up to 1024 "
     "elements, 1.1e+12 in all)"},
};

Test(cost, too_much_is_refused_where_it_arises) {
    TOY_CHECK(refused);
}
