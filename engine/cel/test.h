// SPDX-License-Identifier: Apache-2.0
// What a condition on one field asks of it, for those who index conditions or run them elsewhere.
#pragma once

#include "cel/code.h"

enum cel_test_kind {
    CEL_TEST_NONE,     /* not one of these */
    CEL_TEST_HAS,      /* the field is there */
    CEL_TEST_RANGE,    /* low <= bits <= high: signed for an INT field, unsigned for any other */
    CEL_TEST_ONE_OF,   /* bits is below 64, and that bit of low is set */
    CEL_TEST_SOME_BIT, /* bits & low */
    CEL_TEST_CLASS,    /* the class that `function` gives bits, and `second`, has its bit in low */
    CEL_TEST_ORDER,    /* low, an enum cel_order, holds between bits and those of `second` */
    CEL_TEST_NUMBERS,  /* bits is one of numbers[n], which ascend as unsigned */
    CEL_TEST_NETS,     /* the address is in one of nets[n] */
    CEL_TEST_IS,       /* the text is one of texts[n] … */
    CEL_TEST_STARTS,   /* … starts with it (n is 1) … */
    CEL_TEST_ENDS,
    CEL_TEST_CONTAINS,
    CEL_TEST_MATCHES, /* texts[0] is the pattern; texts[1], if n is 2, is part of all that match */
};

struct cel_text {
    const char *s;
    size_t n;
};

/* Bits beyond the prefix are 0. */
struct cel_net {
    struct toc_ip ip;
    uint8_t prefix;
};

struct cel_test {
    uint8_t kind; /* enum cel_test_kind */
    bool negate;  /* of RANGE, NUMBERS, NETS and texts: it holds when this does not */
    const struct cel_path *path, *second; /* second: of ORDER; of CLASS, may be NULL */
    uint64_t low, high;
    const struct cel_function *function;
    size_t n;
    const uint64_t *numbers;
    const struct cel_net *nets;
    const struct cel_text *texts;
};

/* kind is CEL_TEST_NONE for what is no test of a field. Where the field is not there the condition
 * is an error, but HAS, which is false. Nothing is copied. */
void cel_test_of(cel_code_ptr code, struct cel_test *ret);

/* Wherever their paths begin: both give the same for the same object. */
bool cel_test_same(const struct cel_test *a, const struct cel_test *b);
/* Equal for those that are the same. */
uint64_t cel_test_hash(const struct cel_test *test);

bool cel_path_same(const struct cel_path *a, const struct cel_path *b);
uint64_t cel_path_hash(const struct cel_path *path);
/* Whether both begin at the same object: the root, a slot, or the first variable. */
bool cel_path_begins_alike(const struct cel_path *a, const struct cel_path *b);

static inline bool cel_net_holds(const struct cel_net *net, const struct toc_ip *ip) {
    unsigned whole = net->prefix / 8, rest = net->prefix % 8;

    return ip->version == net->ip.version && !memcmp(ip->bytes, net->ip.bytes, whole) &&
           (!rest || (ip->bytes[whole] ^ net->ip.bytes[whole]) >> (8 - rest) == 0);
}
