// SPDX-License-Identifier: Apache-2.0
// What the parameters of a capture's events become.
#include <string.h>

#include "base/limits.h"
#include "base/text.h"
#include "source/import_scap.h"

/* Of the family that the module tells. */
enum { IS_UNIX = 1, IS_INET = 2, IS_INET6 = 10 };

const struct scap_param *scap_find(const struct scap_event *event, const char *names,
                                   const char *name) {
    size_t n = strlen(name);

    for (uint32_t i = 0; event && *names && i < event->n_params; i++) {
        size_t word = strcspn(names, " ");

        if (word == n && !memcmp(names, name, n))
            return event->params[i].n ? &event->params[i] : NULL;
        names += word + (names[word] == ' ');
    }
    return NULL;
}

/* Of the entry, else of the return. */
static const struct scap_param *param(const struct scap_call *call, const char *name) {
    const struct scap_param *found = scap_find(call->entry, call->row->entry, name);

    return found ? found : scap_find(call->leave, call->row->leave, name);
}

bool scap_number(const struct scap_param *p, int64_t *ret) {
    switch (p ? p->n : 0) {
    case 2: *ret = (int16_t)scap_u16(p->p); return true;
    case 4: *ret = (int32_t)scap_u32(p->p); return true;
    case 8: *ret = (int64_t)scap_u64(p->p); return true;
    default: return false;
    }
}

void scap_put_arg(struct toc_import *import, const struct scap_call *call, const char *key,
                  const char *name) {
    const struct toc_field *field =
        toc_object_field(&toc_object_args, key, strlen(key), toc_event_bit(call->row->event));
    int64_t value;

    if (!field || field->kind == TOC_KIND_POINTER || !scap_number(param(call, name), &value))
        return;
    if (field->is_signed)
        toc_put_int(import, call->args, key, (int32_t)value);
    else
        toc_put_uint(import, call->args, key, (uint32_t)value);
}

/* ---- Addresses ---- */

static void put_inet(struct toc_import *import, struct toc_node *addr, const uint8_t *ip,
                     uint8_t version, const uint8_t *port) {
    struct toc_ip address = {.version = version};
    char text[TOC_IP_TEXT];

    memcpy(address.bytes, ip, version == 4 ? 4 : 16);
    toc_put_word(import, addr, "status", "ok");
    toc_put_word(import, addr, "family", version == 4 ? "inet" : "inet6");
    toc_put_text(import, addr, "ip", text, toc_ip_format(text, &address));
    toc_put_uint(import, addr, "port", scap_u16(port));
}

/* What the module calls a tuple: source and destination. Of what was sent the destination is the
 * address given, else the one that the socket is connected to; of what was received the source is
 * remote. */
static void put_tuple(struct toc_import *import, const struct scap_call *call, bool receives) {
    const struct scap_param *tuple = param(call, "tuple");
    uint8_t family = tuple ? tuple->p[0] : 0, size = family == IS_INET ? 4 : 16;
    struct toc_node *sock;
    const uint8_t *source, *dest;

    if (family != IS_INET && family != IS_INET6 && family != IS_UNIX)
        return;
    sock = toc_put_map(import, call->root, "sock");
    toc_put_word(import, sock, "family",
                 family == IS_INET    ? "inet"
                 : family == IS_INET6 ? "inet6"
                                      : "unix");
    if (family == IS_UNIX || tuple->n < 1 + 2 * (size + 2u))
        return;
    source = tuple->p + 1;
    dest = source + size + 2;
    put_inet(import, toc_put_map(import, sock, receives ? "peer" : "local"), source,
             size == 4 ? 4 : 6, source + size);
    put_inet(import, toc_put_map(import, sock, receives ? "local" : "peer"), dest,
             size == 4 ? 4 : 6, dest + size);
}

/* A family, and an address with its port, or a path. */
void scap_put_connect(struct toc_import *import, const struct scap_call *call) {
    const struct scap_param *addr = param(call, "addr");
    uint8_t family = addr ? addr->p[0] : 0, size = family == IS_INET ? 4 : 16;
    struct toc_node *view;

    put_tuple(import, call, false);
    if (!addr || (family != IS_UNIX && (addr->n < 1 + size + 2u || family > IS_INET6)))
        return;
    view = toc_put_map(import, toc_put_map(import, call->root, "addr"),
                       call->entry ? "enter" : "exit");
    if (family == IS_INET || family == IS_INET6) {
        put_inet(import, view, addr->p + 1, size == 4 ? 4 : 6, addr->p + 1 + size);
        return;
    }
    toc_put_word(import, view, "status", family == IS_UNIX ? "ok" : "absent");
    if (family != IS_UNIX)
        return;
    toc_put_word(import, view, "family", "unix");
    toc_put_text(import, view, "path", (const char *)addr->p + 1,
                 strnlen((const char *)addr->p + 1, addr->n - 1));
}

/* ---- Messages and waits ---- */

void scap_put_message(struct toc_import *import, const struct scap_call *call) {
    bool receives = toc_event_info(call->row->event)->groups & GROUP_RECV;
    const struct scap_param *data = param(call, "data");
    struct toc_node *batch = toc_put_map(import, call->root, "batch"), *msg, *view, *iov;
    int64_t size;

    put_tuple(import, call, receives);
    toc_put_uint(import, batch, "requested", 1);
    msg = toc_put_map(import, toc_put_list(import, call->root, "msgs"), NULL);
    toc_put_uint(import, msg, "index", 0);
    if (call->ret >= 0)
        toc_put_uint(import, msg, "len", (uint32_t)call->ret);
    view = toc_put_map(import, msg, "exit");
    toc_put_word(import, view, "status", "ok");
    iov = toc_put_map(import, view, "iov");
    toc_put_word(import, iov, "status", "ok");
    if (scap_number(param(call, "size"), &size))
        toc_put_uint(import, iov, "bytes", (uint32_t)size);
    if (!data || data->n > TOC_MAX_PAYLOAD)
        return;
    toc_put_data(import, iov, "data", data->p, data->n);
    toc_put_uint(import, iov, "data_len", data->n);
    toc_put_bool(import, iov, "data_truncated", call->ret > 0 && data->n < (uint64_t)call->ret);
    toc_put_word(import, iov, "data_status", "ok");
}

/* The module numbers the events of poll in its own way. */
static uint16_t poll_events(uint16_t theirs) {
    static const uint16_t ours[] = {0x1,  0x2,  0x4,  0x2000, 0x8,  0x10,
                                    0x20, 0x40, 0x80, 0x100,  0x200};
    uint16_t events = 0;

    for (size_t i = 0; i < sizeof(ours) / sizeof(ours[0]); i++)
        if (theirs >> i & 1)
            events |= ours[i];
    return events;
}

/* A number of descriptors in two bytes, and for each eight of it and two of its events. */
void scap_put_poll(struct toc_import *import, const struct scap_call *call) {
    const struct scap_param *list = scap_find(call->entry, call->row->entry, "fds");
    struct toc_node *fds, *element, *view, *wait;
    uint32_t told, n = 0;

    if (!list || list->n < 2)
        return;
    told = scap_u16(list->p);
    fds = toc_put_list(import, call->root, "fds");
    for (const uint8_t *p = list->p + 2;
         n < told && n < TOC_MAX_POLLFDS && p + 10 <= list->p + list->n; p += 10) {
        element = toc_put_map(import, fds, NULL);
        toc_put_uint(import, element, "index", n++);
        view = toc_put_map(import, element, "enter");
        toc_put_word(import, view, "status", "ok");
        toc_put_int(import, view, "fd", (int32_t)scap_u64(p));
        toc_put_uint(import, view, "events", poll_events(scap_u16(p + 8)));
    }
    toc_put_uint(import, call->args, "nfds", told);
    wait = toc_put_map(import, call->root, "wait");
    toc_put_uint(import, wait, "captured", n);
    toc_put_bool(import, wait, "truncated", n < told);
}
