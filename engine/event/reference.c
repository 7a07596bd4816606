// SPDX-License-Identifier: Apache-2.0
// The tables of the reference: pages, hooks, system call numbers, C types.

#include "event/reference.h"

#include "event/variants.h"

static const struct toc_page pages[64] = {
#define PAGE(name, ...) [TOC_EVENT_##name] = {TOC_EVENT_##name, __VA_ARGS__},
#define WRONG(name, text)
#include "event/pages.def"
};

const struct toc_wrong toc_wrongs[] = {
#define PAGE(name, ...)
#define WRONG(name, text) {TOC_EVENT_##name, text},
#include "event/pages.def"
};
const size_t toc_wrongs_n = sizeof(toc_wrongs) / sizeof(toc_wrongs[0]);

const struct toc_hook toc_hooks[] = {
#define HOOK(events, name, type, state, resolves_to, purpose)                                      \
    {events, name, type, TOC_HOOK_##state, resolves_to, purpose},
#include "event/hooks.def"
};
const size_t toc_hooks_n = sizeof(toc_hooks) / sizeof(toc_hooks[0]);

const struct toc_syscall toc_syscalls[] = {
#define SYSCALL(event, abi, nr, via, shape, time)                                                  \
    {TOC_EVENT_##event, TOC_abi_##abi, TOC_via_##via, nr},
#include "event/syscalls.def"
};
const size_t toc_syscalls_n = sizeof(toc_syscalls) / sizeof(toc_syscalls[0]);

static const struct {
    uint8_t bit;
    uint64_t events;
    const char *type;
} types[] = {
#define CTYPE(member, events, type) {TOC_args_##member, events, type},
#include "event/ctypes.def"
};

const struct toc_page *toc_page(uint16_t event) {
    return event < 64 && pages[event].intro ? &pages[event] : NULL;
}

const char *toc_argument_type(const struct toc_field *field, uint16_t event) {
    for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++)
        if (types[i].bit == field->bit && types[i].events & toc_event_bit(event))
            return types[i].type;
    return toc_field_type(field);
}

void toc_tags_add(struct toc_buf *buf, uint8_t tags) {
    static const struct {
        uint8_t tag;
        const char *name;
    } names[] = {
        {TOC_TAG_K, "K"}, {TOC_TAG_U, "U"}, {TOC_TAG_TOCTOU, "TOCTOU"}, {TOC_TAG_OPT, "OPT"}};
    bool first = true;

    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        if (!(tags & names[i].tag))
            continue;
        if (!first)
            toc_buf_addc(buf, ' ');
        toc_buf_adds(buf, names[i].name);
        first = false;
    }
}

/* What a system call's pointer points to is user memory, and not there when the pointer is null. */
uint8_t toc_target_tags(const struct toc_field *field, uint16_t event) {
    if (field->kind != TOC_KIND_POINTER || toc_event_info(event)->groups & GROUP_OWN)
        return 0;
    return TOC_TAG_U | TOC_TAG_TOCTOU | (field->tags & TOC_TAG_OPT);
}

const char *toc_field_type(const struct toc_field *field) {
    switch ((enum toc_kind)field->kind) {
    case TOC_KIND_BOOL: return "bool";
    case TOC_KIND_INT: return "int";
    case TOC_KIND_POINTER: return "uint";
    case TOC_KIND_TIME: return "timestamp";
    case TOC_KIND_ENUM:
    case TOC_KIND_STRING:
    case TOC_KIND_IP: return "string";
    case TOC_KIND_NAMES: return "list(string)";
    case TOC_KIND_BYTES:
    case TOC_KIND_HEX: return "bytes";
    case TOC_KIND_OBJECT: return field->object->name;
    case TOC_KIND_LIST: return "list";
    }
    return "";
}
