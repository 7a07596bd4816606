// SPDX-License-Identifier: Apache-2.0
// One message with its three witnesses side by side: what was shown, what was used, what is left.
#include <string.h>

#include "sink/text.h"

struct witness {
    const char *name;
    const struct toc_object *type;
    const void *object; /* NULL: not observed */
    uint32_t changed;   /* what of it differs from the view at entry */
};

/* Of the whole view; OK when it says none. */
static uint16_t status_of(const struct witness *witness) {
    const struct toc_field *field =
        toc_object_field(witness->type, "status", strlen("status"), TOC_ALL_VARIANTS);
    uint16_t status = TOC_status_ok;

    if (toc_field_present(field, witness->object))
        memcpy(&status, (const char *)witness->object + field->offset, sizeof(status));
    return status;
}

static const void *follow(const struct toc_event *event, const struct toc_field *field,
                          const void *object) {
    uint32_t off;

    if (!field || !object || field->kind != TOC_KIND_OBJECT || !toc_field_present(field, object))
        return NULL;
    memcpy(&off, (const char *)object + field->offset, sizeof(off));
    return toc_at(event, off);
}

/* What a witness says of a part: "name", "iov.ptr", "flags", … */
static void add_part(const struct toc_event *event, const struct witness *witness, const char *part,
                     struct toc_buf *out) {
    size_t n = strcspn(part, ".");
    const struct toc_field *field = toc_object_field(witness->type, part, n, TOC_ALL_VARIANTS);
    const void *object = witness->object;

    uint16_t status = object ? status_of(witness) : TOC_status_absent;

    if (status != TOC_status_ok) {
        toc_buf_adds(out,
                     status == TOC_status_absent ? "-" : toc_names_name(&toc_names_status, status));
        return;
    }
    if (!strcmp(part, "name")) {
        toc_text_addr(event, follow(event, field, object), out);
        return;
    }
    if (part[n] == '.') {
        object = follow(event, field, object);
        field = object ? toc_object_field(field->object, part + n + 1, strlen(part + n + 1),
                                          TOC_ALL_VARIANTS)
                       : NULL;
    }
    toc_text_field(event, field, object, out);
}

static void add_witnesses(const struct toc_event *event, const struct witness *witnesses,
                          uint16_t part, bool color, struct toc_buf *out) {
    for (int i = 0; i < 3; i++) {
        bool differs = witnesses[i].changed >> part & 1;

        toc_buf_addf(out, "%s%s%s%s ", i ? "   " : "", toc_style(color, TOC_STYLE_DIM),
                     witnesses[i].name, toc_style(color, TOC_STYLE_PLAIN));
        toc_buf_adds(out, toc_style(differs && color, TOC_STYLE_BOLD_RED));
        add_part(event, &witnesses[i], toc_names_name(&toc_names_part, part), out);
        toc_buf_adds(out, toc_style(differs && color, TOC_STYLE_PLAIN));
    }
}

static void add_changed(const struct toc_msg *msg, bool color, struct toc_buf *out) {
    const char *between = "   changed ";

    if (!TOC_HAS(msg, msg, changed) || !msg->changed)
        return;
    toc_buf_adds(out, toc_style(color, TOC_STYLE_BOLD));
    for (uint16_t part = 0; part < 32; part++) {
        if (!(msg->changed >> part & 1))
            continue;
        toc_buf_addf(out, "%s%s", between, toc_names_name(&toc_names_part, part));
        between = ", ";
    }
    toc_buf_adds(out, toc_style(color, TOC_STYLE_PLAIN));
}

void toc_text_message(const struct toc_event *event, const struct toc_msg *msg, bool color,
                      struct toc_buf *out) {
    const struct witness witnesses[3] = {
        {"enter", &toc_object_view, toc_at(event, msg->enter), 0},
        {"kernel", &toc_object_kernel, toc_at(event, msg->kernel), msg->changed_kernel},
        {"exit", &toc_object_view, toc_at(event, msg->exit), msg->changed_exit},
    };
    size_t start = out->n, width;

    toc_buf_addf(out, TOC_TEXT_INDENT "msg %-3u ", msg->index);
    width = out->n - start;
    add_witnesses(event, witnesses, TOC_part_name, color, out);
    add_changed(msg, color, out);
    toc_buf_addc(out, '\n');
    for (uint16_t part = TOC_part_name + 1; part < toc_names_part.n; part++) {
        if (!(msg->changed >> part & 1))
            continue;
        toc_buf_addf(out, "%*s%s   ", (int)width, "", toc_names_name(&toc_names_part, part));
        add_witnesses(event, witnesses, part, color, out);
        toc_buf_addc(out, '\n');
    }
}
