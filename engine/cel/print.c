// SPDX-License-Identifier: Apache-2.0
// Values as CEL literals, and as a person reads them in a message.
#include "base/text.h"
#include "cel/text.h"
#include "cel/visit.h"

static void add_escape(struct toc_buf *buf, uint32_t c) {
    static const char plain[] = "\a\b\f\n\r\t\v\"\\", letters[] = "abfnrtv\"\\";
    const char *found = c ? __builtin_strchr(plain, (int)(c < 0x80 ? c : 0)) : NULL;
    char utf8[4];

    if (c < 0x80 && found && *found)
        toc_buf_addf(buf, "\\%c", letters[found - plain]);
    else if (c < 0x20 || (c >= 0x7f && c < 0xa0))
        toc_buf_addf(buf, "\\x%02x", c);
    else
        toc_buf_add(buf, utf8, cel_utf8_put(utf8, c));
}

static void add_string(struct toc_buf *buf, const struct cel_value *value) {
    toc_buf_addc(buf, '"');
    for (size_t i = 0; i < value->n;) {
        uint32_t c;

        i += cel_utf8_get(value->s + i, value->n - i, &c);
        add_escape(buf, c);
    }
    toc_buf_addc(buf, '"');
}

static void add_bytes(struct toc_buf *buf, const struct cel_value *value) {
    toc_buf_adds(buf, "b\"");
    for (size_t i = 0; i < value->n; i++) {
        unsigned char c = (unsigned char)value->s[i];

        if (c >= 0x80)
            toc_buf_addf(buf, "\\x%02x", c);
        else
            add_escape(buf, c);
    }
    toc_buf_addc(buf, '"');
}

static void add_double(struct toc_buf *buf, double d) {
    char text[CEL_DOUBLE_TEXT];
    size_t n = cel_format_double(text, d, 17);
    bool plain = true;

    for (size_t i = 0; i < n; i++)
        plain &= (text[i] >= '0' && text[i] <= '9') || text[i] == '-';
    if (text[n - 1] == 'N' || text[n - 1] == 'y')
        toc_buf_addf(buf, "double(\"%s\")", text);
    else
        toc_buf_addf(buf, "%s%s", text, plain ? ".0" : "");
}

static void add_call(struct toc_buf *buf, const char *function, const struct cel_value *value) {
    char text[CEL_TIME_TEXT + TOC_IP_TEXT];

    switch (value->kind) {
    case CEL_TIMESTAMP: cel_format_timestamp(text, value); break;
    case CEL_DURATION: cel_format_duration(text, value); break;
    default: toc_ip_format(text, value->ip); break;
    }
    toc_buf_addf(buf, "%s(\"%s", function, text);
    if (value->kind == CEL_CIDR)
        toc_buf_addf(buf, "/%u", value->n);
    toc_buf_adds(buf, "\")");
}

static void add_type(struct toc_buf *buf, const struct cel_type *type) {
    toc_buf_adds(buf, type->kind == CEL_OBJECT && type->object ? type->object->name
                                                               : cel_kind_name(type->kind));
}

static void add_optional(struct toc_buf *buf, const struct cel_value *value) {
    if (!value->optional) {
        toc_buf_adds(buf, "optional.none()");
        return;
    }
    toc_buf_adds(buf, "optional.of(");
    cel_value_literal(value->optional, buf);
    toc_buf_addc(buf, ')');
}

static void add_error(struct toc_buf *buf, const struct cel_value *value) {
    toc_buf_addf(buf, "error: %s", cel_error_name((enum cel_error)value->error));
    if (value->s)
        toc_buf_addf(buf, ": %s", value->s);
}

struct writer {
    struct toc_buf *buf;
    bool first, literal;
};

static void add_nested(struct writer *writer, const struct cel_value *value) {
    if (writer->literal)
        cel_value_literal(value, writer->buf);
    else
        cel_value_text(value, writer->buf);
}

static void entry(const struct cel_value *key, const struct cel_value *value, void *ctx) {
    struct writer *writer = ctx;

    toc_buf_adds(writer->buf, writer->first ? "" : ", ");
    writer->first = false;
    if (key) {
        add_nested(writer, key);
        toc_buf_adds(writer->buf, ": ");
    }
    add_nested(writer, value);
}

static void add_entries(struct toc_buf *buf, const struct cel_value *value, bool literal) {
    struct writer writer = {.buf = buf, .first = true, .literal = literal};

    toc_buf_addc(buf, value->kind == CEL_LIST ? '[' : '{');
    cel_visit(value, entry, &writer);
    toc_buf_addc(buf, value->kind == CEL_LIST ? ']' : '}');
}

void cel_value_literal(const struct cel_value *value, struct toc_buf *buf) {
    switch ((enum cel_kind)value->kind) {
    case CEL_NULL: toc_buf_adds(buf, "null"); break;
    case CEL_BOOL: toc_buf_adds(buf, value->b ? "true" : "false"); break;
    case CEL_INT: toc_buf_addi(buf, value->i); break;
    case CEL_UINT: toc_buf_addf(buf, "%lluu", (unsigned long long)value->u); break;
    case CEL_DOUBLE: add_double(buf, value->d); break;
    case CEL_STRING: add_string(buf, value); break;
    case CEL_BYTES: add_bytes(buf, value); break;
    case CEL_LIST:
    case CEL_MAP:
    case CEL_OBJECT: add_entries(buf, value, true); break;
    case CEL_TIMESTAMP: add_call(buf, "timestamp", value); break;
    case CEL_DURATION: add_call(buf, "duration", value); break;
    case CEL_IP: add_call(buf, "ip", value); break;
    case CEL_CIDR: add_call(buf, "cidr", value); break;
    case CEL_TYPE: add_type(buf, value->type); break;
    case CEL_OPTIONAL: add_optional(buf, value); break;
    case CEL_ERROR: add_error(buf, value); break;
    case CEL_DYN:
    case CEL_PARAM: break;
    }
}

void cel_value_text(const struct cel_value *value, struct toc_buf *buf) {
    char text[CEL_TIME_TEXT + CEL_DOUBLE_TEXT + TOC_IP_TEXT];

    switch ((enum cel_kind)value->kind) {
    case CEL_STRING: toc_buf_add(buf, value->s, value->n); break;
    // What is a uint in a record is a pointer.
    case CEL_UINT: toc_buf_addf(buf, "0x%llx", (unsigned long long)value->u); break;
    case CEL_DOUBLE: toc_buf_add(buf, text, cel_format_double(text, value->d, 17)); break;
    case CEL_BYTES: toc_buf_add_hex(buf, value->s, value->n); break;
    case CEL_TIMESTAMP: toc_buf_add(buf, text, cel_format_timestamp(text, value)); break;
    case CEL_DURATION: toc_buf_add(buf, text, cel_format_duration(text, value)); break;
    case CEL_IP:
    case CEL_CIDR:
        toc_buf_add(buf, text, toc_ip_format(text, value->ip));
        if (value->kind == CEL_CIDR)
            toc_buf_addf(buf, "/%u", value->n);
        break;
    case CEL_LIST:
    case CEL_MAP:
    case CEL_OBJECT: add_entries(buf, value, false); break;
    case CEL_OPTIONAL:
        if (value->optional)
            cel_value_text(value->optional, buf);
        break;
    default: cel_value_literal(value, buf); break;
    }
}
