// SPDX-License-Identifier: Apache-2.0
// The reference as JSON: an event, or the whole catalogue.

#include <errno.h>
#include <string.h>

#include "base/text.h"
#include "event/constants.h"
#include "event/reference.h"

static void add_string(struct toc_buf *buf, const char *text) {
    toc_buf_add_json_string(buf, text, strlen(text));
}

/* Objects and lists begin with a comma to drop: `first` says whether one is due. */
static void add_key(struct toc_buf *buf, const char *key, bool first) {
    if (!first)
        toc_buf_addc(buf, ',');
    add_string(buf, key);
    toc_buf_addc(buf, ':');
}

static void add_pair(struct toc_buf *buf, const char *key, const char *text, bool first) {
    add_key(buf, key, first);
    add_string(buf, text);
}

static void add_words(struct toc_buf *buf, const char *words) {
    const char *start = words;

    toc_buf_addc(buf, '[');
    while (*words) {
        size_t n = strcspn(words, " ");

        toc_buf_adds(buf, words == start ? "" : ",");
        toc_buf_add_json_string(buf, words, n);
        words += n + strspn(words + n, " ");
    }
    toc_buf_addc(buf, ']');
}

static void add_tags(struct toc_buf *buf, const char *key, uint8_t tags) {
    _cleanup_toc_buf_ struct toc_buf words = {0};

    toc_tags_add(&words, tags);
    add_key(buf, key, false);
    add_words(buf, words.n ? toc_buf_cstr(&words) : "");
}

static void add_arguments(struct toc_buf *buf, uint16_t id) {
    bool first = true;

    add_key(buf, "arguments", false);
    toc_buf_addc(buf, '[');
    for (uint16_t i = 0; i < toc_object_args.n_fields; i++) {
        const struct toc_field *field = &toc_object_args.fields[i];

        if (!(field->variants & toc_event_bit(id)))
            continue;
        toc_buf_adds(buf, first ? "{" : ",{");
        first = false;
        add_pair(buf, "name", field->name, true);
        add_pair(buf, "ctype", toc_argument_type(field, id), false);
        add_pair(buf, "type", toc_field_type(field), false);
        add_tags(buf, "tags", field->tags);
        add_tags(buf, "target_tags", toc_target_tags(field, id));
        add_pair(buf, "unit", field->unit, false);
        add_pair(buf, "doc", field->doc, false);
        toc_buf_addc(buf, '}');
    }
    toc_buf_addc(buf, ']');
}

static void add_hooks(struct toc_buf *buf, uint16_t id) {
    static const char *const states[] = {
        [TOC_HOOK_USED] = "used", [TOC_HOOK_NAMED] = "named", [TOC_HOOK_LATER] = "later"};
    bool first = true;

    add_key(buf, "hooks", false);
    toc_buf_addc(buf, '[');
    for (size_t i = 0; i < toc_hooks_n; i++) {
        const struct toc_hook *hook = &toc_hooks[i];

        if (!(hook->events & toc_event_bit(id)))
            continue;
        toc_buf_adds(buf, first ? "{" : ",{");
        first = false;
        add_pair(buf, "name", hook->name, true);
        add_pair(buf, "type", hook->type, false);
        add_pair(buf, "state", states[hook->state], false);
        add_pair(buf, "resolves_to", hook->resolves_to, false);
        add_pair(buf, "purpose", hook->purpose, false);
        toc_buf_addc(buf, '}');
    }
    toc_buf_addc(buf, ']');
}

static void add_numbers(struct toc_buf *buf, uint16_t id) {
    bool first = true;

    add_key(buf, "syscalls", false);
    toc_buf_addc(buf, '[');
    for (size_t i = 0; i < toc_syscalls_n; i++) {
        const struct toc_syscall *call = &toc_syscalls[i];

        if (call->event != id)
            continue;
        toc_buf_adds(buf, first ? "{" : ",{");
        first = false;
        add_pair(buf, "abi", toc_names_name(&toc_names_abi, call->abi), true);
        toc_buf_addf(buf, ",\"nr\":%d", call->nr);
        add_pair(buf, "via", toc_names_name(&toc_names_via, call->via), false);
        toc_buf_addc(buf, '}');
    }
    toc_buf_addc(buf, ']');
}

static void add_wrongs(struct toc_buf *buf, uint16_t id) {
    bool first = true;

    add_key(buf, "corrections", false);
    toc_buf_addc(buf, '[');
    for (size_t i = 0; i < toc_wrongs_n; i++) {
        if (toc_wrongs[i].event != id)
            continue;
        toc_buf_adds(buf, first ? "" : ",");
        first = false;
        add_string(buf, toc_wrongs[i].text);
    }
    toc_buf_addc(buf, ']');
}

static void add_groups(struct toc_buf *buf, uint16_t groups) {
    static const char *const names[] = {"send", "recv", "wait", "batch", "io_uring", "side", "own"};
    bool first = true;

    add_key(buf, "groups", false);
    toc_buf_addc(buf, '[');
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        if (!(groups >> i & 1))
            continue;
        toc_buf_adds(buf, first ? "" : ",");
        first = false;
        add_string(buf, names[i]);
    }
    toc_buf_addc(buf, ']');
}

static void add_event(struct toc_buf *buf, uint16_t id) {
    const struct toc_event_info *info = toc_event_info(id);
    const struct toc_page *page = toc_page(id);

    toc_buf_addc(buf, '{');
    add_pair(buf, "name", info->name, true);
    add_pair(buf, "doc", info->doc, false);
    add_groups(buf, info->groups);
    add_pair(buf, "intro", page->intro, false);
    add_pair(buf, "description", page->description, false);
    add_arguments(buf, id);
    add_hooks(buf, id);
    add_pair(buf, "use_case", page->use_case, false);
    add_pair(buf, "issues", page->issues, false);
    add_key(buf, "related", false);
    add_words(buf, page->related);
    add_numbers(buf, id);
    add_wrongs(buf, id);
    toc_buf_addc(buf, '}');
}

static const char *direction(const struct toc_field *field) {
    static const char *const names[] = {
        [TOC_DIR_NONE] = "",
        [TOC_DIR_IN] = "in",
        [TOC_DIR_OUT] = "out",
        [TOC_DIR_INOUT] = "inout",
        [TOC_DIR_SEND_IN] = "send:in recv:out",
        [TOC_DIR_SEND_IN_RECV_INOUT] = "send:in recv:inout",
    };

    return names[field->dir];
}

/* The events or families that have the field. */
static void add_variants(struct toc_buf *buf, const struct toc_object *object, uint64_t variants) {
    const struct toc_names *names =
        object == &toc_object_addr ? &toc_names_family : &toc_names_event;
    bool first = true;

    if (variants == TOC_ALL_VARIANTS)
        return;
    add_key(buf, object == &toc_object_addr ? "families" : "events", false);
    toc_buf_addc(buf, '[');
    for (uint16_t i = 0; i < names->n; i++) {
        if (!(variants >> names->items[i].value & 1))
            continue;
        toc_buf_adds(buf, first ? "" : ",");
        first = false;
        add_string(buf, names->items[i].name);
    }
    toc_buf_addc(buf, ']');
}

static void add_object(struct toc_buf *buf, const struct toc_object *object) {
    add_key(buf, object->name, object == toc_objects[0]);
    toc_buf_addc(buf, '{');
    add_pair(buf, "doc", object->doc, true);
    toc_buf_adds(buf, ",\"fields\":[");
    for (uint16_t i = 0; i < object->n_fields; i++) {
        const struct toc_field *field = &object->fields[i];

        toc_buf_adds(buf, i ? ",{" : "{");
        add_pair(buf, "name", field->name, true);
        add_pair(buf, "type", toc_field_type(field), false);
        if (field->kind == TOC_KIND_LIST)
            add_pair(buf, "of", field->object->name, false);
        if (field->names)
            add_pair(buf, "names", field->names->name, false);
        add_tags(buf, "tags", field->tags);
        add_pair(buf, "direction", direction(field), false);
        toc_buf_addf(buf, ",\"derived\":%s", field->derived ? "true" : "false");
        add_pair(buf, "unit", field->unit, false);
        add_pair(buf, "doc", field->doc, false);
        add_variants(buf, object, field->variants);
        toc_buf_addc(buf, '}');
    }
    toc_buf_adds(buf, "]}");
}

static const struct toc_names *const sets[] = {
#define NAMES(set) &toc_names_##set,
#define NAME(set, ident, value, text)
#define END(set)
#include "event/names.def"
};

static void add_names(struct toc_buf *buf, const struct toc_names *names, bool first) {
    add_key(buf, names->name, first);
    toc_buf_addc(buf, '[');
    for (uint16_t i = 0; i < names->n; i++) {
        toc_buf_adds(buf, i ? "," : "");
        add_string(buf, names->items[i].name);
    }
    toc_buf_addc(buf, ']');
}

static void add_catalogue(struct toc_buf *buf) {
    toc_buf_adds(buf, "{\"v\":1,\"events\":[");
    for (uint16_t i = 0; i < toc_names_event.n; i++) {
        toc_buf_adds(buf, i ? "," : "");
        add_event(buf, toc_names_event.items[i].value);
    }
    toc_buf_adds(buf, "],\"objects\":{");
    for (size_t i = 0; i < toc_objects_n; i++)
        add_object(buf, toc_objects[i]);
    toc_buf_adds(buf, "},\"names\":{");
    for (size_t i = 0; i < sizeof(sets) / sizeof(sets[0]); i++)
        add_names(buf, sets[i], !i);
    toc_buf_adds(buf, "},\"constants\":{");
    for (size_t i = 0; i < toc_constants_n; i++) {
        add_key(buf, toc_constants[i].name, !i);
        toc_buf_addi(buf, toc_constants[i].value);
    }
    toc_buf_adds(buf, "}}");
}

int toc_reference_json(uint16_t id, struct toc_buf *buf) {
    if (id == TOC_EVENT_NONE)
        add_catalogue(buf);
    else if (toc_page(id))
        add_event(buf, id);
    else
        return -ENOENT;
    toc_buf_addc(buf, '\n');
    return 0;
}
