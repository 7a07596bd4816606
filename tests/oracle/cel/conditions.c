// SPDX-License-Identifier: Apache-2.0
// Conditions out of rows: `$` stands for the object that the fields are of, `#` for a number.
#include "conditions.h"

#include <string.h>

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))
#define MAX_DEPTH 3

static const char *const numbers[] = {"0",   "1",   "2",   "3",     "5",          "53",
                                      "127", "128", "255", "32767", "1500000000", "(-1)"};

/* Of an item. */
static const char *const of_item[] = {
    "$.len == #",
    "$.len != #",
    "$.len > #",
    "$.len <= #",
    "$.len >= # && $.len <= #",
    "$.len in [#, #, #]",
    "$.small >= #",
    "$.small in [#, #]",
    "$.byte < #",
    "$.word == #",
    "$.bytes >= #",
    "$.index == #",
    "$.index <= #",
    "'name' in $.flags",
    "'last' in $.flags",
    "size($.flags) > 0",
    "$.flags.exists(f, f in ['iov', 'last'])",
    "$.data.contains(b'run')",
    "$.data.contains(b'run/')",
    "$.data.startsWith(b'd')",
    "$.data.endsWith(b'llo w')",
    "$.data.matches('r.n/')",
    "$.raw == b'\\xff\\x01'",
    "has($.data)",
    "$.len > $.bytes",
    "$.small <= $.word",
    "$.byte == $.enter.peer.port",
    "$.index != $.kernel.peer.port",
    "math.bitAnd($.len, #) != 0",
    "math.bitAnd($.byte, #) == 0",
    "has($.len)",
    "$.len * 2 == #",
    "$.enter.status == 'ok'",
    "$.kernel.status in ['null', 'fault']",
    "$.enter.status != 'fault'",
};

/* Of a peer. */
static const char *const of_peer[] = {
    "$.port == #",
    "$.port != #",
    "$.port in params.ports",
    "$.port >= # && $.port < #",
    "has($.port)",
    "has($.path)",
    "$.ptr >= 1u",
    "$.ptr == 53u",
    "$.ip == '127.0.0.1'",
    "$.ip != '127.0.0.1'",
    "$.ip in ['127.0.0.1', '2001:db8::1', '127.0.0.01']",
    "cidr('127.0.0.0/31').containsIP($.ip)",
    "cidr('127.0.0.0/32').containsIP($.ip)",
    "cidr('127.9.9.9/8').containsIP(ip($.ip))",
    "cidr('0.0.0.0/0').containsIP($.ip)",
    "cidr('2001:db8::/32').containsIP($.ip)",
    "cidr('2001:db8::1/127').containsIP($.ip)",
    "$.path == params.kind",
    "$.path != 'dig'",
    "$.path in ['dig', '/run/x', '', 'other']",
    "$.path.startsWith('d')",
    "$.path.startsWith('/run')",
    "$.path.startsWith('/run/x')",
    "$.path.startsWith('')",
    "$.path.endsWith('run/x')",
    "$.path.endsWith('g')",
    "$.path.contains('h')",
    "$.path.contains('llo ')",
    "$.path.contains('llo w\\u00f6r')",
    "$.path.contains('run/')",
    "$.path.contains('/run/x/')",
    "$.path.matches('^/run/.$')",
    "$.path.matches('(di|/r)')",
    "$.path.matches('llo (w|x)')",
    "$.path.matches('run/x?')",
    "$.path.matches('llo{1,2} |no')",
};

/* Of the record. */
static const char *const of_record[] = {
    "on",
    "ret < part.peer.port",
    "math.bitAnd(ret, #) != 0",
    "!on",
    "ret == #",
    "ret >= # && ret <= #",
    "ret in [#, #]",
    "status == 'ok'",
    "status in ['ok', 'fault']",
    "has(name)",
    "name == 'dig'",
    "name != 'dig'",
    "name in ['dig', 'x']",
    "name.startsWith('/r')",
    "name.contains('/run')",
    "name.matches('^d[a-z]g$')",
    "name.matches('[hx].*llo')",
    "true",
    "false",
    "size(items) > #",
    "items[0].len == #",
};

static void put(struct orandom *random, const char *row, const char *object, struct toc_buf *buf) {
    for (; *row; row++) {
        if (*row == '$')
            toc_buf_adds(buf, object);
        else if (*row == '#')
            toc_buf_adds(buf, numbers[orandom_below(random, COUNT(numbers))]);
        else
            toc_buf_addc(buf, *row);
    }
}

static void put_one(struct orandom *random, const char *const *rows, size_t n, const char *object,
                    struct toc_buf *buf) {
    toc_buf_addc(buf, '(');
    put(random, rows[orandom_below(random, n)], object, buf);
    toc_buf_addc(buf, ')');
}

/* `item`: the name of the item at hand, or NULL. */
static void test(struct orandom *random, const char *item, struct toc_buf *buf) {
    static const char *const peers[] = {".enter.peer", ".kernel.peer"};
    char object[32];

    if (!item && !orandom_below(random, 2))
        put_one(random, of_peer, COUNT(of_peer), "part.peer", buf);
    else if (!item || !orandom_below(random, 4))
        put_one(random, of_record, COUNT(of_record), "", buf);
    else if (orandom_below(random, 2))
        put_one(random, of_item, COUNT(of_item), item, buf);
    else {
        strcpy(object, item);
        strcat(object, peers[orandom_below(random, COUNT(peers))]);
        put_one(random, of_peer, COUNT(of_peer), object, buf);
    }
}

static void condition(struct orandom *random, const char *item, unsigned depth,
                      struct toc_buf *buf) {
    size_t kind = depth < MAX_DEPTH ? orandom_below(random, 10) : 9;

    if (kind < 5) {
        toc_buf_addc(buf, '(');
        condition(random, item, depth + 1, buf);
        toc_buf_adds(buf, kind < 4 ? " && " : " || ");
        condition(random, item, depth + 1, buf);
        toc_buf_addc(buf, ')');
    } else if (kind == 5) {
        toc_buf_addc(buf, '!');
        condition(random, item, depth + 1, buf);
    } else if (kind < 8 && !item) {
        toc_buf_adds(buf, kind == 6 ? "items.exists(x, " : "items.all(x, ");
        condition(random, "x", depth + 1, buf);
        toc_buf_addc(buf, ')');
    } else {
        test(random, item, buf);
    }
}

void oracle_condition(struct orandom *random, bool each, struct toc_buf *buf) {
    condition(random, each ? "it" : NULL, 0, buf);
}
