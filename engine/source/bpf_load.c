// SPDX-License-Identifier: Apache-2.0
// The programs in the kernel: loading what it takes, settings, counters.
#include "source/bpf_load.h"

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>

#include "base/cleanup.h"
#include "event/wire_payload.h"
#include "source/bpf_deny.h"
#include "source/bpf_programs.h"
#include "source/cgroup.h"
#include "source/pid.h"
#include "source/watched.h"
#include "tocsin.skel.h"

static int set_options(struct tocsin_bpf *skel, const struct toc_bpf_options *options) {
    bool nested = toc_pid_is_nested();
    int r = 0;

    skel->bss->toc_sends_since = skel->bss->toc_receives_since = UINT32_MAX;
    /* There our own number outside is known only when this is loaded. */
    skel->bss->toc_self = nested ? 0 : (uint32_t)getpid();
    bpf_program__set_autoload(skel->progs.toc_pids, nested);
    skel->rodata->toc_heartbeat = options->heartbeat_ns ? (uintptr_t)options->heartbeat_call : 0;
    skel->rodata->toc_scope_procs = options->pids != NULL;
    skel->rodata->toc_scope_follow = options->follow;
    skel->rodata->toc_scope_cgroup = options->cgroup != NULL;
    if (options->gate)
        r = toc_bpf_deny_set(skel, options->gate);
    if (options->max_msgs && options->max_msgs < TOC_WIRE_MAX_MSGS)
        skel->rodata->toc_max_msgs = options->max_msgs;
    if (options->payload_bytes && options->payload_bytes <= TOC_WIRE_MAX_PAYLOAD)
        skel->rodata->toc_payload_bytes = options->payload_bytes;
    if (r == 0 && options->ring_bytes)
        r = bpf_map__set_max_entries(skel->maps.ring, (uint32_t)options->ring_bytes);
    if (r == 0 && options->max_calls) {
        skel->rodata->toc_slot_mask = options->max_calls - 1;
        r = bpf_map__set_max_entries(skel->maps.slots, options->max_calls);
    }
    if (r == 0 && options->max_calls)
        r = bpf_map__set_max_entries(skel->maps.overflow, options->max_calls);
    return r;
}

/* Numbers before the mask: what is wanted no more stays looked at when it returns, as it may be
 * under way. */
static void want(struct tocsin_bpf *skel, uint64_t events) {
    uint8_t numbers[TOC_WIRE_NUMBERS];

    toc_watched_numbers(events, numbers);
    if (skel->rodata->toc_heartbeat)
        numbers[SYS_sendmmsg] |= 1u << TOC_WIRE_NATIVE;
    for (size_t i = 0; i < TOC_WIRE_NUMBERS; i++)
        skel->bss->toc_exits[i] |= numbers[i];
    skel->bss->toc_wanted = events;
    memcpy(skel->bss->toc_enters, numbers, sizeof(numbers));
}

static struct tocsin_bpf *open_skel(const struct toc_bpf_options *options) {
    struct tocsin_bpf *skel = tocsin_bpf__open();

    if (skel && set_options(skel, options) < 0) {
        tocsin_bpf__destroy(skel);
        return NULL;
    }
    if (skel)
        want(skel, toc_watched_events() & (options->demand ? options->demand->events : UINT64_MAX));
    return skel;
}

static int load_with(const struct toc_bpf_options *options, const struct toc_bpf_report *wanted,
                     bool has_cast, struct tocsin_bpf **ret) {
    struct tocsin_bpf *skel = open_skel(options);
    int r;

    if (!skel)
        return -errno;
    for (size_t i = 0; i < wanted->n; i++)
        toc_bpf_program_want(skel->obj, i, &wanted->programs[i]);
    skel->rodata->toc_has_length = toc_bpf_has_length(wanted);
    skel->rodata->toc_has_result = toc_bpf_has_result(wanted);
    skel->rodata->toc_has_copy = toc_bpf_has_copy(wanted);
    skel->rodata->toc_has_cast = has_cast;
    skel->rodata->toc_has_outer = toc_bpf_has_outer(wanted);
    r = tocsin_bpf__load(skel);
    if (r < 0) {
        tocsin_bpf__destroy(skel);
        return r;
    }
    *ret = skel;
    return 0;
}

static void keep_only(struct toc_bpf_report *report, size_t only) {
    for (size_t i = 0; i < report->n; i++)
        report->programs[i].loaded = i == only;
}

/* One program that this kernel refuses fails the whole object: find out which, one by one. */
static void probe_each(const struct toc_bpf_options *options, bool has_cast,
                       struct toc_bpf_report *report) {
    for (size_t i = 0; i < report->n; i++) {
        struct toc_bpf_report one = *report;
        struct tocsin_bpf *skel = NULL;
        int r;

        if (!report->programs[i].loaded)
            continue;
        keep_only(&one, i);
        r = load_with(options, &one, has_cast, &skel);
        report->programs[i].loaded = r == 0;
        if (r < 0)
            toc_bpf_explain(r, report->programs[i].reason, sizeof(report->programs[i].reason));
        if (skel)
            tocsin_bpf__destroy(skel);
    }
}

static void open_cgroup(struct toc_bpf_kernel *kernel, struct toc_bpf_report *report) {
    if (toc_cgroup_root(&kernel->cgroup_root) == 0)
        kernel->cgroup_fd = open(kernel->cgroup_root, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (kernel->cgroup_fd < 0)
        toc_bpf_no_cgroup(report);
}

static int scope_cgroup(struct toc_bpf_kernel *kernel, const char *dir,
                        struct toc_bpf_report *report) {
    _cleanup_close_ int fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    uint32_t zero = 0;
    int r = fd < 0 ? -errno : 0;

    if (r == 0)
        r = bpf_map__update_elem(kernel->skel->maps.scope_cgroup, &zero, sizeof(zero), &fd,
                                 sizeof(fd), BPF_ANY);
    if (r < 0)
        snprintf(report->fault, sizeof(report->fault), "%s is no cgroup2 directory: %s", dir,
                 strerror(-r));
    return r;
}

static int add_pid(struct toc_bpf_kernel *kernel, pid_t pid) {
    uint8_t one = 1;
    uint32_t key;
    int r = toc_pid_outside(kernel->skel->progs.toc_pids, pid, &key);

    return r < 0 ? r
                 : bpf_map__update_elem(kernel->skel->maps.procs, &key, sizeof(key), &one,
                                        sizeof(one), BPF_ANY);
}

int toc_bpf_kernel_scope(struct toc_bpf_kernel *kernel, const struct toc_bpf_options *options,
                         struct toc_bpf_report *report) {
    for (size_t i = 0; i < options->n_pids; i++) {
        int r = add_pid(kernel, options->pids[i]);

        if (r < 0) {
            snprintf(report->fault, sizeof(report->fault), "process %d cannot be watched: %s",
                     (int)options->pids[i], strerror(-r));
            return r;
        }
    }
    return 0;
}

static void list_own(const struct tocsin_bpf *skel, struct toc_bpf_report *report) {
    struct toc_own_programs *own = &report->own;

    for (size_t i = 0; i < report->n && own->n < TOC_OWN_PROGRAMS; i++) {
        struct bpf_prog_info info = {0};
        __u32 size = sizeof(info);

        if (!report->programs[i].loaded ||
            bpf_obj_get_info_by_fd(bpf_program__fd(toc_bpf_program(skel->obj, i)), &info, &size) <
                0)
            continue;
        own->ids[own->n] = info.id;
        memcpy(own->tags[own->n++], info.tag, sizeof(info.tag));
    }
}

/* The best programs that this kernel takes. What loads by itself is tried only when all together
 * do not. */
static int load_best(const struct toc_bpf_options *options, struct toc_bpf_features *features,
                     struct toc_bpf_report *report, struct tocsin_bpf **ret) {
    bool has_cast = toc_bpf_has_function(features, "bpf_rdonly_cast");
    struct toc_bpf_report all = *report;
    int r;

    toc_bpf_settle(report);
    r = toc_bpf_missing(report);
    if (r == 0)
        r = load_with(options, report, has_cast, ret);
    if (r == 0 || report->fault[0])
        return r;
    *report = all;
    probe_each(options, has_cast, report);
    toc_bpf_settle(report);
    r = toc_bpf_missing(report);
    if (r == 0)
        r = load_with(options, report, has_cast, ret);
    if (r < 0 && !report->fault[0])
        toc_bpf_explain(r, report->fault, sizeof(report->fault));
    return r;
}

static int prepare(const struct toc_bpf_options *options, struct toc_bpf_kernel *kernel,
                   struct toc_bpf_features *features, struct toc_bpf_report *report) {
    int r;

    toc_bpf_report_init(report, options->hooks);
    r = toc_bpf_check_system(report, features);
    if (r < 0)
        return r;
    open_cgroup(kernel, report);
    toc_bpf_no_features(report, features);
    return 0;
}

int toc_bpf_kernel_load(const struct toc_bpf_options *options, struct toc_bpf_report *report,
                        struct toc_bpf_kernel *ret) {
    struct toc_bpf_kernel kernel = {.cgroup_fd = -1};
    struct toc_bpf_features features = {0};
    int r = prepare(options, &kernel, &features, report);

    if (r == 0)
        r = load_best(options, &features, report, &kernel.skel);
    toc_bpf_features_clear(&features);
    if (r == 0 && options->cgroup)
        r = scope_cgroup(&kernel, options->cgroup, report);
    if (r == 0 && !kernel.skel->bss->toc_self)
        r = toc_pid_outside(kernel.skel->progs.toc_pids, getpid(), &kernel.skel->bss->toc_self);
    if (r < 0) {
        toc_bpf_kernel_close(&kernel);
        return r;
    }
    for (size_t i = 0; i < report->n; i++) {
        kernel.programs[i].target = report->programs[i].target;
        kernel.programs[i].loaded = report->programs[i].loaded;
    }
    list_own(kernel.skel, report);
    toc_bpf_deny_loaded(kernel.skel);
    kernel.ring_fd = bpf_map__fd(kernel.skel->maps.ring);
    kernel.urgent_fd = bpf_map__fd(kernel.skel->maps.urgent);
    *ret = kernel;
    return 0;
}

void toc_bpf_kernel_close(struct toc_bpf_kernel *kernel) {
    toc_bpf_kernel_detach(kernel);
    tocsin_bpf__destroy(TAKE_PTR(kernel->skel));
    toc_closep(&kernel->cgroup_fd);
    free(TAKE_PTR(kernel->cgroup_root));
}

void toc_bpf_kernel_want(struct toc_bpf_kernel *kernel, const struct toc_demand *demand) {
    want(kernel->skel, demand->events);
    __atomic_store_n(&kernel->skel->bss->toc_payload_enter, demand->payload_enter,
                     __ATOMIC_RELAXED);
    __atomic_store_n(&kernel->skel->bss->toc_payload_exit, demand->payload_exit, __ATOMIC_RELAXED);
}

bool toc_bpf_kernel_has_pids(struct toc_bpf_kernel *kernel) {
    uint32_t key;

    return bpf_map__get_next_key(kernel->skel->maps.procs, NULL, &key, sizeof(key)) == 0;
}
