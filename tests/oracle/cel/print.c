// SPDX-License-Identifier: Apache-2.0
// Values of the oracle as a person reads them in a report.
#include "oracle.h"

static void print_text(const struct ov *value, struct toc_buf *buf) {
    toc_buf_adds(buf, value->kind == CEL_BYTES ? "b\"" : "\"");
    for (size_t i = 0; i < value->n; i++) {
        unsigned char c = (unsigned char)value->s[i];

        if (c < 0x20 || c == '"' || c == '\\' || (c >= 0x7f && value->kind == CEL_BYTES))
            toc_buf_addf(buf, "\\x%02x", c);
        else
            toc_buf_addc(buf, (char)c);
    }
    toc_buf_addc(buf, '"');
}

static void print_items(const struct ov *value, struct toc_buf *buf) {
    bool map = value->kind == CEL_MAP;

    toc_buf_adds(buf, map ? "{" : "[");
    for (size_t i = 0; i < value->n; i++) {
        toc_buf_adds(buf, i ? ", " : "");
        ov_print(&value->items[map ? 2 * i : i], buf);
        if (!map)
            continue;
        toc_buf_adds(buf, ": ");
        ov_print(&value->items[2 * i + 1], buf);
    }
    toc_buf_adds(buf, map ? "}" : "]");
}

static void print_optional(const struct ov *value, struct toc_buf *buf) {
    toc_buf_adds(buf, value->n ? "optional.of(" : "optional.none(");
    if (value->n)
        ov_print(&value->items[0], buf);
    toc_buf_addc(buf, ')');
}

static void print_nanoseconds(const struct ov *value, struct toc_buf *buf) {
    toc_buf_addf(buf, "%s of %lld s + %lld ns", ov_type_name(value),
                 (long long)(value->ns / 1000000000), (long long)(value->ns % 1000000000));
}

void ov_print(const struct ov *value, struct toc_buf *buf) {
    switch (value->kind) {
    case CEL_ERROR: toc_buf_addf(buf, "error: %s", cel_error_name(value->error)); break;
    case CEL_NULL: toc_buf_adds(buf, "null"); break;
    case CEL_BOOL: toc_buf_adds(buf, value->b ? "true" : "false"); break;
    case CEL_INT: toc_buf_addi(buf, value->i); break;
    case CEL_UINT: toc_buf_addf(buf, "%lluu", (unsigned long long)value->u); break;
    case CEL_DOUBLE: toc_buf_addf(buf, "double %.17g", value->d); break;
    case CEL_STRING:
    case CEL_BYTES: print_text(value, buf); break;
    case CEL_LIST:
    case CEL_MAP: print_items(value, buf); break;
    case CEL_TIMESTAMP:
    case CEL_DURATION: print_nanoseconds(value, buf); break;
    case CEL_TYPE: toc_buf_addf(buf, "type %s", value->s); break;
    case CEL_OBJECT: toc_buf_addf(buf, "a %s", value->object->name); break;
    case CEL_IP:
    case CEL_CIDR: toc_buf_addf(buf, "%s", ov_type_name(value)); break;
    case CEL_OPTIONAL: print_optional(value, buf); break;
    default: toc_buf_adds(buf, "?"); break;
    }
}
