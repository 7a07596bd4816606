// SPDX-License-Identifier: Apache-2.0
// Tests: an evaluation takes no memory but that of its scratch arena, whatever it calls.
#include <criterion/criterion.h>
#include <errno.h>
#include <stdlib.h>

#include "toy.h"

#if defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define SANITIZED 1
#endif
#endif
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define SANITIZED 1
#endif

static volatile bool counting; // a compiler knows that malloc reads none of ours
static volatile unsigned n_allocations;

#ifdef SANITIZED
// Not every compiler ships the sanitizers' header of it.
int __sanitizer_install_malloc_and_free_hooks(void (*allocated)(const volatile void *, size_t),
                                              void (*freed)(const volatile void *));

static void allocated(const volatile void *p, size_t n) {
    (void)p;
    (void)n;
    n_allocations = n_allocations + counting;
}

static void freed(const volatile void *p) {
    (void)p;
}

static void watch(void) {
    cr_assert(__sanitizer_install_malloc_and_free_hooks(allocated, freed) > 0);
}
#else
void *__libc_malloc(size_t n);
void *__libc_calloc(size_t n, size_t size);
void *__libc_realloc(void *p, size_t n);

void *malloc(size_t n) {
    n_allocations = n_allocations + counting;
    return __libc_malloc(n);
}

void *calloc(size_t n, size_t size) {
    n_allocations = n_allocations + counting;
    return __libc_calloc(n, size);
}

void *realloc(void *p, size_t n) {
    n_allocations = n_allocations + counting;
    return __libc_realloc(p, n);
}

static void watch(void) {
}
#endif

static const char *const rows[] = {
    "args.fd > 5 && msgs.exists(m, m.index == 53)",
    "msgs.map(m, m.index)",
    "msgs.filter(m, m.index > 0).map(m, string(m.index)).join(\", \")",
    "[event.comm, event.comm].map(s, s.matches(s + \"(x|[a-z])*\"))",
    "[event.comm].map(s, s.find(\"[\" + s + \"]+\"))",
    "[event.comm].map(s, s.findAll(\"(\" + s + \"|.)\"))",
    "[event.comm + event.comm].map(s, s.matches(\"(a+)+$\"))",
    "[event.comm].map(s, s.replace(\"\", \"-----------------------------------------\"))",
    "[event.comm].map(s, strings.quote(s + \"\\n\\\"\"))",
    "[event.comm].map(s, base64.decode(base64.encode(bytes(s))))",
    "[event.comm].map(s, \"%s %d %.3f %e %x\".format([s, 5, 1.5, 2.5, s]))",
    "[event.comm].map(s, \"%s\".format([{\"b\": [1, 2], \"a\": s}]))",
    "[event.comm].map(s, \"%s\".format([msgs]))",
    "[event.comm].map(s, s.split(\"\"))",
    "[args.fd, 3, 2, 1, 9, 8, 7, 6, 5, 4, 33, 32, 31, 30, 29, 28, 27, 26, 25, 24, 23].sort()",
    "[args.fd, 3, 2, 3, 2].distinct()",
    "[args.fd].map(s, timestamp(s).getHours(\"Europe/Berlin\"))",
    "[args.fd].map(s, string(timestamp(s)) + string(duration(\"90s\")) + string(double(s) / 3.0))",
    "[event.comm].map(s, {s: args.fd, s + \"x\": 1.5})",
    "[\"10.0.0.0/8\"].map(s, cidr(s).containsIP(ip(\"10.1.2.\" + string(args.fd % 200))))",
    "[event.comm].map(s, s.reverse().upperAscii().substring(1).charAt(0).indexOf(\"x\"))",
    "[1, 2, args.fd].transformMap(i, v, {i: v}).size()",
};

static bool compile(const char *expr, struct cel_program **ret) {
    struct cel_source source = {.text = expr, .n = strlen(expr)};
    struct cel_scope scope = toy_scope(1);
    _cleanup_toc_diags_ struct toc_diags diags = {0};
    int r = cel_compile(&source, &scope, &cel_type_dyn, &diags, ret);

    cr_expect_eq(r, 0, "%s: %s", expr, diags.n ? diags.items[0].message : "?");
    return r == 0;
}

Test(heap, what_is_taken_is_seen) {
    void *volatile p;

    watch();
    counting = true;
    p = malloc(1);
    counting = false;
    free(p);
    cr_expect_eq(n_allocations, 1);
}

Test(heap, an_evaluation_takes_none) {
    watch();
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        _cleanup_cel_program_ struct cel_program *program = NULL;
        _cleanup_toc_arena_ struct toc_arena *scratch = NULL;
        struct cel_activation activation = {.record = toy_record()};

        if (!compile(rows[i], &program))
            continue;
        cr_assert_eq(toc_arena_new(1 << 20, &scratch), 0);
        // The arena finds its size in the first two.
        for (unsigned round = 0; round < 3; round++) {
            struct cel_value value;

            toc_arena_reset(scratch);
            n_allocations = 0;
            counting = true;
            value = cel_run(program, &activation, scratch);
            counting = false;
            cr_expect_neq(value.kind, CEL_ERROR, "%s: %s", rows[i], value.s ? value.s : "");
        }
        cr_expect_eq(n_allocations, 0, "%s: %u allocations", rows[i], n_allocations);
    }
}
