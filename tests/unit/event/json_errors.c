// SPDX-License-Identifier: Apache-2.0
// What the JSON reader refuses, warns of, and where it says that is.
#include <criterion/criterion.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "event/json.h"

#define SEND "{\"event\":{\"name\":\"sendmmsg\"},"

static const struct {
    const char *text;
    uint32_t col; /* 0: of the whole line */
    const char *message;
    const char *hint;
} errors[] = {
    {"", 1, "this is no JSON", NULL},
    {"[]", 1, "an event is an object, not a list", NULL},
    {"7", 1, "an event is an object", NULL},
    {"{}", 1, "event.name is missing", NULL},
    {"{\"event\":{\"cpu\":1}}", 10, "event.name is missing", NULL},
    {"{\"v\":2}", 6, "v is the version", NULL},
    {"{\"event\":{\"name\":\"sendmsgg\"}}", 18, "name cannot be \"sendmsgg\"", "\"sendmsg\""},
    {"{\"event\":{\"name\":\"sendmsg\"", 27, "'}' expected", NULL},
    {"{\"event\":1,\"event\":2}", 12, "duplicate object key", NULL},
    {"{\"event\":{\"name\":\"bpf\",\"nr\":1.5}}", 29, "nr wants an integer, not a fraction", NULL},
    {SEND "\"batch\":{\"vec\":{}}}", 45, "vec wants a pointer", NULL},
    {SEND "\"batch\":{\"vec\":\"12\"}}", 45, "vec wants a pointer", NULL},
    {SEND "\"batch\":{\"vec\":\"0x\"}}", 45, "vec wants a pointer", NULL},
    {SEND "\"batch\":{\"vec\":\"0x+1\"}}", 45, "vec wants a pointer", NULL},
    {SEND "\"batch\":{\"vec\":\"0x10000000000000000\"}}", 45, "vec wants a pointer", NULL},
    {SEND "\"batch\":{\"vec\":-1}}", 45, "vec wants a pointer", NULL},
    {SEND "\"batch\":{\"fd\":2147483648}}", 44, "fd is out of range", NULL},
    {SEND "\"batch\":{\"flags\":-1}}", 47, "flags is out of range", NULL},
    {SEND "\"batch\":{\"fd\":9223372036854775808}}", 44, "too big integer", NULL},
    {SEND "\"batch\":{\"fd\":-9223372036854775809123}}", 44, "too big negative integer", NULL},
    {SEND "\"batch\":{\"fd\":123456789012345678901e999}}", 44, "real number overflow", NULL},
    {SEND "\"batch\":{\"truncated\":1}}", 51, "truncated wants true or false, not an integer",
     NULL},
    {SEND "\"batch\":[]}", 38, "batch wants an object, not a list", NULL},
    {SEND "\"msgs\":{}}", 37, "msgs wants a list", NULL},
    {SEND "\"msgs\":[1]}", 38, "msgs[0] wants an object", NULL},
    {SEND "\"proc\":{\"comm\":\"\xff\"}}", 45, "unable to decode", NULL},
    {SEND "\"proc\":{\"comm\":\"\\u0000\"}}", 45, "this is no JSON: \\u0000 is not allowed", NULL},
    {SEND "\"proc\":{\"comm\":\"\xc3\xa4\xc3\xa4\",\"uid\":[]}}", 56, "uid wants an integer", NULL},
    {SEND "\"msgs\":[{\"changed\":[\"nam\"]}]}", 50, "changed cannot be \"nam\"", "\"name\""},
    {SEND "\"sock\":{\"peer\":{\"ip\":\"1.2.3\"}}}", 51, "ip wants an IPv4 or IPv6", NULL},
    {SEND "\"sock\":{\"peer\":{\"family\":\"inet\",\"ip\":\"::1\"}}}", 67, "wants an IPv4 address",
     NULL},
    {SEND "\"sock\":{\"peer\":{\"family\":\"can\",\"raw\":\"abc\"}}}", 67, "pairs of hexadecimal",
     NULL},
    {"{\"event\":{\"name\":\"bpf\",\"time\":\"1600-01-01T00:00:00Z\"}}", 31, "time wants a time",
     NULL},
    {"{\"event\":{\"name\":\"bpf\",\"abi\":null}}", 30, "abi wants a name, not null", NULL},
    {"[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]", 17, "nested deeper than 16", NULL},
};

Test(json, refused_with_their_place) {
    _cleanup_toc_builder_ struct toc_builder *builder = NULL;

    cr_assert_eq(toc_builder_new(&builder), 0);
    for (size_t i = 0; i < sizeof(errors) / sizeof(*errors); i++) {
        _cleanup_toc_diags_ struct toc_diags diags = {0};
        const struct toc_event *event;
        size_t n = strlen(errors[i].text);
        // Of its exact size, so that a read beyond it is seen.
        _cleanup_free_ char *text = malloc(n + 1);

        cr_assert(text);
        memcpy(text, errors[i].text, n);
        text = realloc(text, n ? n : 1);
        cr_assert_eq(toc_json_read(builder, text, n, (struct toc_place){"f", 9, 0}, TOC_EVENT_NONE,
                                   &diags, NULL, &event),
                     -EINVAL, "%s", errors[i].text);
        cr_assert_eq(diags.n, 1, "%s", errors[i].text);
        cr_expect(strstr(diags.items[0].message, errors[i].message), "%s: %s", errors[i].text,
                  diags.items[0].message);
        cr_expect_eq(diags.items[0].line, 9);
        cr_expect_eq(diags.items[0].col, errors[i].col, "%s: %u", errors[i].text,
                     diags.items[0].col);
        if (errors[i].hint)
            cr_expect(diags.items[0].hint && strstr(diags.items[0].hint, errors[i].hint), "%s",
                      errors[i].text);
    }
}

Test(json, warned_of_and_counted) {
    static const struct {
        const char *text;
        uint64_t unknown, contradictions;
        size_t warnings;
        const char *message, *hint;
    } rows[] = {
        {SEND "\"batch\":{\"fdd\":1,\"x\":2},\"y\":3}", 3, 0, 1, "batch has no field \"fdd\"",
         "\"fd\""},
        {SEND "\"args\":{\"mmsg\":\"0x0\"}}", 1, 0, 1, "in this kind of event", NULL},
        {SEND "\"timeout\":{}}", 1, 0, 1, "in this kind of event", NULL},
        {SEND "\"msgs_omitted\":5,\"batch\":{\"captured\":9},\"msgs\":[{}]}", 0, 0, 0, NULL, NULL},
        {SEND "\"batch\":{\"captured\":9},\"msgs\":[{}]}", 0, 0, 0, NULL, NULL},
        {SEND "\"batch\":{\"captured\":0},\"msgs\":[{\"enter\":{}}]}", 0, 1, 1,
         "batch.captured says otherwise", NULL},
        {SEND "\"msgs\":[{},{\"kernel\":{\"ret\":-11,\"error\":\"\"}}]}", 0, 1, 1,
         "msgs.kernel.error says otherwise", NULL},
        {SEND "\"batch\":{\"completed\":9}}", 0, 0, 0, NULL, NULL},
    };
    _cleanup_toc_builder_ struct toc_builder *builder = NULL;

    cr_assert_eq(toc_builder_new(&builder), 0);
    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        _cleanup_toc_diags_ struct toc_diags diags = {0};
        struct toc_json_counts counts = {0};
        const struct toc_event *event;

        cr_assert_eq(toc_json_read(builder, rows[i].text, strlen(rows[i].text),
                                   (struct toc_place){"f", 1, 0}, TOC_EVENT_NONE, &diags, &counts,
                                   &event),
                     0, "%s", rows[i].text);
        cr_expect_eq(counts.unknown_fields, rows[i].unknown, "%s", rows[i].text);
        cr_expect_eq(counts.contradictions, rows[i].contradictions, "%s", rows[i].text);
        cr_assert_eq(diags.n_warnings, rows[i].warnings, "%s", rows[i].text);
        if (rows[i].message)
            cr_expect(strstr(diags.items[0].message, rows[i].message), "%s",
                      diags.items[0].message);
        if (rows[i].hint)
            cr_expect(diags.items[0].hint && strstr(diags.items[0].hint, rows[i].hint));
    }
}

static struct toc_node *leaf(struct toc_node *node, const char *key, const char *text) {
    *node = (struct toc_node){.kind = TOC_NODE_STRING,
                              .plain = true,
                              .line = 4,
                              .col = 8,
                              .text = text,
                              .n = strlen(text),
                              .key = key,
                              .key_n = strlen(key),
                              .key_line = 4,
                              .key_col = 2};
    return node;
}

/* What a signature's test gives, plain scalars and all. */
Test(json, a_tree_with_plain_scalars) {
    _cleanup_toc_builder_ struct toc_builder *builder = NULL;
    struct toc_node vec, len, status, comm, name, args, view, iov, proc, root, msgs, msg;
    _cleanup_toc_diags_ struct toc_diags diags = {0};
    _cleanup_toc_buf_ struct toc_buf buf = {0};
    const struct toc_event *event;

    cr_assert_eq(toc_builder_new(&builder), 0);
    leaf(&vec, "msgvec", "0xffff888000000000")->kind = TOC_NODE_INT;
    vec.big = true;
    leaf(&len, "count", "18446744073709551615")->kind = TOC_NODE_INT;
    len.big = true;
    leaf(&status, "status", "null")->kind = TOC_NODE_NULL;
    leaf(&comm, "comm", "123")->kind = TOC_NODE_INT;
    leaf(&name, "name", "")->kind = TOC_NODE_MAP;
    leaf(&args, "args", "")->kind = TOC_NODE_MAP;
    leaf(&view, "enter", "")->kind = TOC_NODE_MAP;
    leaf(&iov, "iov", "")->kind = TOC_NODE_MAP;
    leaf(&proc, "proc", "")->kind = TOC_NODE_MAP;
    leaf(&root, "", "")->kind = TOC_NODE_MAP;
    leaf(&msgs, "msgs", "")->kind = TOC_NODE_LIST;
    leaf(&msg, "", "")->kind = TOC_NODE_MAP;
    root.child = &args, args.child = &vec, args.next = &proc, proc.child = &comm;
    proc.next = &msgs, msgs.child = &msg, msg.child = &view, view.child = &name;
    name.child = &status, name.next = &iov, iov.child = &len;
    cr_assert_eq(toc_event_from_node(builder, &root, "s.yaml", TOC_EVENT_sendmmsg, true, &diags,
                                     NULL, &event),
                 0, "%s", diags.n ? diags.items[0].message : "");
    toc_json_write(event, &buf);
    cr_expect_str_eq(toc_buf_cstr(&buf),
                     "{\"v\":1,\"event\":{\"name\":\"sendmmsg\",\"stage\":\"call\",\"saturated\":"
                     "[\"iov.count\"]},\"proc\":{\"comm\":\"123\"},\"args\":{\"msgvec\":"
                     "\"0xffff888000000000\"},\"batch\":{\"vec\":\"0xffff888000000000\","
                     "\"captured\":1},\"msgs\":[{\"enter\":{"
                     "\"name\":{\"status\":\"null\"},\"iov\":{\"count\":9223372036854775807}}}]}");
    vec.key = "msgvex";
    cr_assert_eq(toc_event_from_node(builder, &root, "s.yaml", TOC_EVENT_sendmmsg, true, &diags,
                                     NULL, &event),
                 -EINVAL);
    cr_assert_eq(diags.n_errors, 1);
    cr_expect(diags.items[0].line == 4 && diags.items[0].col == 2);
    cr_expect_str_eq(diags.items[0].hint, "did you mean \"msgvec\"?");
}
