// SPDX-License-Identifier: Apache-2.0
// JSON Lines of Tracee: of a system call its arguments as numbers, and its return; of connect and
// its like also the address.
//
// Three generations are known: with containerId and podName side by side (to 0.11), with container
// and kubernetes as objects (to 0.24), and with workload and data (v1beta1). One file may hold all
// of them.
#include <jansson.h>
#include <string.h>

#include "base/text.h"
#include "event/reference.h"
#include "event/variants.h"
#include "source/import.h"
#include "source/import_tracee.h"

#define NS_PER_S 1000000000.0

/* A key at the top of the object that the text begins with, as far as it goes. */
static bool has_key(const char *s, size_t n, const char *key) {
    size_t key_n = strlen(key);
    const char *at = memmem(s, n, key, key_n);

    return at && (at == s || at[-1] != '\\');
}

static bool is_blank(char c) {
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static bool tracee_detect(const char *head, size_t n) {
    const char *nl;

    while (n && is_blank(*head))
        head++, n--;
    nl = memchr(head, '\n', n);
    n = nl ? (size_t)(nl - head) : n;
    if (!n || *head != '{' || has_key(head, n, "\"event\":"))
        return false;
    return has_key(head, n, "\"eventName\":") || has_key(head, n, "\"eventId\":") ||
           has_key(head, n, "\"matchedPolicies\":") || has_key(head, n, "\"workload\":") ||
           (has_key(head, n, "\"timestamp\":") && has_key(head, n, "\"policies\":"));
}

static void put_number(struct toc_import *import, struct toc_node *in, const char *key,
                       const json_t *value) {
    if (json_is_integer(value))
        toc_put_int(import, in, key, json_integer_value(value));
}

static void put_string(struct toc_import *import, struct toc_node *in, const char *key,
                       const json_t *value) {
    if (json_is_string(value) && json_string_length(value))
        toc_put_text(import, in, key, json_string_value(value), json_string_length(value));
}

/* The first of the two that is there. */
static const json_t *either(const json_t *object, const char *one, const char *other) {
    const json_t *value = json_object_get(object, one);

    return value ? value : json_object_get(object, other);
}

/* What is at the end of a path of at most four keys; NULL when it breaks off. */
static const json_t *at_path(const json_t *json, const char *const *keys) {
    while (json && *keys)
        json = json_object_get(json, *keys++);
    return json;
}
#define AT(json, ...) at_path(json, (const char *const[]){__VA_ARGS__, NULL})

/* Nanoseconds of the wall clock, of older versions since boot; of the first, seconds; of v1beta1 a
 * date. */
static void put_time(struct toc_import *import, struct toc_node *meta, const json_t *time) {
    int64_t ns;

    if (json_is_integer(time))
        toc_put_time(import, meta, "time", json_integer_value(time));
    else if (json_is_real(time) && json_real_value(time) >= 0 && json_real_value(time) < 9e9)
        toc_put_time(import, meta, "time", (int64_t)(json_real_value(time) * NS_PER_S));
    else if (json_is_string(time) &&
             !toc_time_parse(json_string_value(time), json_string_length(time), &ns))
        toc_put_time(import, meta, "time", ns);
}

/* Tracee numbers system calls as the machine it was built for does. */
static const char *abi_of(const char *name, int64_t id) {
    for (size_t i = 0; i < toc_syscalls_n; i++)
        if (toc_syscalls[i].nr == id && toc_syscalls[i].via == TOC_via_syscall &&
            !strcmp(toc_event_info(toc_syscalls[i].event)->name, name) &&
            (toc_syscalls[i].abi == TOC_abi_x86_64 || toc_syscalls[i].abi == TOC_abi_arm64))
            return toc_names_name(&toc_names_abi, toc_syscalls[i].abi);
    return NULL;
}

static int64_t id_of(const json_t *record) {
    const json_t *id = json_object_get(record, "eventId");
    uint64_t value;

    if (json_is_integer(id))
        return json_integer_value(id);
    return json_is_string(id) && toc_tracee_number(id, &value) ? (int64_t)value : -1;
}

static void put_abi(struct toc_import *import, struct toc_node *meta, const json_t *record,
                    const char *name) {
    bool compat = json_is_true(AT(record, "contextFlags", "isCompat")) ||
                  json_is_true(AT(record, "workload", "process", "thread", "compat"));
    const char *abi = compat ? "i386" : abi_of(name, id_of(record));

    if (abi)
        toc_put_word(import, meta, "abi", abi);
    // A call inside socketcall is an event of socketcall.
    toc_put_word(import, meta, "via", "syscall");
    if (abi && !compat)
        toc_put_int(import, meta, "nr", id_of(record));
}

static void put_proc(struct toc_import *import, struct toc_node *root, const json_t *record) {
    struct toc_node *proc = toc_put_map(import, root, "proc");
    const json_t *pid = either(record, "hostProcessId", "processId");
    const json_t *group = json_object_get(record, "cgroupId");

    put_number(import, proc, "pid", pid);
    put_number(import, proc, "tid", either(record, "hostThreadId", "threadId"));
    put_number(import, proc, "ppid", either(record, "hostParentProcessId", "parentProcessId"));
    put_number(import, proc, "uid", json_object_get(record, "userId"));
    put_number(import, proc, "pid_ns", json_object_get(record, "pidNamespace"));
    if (json_is_integer(group) && json_integer_value(group) > 0)
        put_number(import, proc, "cgroup_id", group);
    put_string(import, proc, "comm", json_object_get(record, "processName"));
    put_string(import, proc, "exe", AT(record, "executable", "path"));
    if (json_string_length(json_object_get(record, "containerId")))
        put_string(import, proc, "container", json_object_get(record, "containerId"));
    else
        put_string(import, proc, "container", AT(record, "container", "id"));
    if (json_is_integer(pid))
        toc_put_proc_id(import, proc, json_integer_value(pid));
}

static void put_workload(struct toc_import *import, struct toc_node *root, const json_t *record) {
    const json_t *process = AT(record, "workload", "process"), *pid;
    const json_t *ancestors = json_object_get(process, "ancestors");
    struct toc_node *proc = toc_put_map(import, root, "proc");

    pid = either(process, "host_pid", "pid");
    put_number(import, proc, "pid", pid);
    put_number(import, proc, "tid", AT(process, "thread", "host_tid"));
    put_number(import, proc, "ppid", json_object_get(json_array_get(ancestors, 0), "host_pid"));
    put_number(import, proc, "uid", AT(process, "real_user", "id"));
    put_string(import, proc, "comm", AT(process, "thread", "name"));
    put_string(import, proc, "exe", AT(process, "executable", "path"));
    put_string(import, proc, "container", AT(record, "workload", "container", "id"));
    if (json_is_integer(pid))
        toc_put_proc_id(import, proc, json_integer_value(pid));
}

/* Numbers of v1beta1 that may not fit a double are strings. */
static void put_ret(struct toc_import *import, struct toc_node *meta, const json_t *value) {
    uint64_t ret;

    if (value && toc_tracee_number(value, &ret))
        toc_put_int(import, meta, "ret", (int64_t)ret);
}

static const json_t *returned(const json_t *record) {
    const json_t *data = json_object_get(record, "data"), *value;
    size_t i;

    json_array_foreach(data, i, value) {
        const char *name = json_string_value(json_object_get(value, "name"));

        if (name && !strcmp(name, "returnValue"))
            return toc_tracee_value(value);
    }
    return json_object_get(record, "returnValue");
}

static int put_record(struct toc_import *import, const json_t *record, const char *name,
                      uint16_t id, const struct toc_node **ret) {
    struct toc_node *root = toc_import_new(import, TOC_NODE_MAP);
    struct toc_node *meta = toc_put_map(import, root, "event");
    const json_t *cpu = json_object_get(record, "processorId");

    toc_put_word(import, meta, "name", toc_event_info(id)->name);
    put_time(import, meta, json_object_get(record, "timestamp"));
    put_number(import, meta, "cpu", cpu);
    put_abi(import, meta, record, name);
    put_ret(import, meta, returned(record));
    if (json_object_get(record, "workload"))
        put_workload(import, root, record);
    else
        put_proc(import, root, record);
    toc_tracee_args(import, root, id, either(record, "args", "data"));
    *ret = root;
    return 1;
}

/* Seen by name: security_socket_connect and the packets of net_packet_* are none of our calls. */
static uint16_t event_of(const char *name) {
    uint16_t id = toc_event_by_name(name, strlen(name));

    return id != TOC_EVENT_NONE && toc_import_tracee.events & toc_event_bit(id) ? id
                                                                                : TOC_EVENT_NONE;
}

static int put_line(struct toc_import *import, const json_t *record, const struct toc_node **ret) {
    const char *name = json_string_value(either(record, "eventName", "name"));
    uint16_t id;

    if (!name)
        return toc_import_damaged(import, 1, "no event of Tracee: eventName is missing");
    id = event_of(name);
    if (id == TOC_EVENT_NONE)
        return toc_import_leave(import, TOC_LEFT_UNKNOWN, name, strlen(name));
    return put_record(import, record, name, id, ret);
}

static int tracee_next(struct toc_import *import, const struct toc_node **ret) {
    json_error_t error;
    const char *line = NULL;
    size_t n = 0;
    int r = toc_import_line(import, &line, &n);
    json_t **json = import->state;

    if (r != 1)
        return r;
    while (n && is_blank(line[n - 1]))
        n--;
    if (!n)
        return -EAGAIN;
    toc_import_seen(import);
    // Their strings stay until the tree was made an event.
    json_decref(*json);
    *json = json_loadb(line, n, 0, &error);
    if (!*json)
        return toc_import_damaged(import, error.position > 0 ? (uint32_t)error.position : 1,
                                  "this is no JSON: %s", error.text);
    return put_line(import, *json, ret);
}

static void tracee_host(struct toc_import *import, struct toc_node *host) {
    json_t **json = import->state;

    put_string(import, host, "name", json_object_get(*json, "hostName"));
}

static void tracee_close(struct toc_import *import) {
    json_decref(*(json_t **)import->state);
}

const struct toc_import_format toc_import_tracee = {
    .name = "tracee",
    .what = "JSON Lines of Tracee",
    .word = "line",
    .events = EVENT_BATCHES | EVENT_SINGLES | EVENT_WAITS | EVENT_SIDE,
    .state_size = sizeof(json_t *),
    .detect = tracee_detect,
    .next = tracee_next,
    .host = tracee_host,
    .close = tracee_close,
};
