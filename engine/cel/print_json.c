// SPDX-License-Identifier: Apache-2.0
// Values as JSON that keeps their type: {"type":"uint","value":"5"}.
#include <math.h>

#include "base/text.h"
#include "cel/text.h"
#include "cel/visit.h"

static void add_double(struct toc_buf *buf, double d) {
    char text[CEL_DOUBLE_TEXT];
    bool plain = true;
    size_t n;

    if (isnan(d) || isinf(d)) {
        toc_buf_adds(buf, isnan(d) ? "\"nan\"" : d > 0 ? "\"inf\"" : "\"-inf\"");
        return;
    }
    n = cel_format_double(text, d, 16);
    for (size_t i = 0; i < n; i++)
        plain &= (text[i] >= '0' && text[i] <= '9') || text[i] == '-';
    toc_buf_addf(buf, "\"%s%s\"", text, plain ? ".0" : "");
}

struct writer {
    struct toc_buf *buf;
    bool first;
};

static void entry(const struct cel_value *key, const struct cel_value *value, void *ctx) {
    struct writer *writer = ctx;

    toc_buf_adds(writer->buf, writer->first ? "" : ",");
    writer->first = false;
    if (!key) {
        cel_value_json(value, writer->buf);
        return;
    }
    toc_buf_addc(writer->buf, '[');
    cel_value_json(key, writer->buf);
    toc_buf_addc(writer->buf, ',');
    cel_value_json(value, writer->buf);
    toc_buf_addc(writer->buf, ']');
}

static void add_entries(struct toc_buf *buf, const struct cel_value *value) {
    struct writer writer = {.buf = buf, .first = true};

    toc_buf_addc(buf, '[');
    cel_visit(value, entry, &writer);
    toc_buf_addc(buf, ']');
}

static void add_text(struct toc_buf *buf, const struct cel_value *value) {
    _cleanup_toc_buf_ struct toc_buf text = {0};

    cel_value_text(value, &text);
    toc_buf_add_json_string(buf, text.p ? text.p : "", text.n);
}

static void add_value(struct toc_buf *buf, const struct cel_value *value) {
    switch ((enum cel_kind)value->kind) {
    case CEL_NULL: toc_buf_adds(buf, "null"); break;
    case CEL_BOOL: toc_buf_adds(buf, value->b ? "true" : "false"); break;
    case CEL_INT: toc_buf_addf(buf, "\"%lld\"", (long long)value->i); break;
    case CEL_UINT: toc_buf_addf(buf, "\"%llu\"", (unsigned long long)value->u); break;
    case CEL_DOUBLE: add_double(buf, value->d); break;
    case CEL_STRING: toc_buf_add_json_string(buf, value->s, value->n); break;
    case CEL_BYTES:
        toc_buf_addc(buf, '"');
        toc_buf_add_base64(buf, value->s, value->n);
        toc_buf_addc(buf, '"');
        break;
    case CEL_LIST:
    case CEL_MAP:
    case CEL_OBJECT: add_entries(buf, value); break;
    case CEL_TIMESTAMP:
    case CEL_DURATION:
        toc_buf_addf(buf, "{\"seconds\":%lld,\"nanos\":%d}", (long long)value->i,
                     (int)(int32_t)value->n);
        break;
    case CEL_OPTIONAL:
        if (value->optional)
            cel_value_json(value->optional, buf);
        else
            toc_buf_adds(buf, "null");
        break;
    default: add_text(buf, value); break;
    }
}

static const char *type_word(const struct cel_value *value) {
    switch ((enum cel_kind)value->kind) {
    case CEL_NULL: return "null";
    case CEL_TIMESTAMP: return "timestamp";
    case CEL_DURATION: return "duration";
    case CEL_OBJECT: return "map";
    case CEL_OPTIONAL: return "optional";
    case CEL_IP: return "ip";
    case CEL_CIDR: return "cidr";
    default: return cel_kind_name((enum cel_kind)value->kind);
    }
}

void cel_value_json(const struct cel_value *value, struct toc_buf *buf) {
    if (value->kind == CEL_ERROR) {
        toc_buf_addf(buf, "{\"error\":\"%s", cel_error_name((enum cel_error)value->error));
        if (value->s)
            toc_buf_addf(buf, ": %s", value->s);
        toc_buf_addc(buf, '"');
        toc_buf_addf(buf, ",\"kind\":\"%s\"}",
                     value->error == CEL_ERR_UNOBSERVED ? "unobserved" : "eval");
        return;
    }
    toc_buf_addf(buf, "{\"type\":\"%s\",\"value\":", type_word(value));
    add_value(buf, value);
    toc_buf_addc(buf, '}');
}
