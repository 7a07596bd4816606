// SPDX-License-Identifier: Apache-2.0
// The arguments of Tracee: mostly by the names that we have for them, too.
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "event/constants.h"
#include "event/variants.h"
#include "source/import_tracee.h"

/* Where Tracee has another name. */
static const struct {
    const char *theirs, *ours;
} aliases[] = {{"tmo_p", "timeout"}, {"p", "params"}, {"usockaddr", "addr"}, {"arg", "arg2"}};

/* "A|B|0x10" of names of ours. */
static bool parse_flags(const char *s, uint64_t *ret) {
    *ret = 0;
    while (*s) {
        size_t n = strcspn(s, "|");
        int64_t value;
        char *end;

        if (!toc_constant_value(s, n, &value)) {
            errno = 0;
            value = (int64_t)strtoull(s, &end, 0);
            if (errno || end != s + n || !n)
                return false;
        }
        *ret |= (uint64_t)value;
        s += n + (s[n] == '|');
    }
    return true;
}

bool toc_tracee_number(const json_t *value, uint64_t *ret) {
    if (json_is_integer(value)) {
        *ret = (uint64_t)json_integer_value(value);
        return true;
    }
    return json_is_string(value) && json_string_length(value) &&
           parse_flags(json_string_value(value), ret);
}

const json_t *toc_tracee_value(const json_t *arg) {
    const char *key;
    json_t *value;

    json_object_foreach((json_t *)(uintptr_t)arg, key,
                        value) if (strcmp(key, "name") != 0 &&
                                   strcmp(key, "type") != 0) return value;
    return NULL;
}

static const struct toc_field *field_of(uint16_t id, const char *name) {
    for (size_t i = 0; i < sizeof(aliases) / sizeof(aliases[0]); i++)
        if (!strcmp(aliases[i].theirs, name) &&
            toc_object_field(&toc_object_args, aliases[i].ours, strlen(aliases[i].ours),
                             toc_event_bit(id)))
            name = aliases[i].ours;
    return toc_object_field(&toc_object_args, name, strlen(name), toc_event_bit(id));
}

/* A register: as wide as the field, whatever sign the other tool gave it. */
static void put_integer(struct toc_import *import, struct toc_node *args,
                        const struct toc_field *field, uint64_t value) {
    unsigned unused = 64 - 8u * field->width;

    value <<= unused;
    if (field->is_signed)
        toc_put_int(import, args, field->name, (int64_t)value >> unused);
    else
        toc_put_uint(import, args, field->name, value >> unused);
}

static void put_pointer(struct toc_import *import, struct toc_node *root, struct toc_node *args,
                        const struct toc_field *field, uint64_t value) {
    struct toc_node *timeout;

    toc_put_ptr(import, args, field->name, value);
    if (strcmp(field->name, "timeout") != 0)
        return;
    timeout = toc_put_map(import, root, "timeout");
    toc_put_ptr(import, timeout, "ptr", value);
    if (!value)
        toc_put_word(import, toc_put_map(import, timeout, "enter"), "status", "null");
}

/* A text or number as 16 bits. */
static void put_port(struct toc_import *import, struct toc_node *addr, const json_t *value) {
    uint64_t port;

    if (value && toc_tracee_number(value, &port) && port <= UINT16_MAX)
        toc_put_uint(import, addr, "port", port);
}

static void put_string(struct toc_import *import, struct toc_node *in, const char *key,
                       const json_t *value) {
    if (json_is_string(value))
        toc_put_text(import, in, key, json_string_value(value), json_string_length(value));
}

/* {"sa_family":"AF_INET","sin_addr":"127.0.0.1","sin_port":"53"} */
static void put_addr(struct toc_import *import, struct toc_node *addr, const json_t *value) {
    const char *family = json_string_value(json_object_get(value, "sa_family"));

    toc_put_word(import, addr, "status", family ? "ok" : "absent");
    if (!family)
        return;
    if (!strcmp(family, "AF_INET")) {
        toc_put_word(import, addr, "family", "inet");
        put_string(import, addr, "ip", json_object_get(value, "sin_addr"));
        put_port(import, addr, json_object_get(value, "sin_port"));
    } else if (!strcmp(family, "AF_INET6")) {
        toc_put_word(import, addr, "family", "inet6");
        put_string(import, addr, "ip", json_object_get(value, "sin6_addr"));
        put_port(import, addr, json_object_get(value, "sin6_port"));
    } else if (!strcmp(family, "AF_UNIX")) {
        toc_put_word(import, addr, "family", "unix");
        put_string(import, addr, "path", json_object_get(value, "sun_path"));
    }
}

/* Read when the call returned, as all that Tracee reads of system calls. */
static void put_sockaddr(struct toc_import *import, struct toc_node *root, uint16_t id,
                         const json_t *value) {
    struct toc_node *msg, *view;

    if (id == TOC_EVENT_connect) {
        view = toc_put_map(import, root, "addr");
        put_addr(import, toc_put_map(import, view, "exit"), value);
        return;
    }
    msg = toc_put_map(import, toc_put_list(import, root, "msgs"), NULL);
    toc_put_uint(import, msg, "index", 0);
    view = toc_put_map(import, msg, "exit");
    toc_put_word(import, view, "status", "ok");
    put_addr(import, toc_put_map(import, view, "name"), value);
}

/* `seen` has a bit for each field. One that came before would be refused: the first holds. */
static void put_arg(struct toc_import *import, struct toc_node *root, struct toc_node *args,
                    uint16_t id, const json_t *arg, uint64_t *seen) {
    const char *name = json_string_value(json_object_get(arg, "name"));
    const struct toc_field *field = name ? field_of(id, name) : NULL;
    const json_t *value = toc_tracee_value(arg);
    uint64_t number;

    if (!field || !value || *seen >> field->bit & 1)
        return;
    *seen |= UINT64_C(1) << field->bit;
    if (json_is_object(value) && strstr(field->name, "addr"))
        put_sockaddr(import, root, id, value);
    else if (!toc_tracee_number(value, &number))
        return;
    else if (field->kind == TOC_KIND_POINTER)
        put_pointer(import, root, args, field, number);
    else
        put_integer(import, args, field, number);
}

void toc_tracee_args(struct toc_import *import, struct toc_node *root, uint16_t id,
                     const json_t *list) {
    struct toc_node *args = toc_put_map(import, root, "args");
    uint64_t seen = 0;
    const json_t *arg;
    size_t i;

    json_array_foreach(list, i, arg) put_arg(import, root, args, id, arg, &seen);
}
