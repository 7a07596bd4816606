// SPDX-License-Identifier: Apache-2.0
// What this kernel offers, found out without loading the programs: its types, and one empty program
// of each kind.
#include "source/bpf_feature.h"

#include <bpf/bpf.h>
#include <bpf/btf.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "source/bpf_tracepoint.h"

int toc_bpf_features_open(struct toc_bpf_features *features) {
    features->btf = btf__load_vmlinux_btf();
    return features->btf ? 0 : -errno;
}

void toc_bpf_features_clear(struct toc_bpf_features *features) {
    btf__free(TAKE_PTR(features->btf));
}

static int type_id(const struct toc_bpf_features *features, const char *prefix, const char *name,
                   __u32 kind) {
    char whole[96];

    snprintf(whole, sizeof(whole), "%s%s", prefix, name);
    return btf__find_by_name_kind(features->btf, whole, kind);
}

bool toc_bpf_has_function(const struct toc_bpf_features *features, const char *name) {
    return type_id(features, "", name, BTF_KIND_FUNC) > 0;
}

/* Names of functions that have no type: slow, as it reads 200,000 lines. */
static bool has_symbol(const char *name) {
    FILE *file = fopen("/proc/kallsyms", "re");
    bool found = false;
    char line[512], symbol[256];

    if (!file)
        return false;
    while (!found && fgets(line, sizeof(line), file))
        found = sscanf(line, "%*s %*s %255s", symbol) == 1 && !strcmp(symbol, name);
    fclose(file);
    return found;
}

/* Loads a program that does nothing. 0 or -errno. */
static int load_empty(enum bpf_prog_type type, enum bpf_attach_type attach, int btf_id) {
    const struct bpf_insn insns[] = {
        {.code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = BPF_REG_0},
        {.code = BPF_JMP | BPF_EXIT},
    };
    LIBBPF_OPTS(bpf_prog_load_opts, opts, .expected_attach_type = attach,
                .attach_btf_id = (__u32)btf_id);
    int fd = bpf_prog_load(type, NULL, "GPL", insns, sizeof(insns) / sizeof(insns[0]), &opts);

    if (fd < 0)
        return fd;
    close(fd);
    return 0;
}

static bool refuse(char *ret, size_t size, const char *format, const char *what) {
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
    snprintf(ret, size, format, what);
#pragma GCC diagnostic pop
    return false;
}

static bool kind_loads(struct toc_bpf_features *features, enum toc_bpf_kind kind, int btf_id,
                       const char *name, char *ret, size_t size) {
    static const struct {
        enum bpf_prog_type type;
        enum bpf_attach_type attach;
    } kinds[TOC_BPF_KINDS] = {
        [TOC_BPF_FENTRY] = {BPF_PROG_TYPE_TRACING, BPF_TRACE_FENTRY},
        [TOC_BPF_KPROBE] = {BPF_PROG_TYPE_KPROBE, 0},
        [TOC_BPF_LSM] = {BPF_PROG_TYPE_LSM, BPF_LSM_MAC},
    };
    int *error = &features->kinds[kind].error;

    if (!features->kinds[kind].tried) {
        features->kinds[kind].tried = true;
        *error = load_empty(kinds[kind].type, kinds[kind].attach, btf_id);
    }
    if (!*error)
        return true;
    if (*error == -EPERM)
        return refuse(ret, size,
                      "%s programs are not permitted here (EPERM): by this kernel's "
                      "configuration, its lockdown or a security policy",
                      name);
    snprintf(ret, size, "this kernel refuses %s programs: %s", name, strerror(-*error));
    return false;
}

/* Security modules that are compiled in are not all in use. */
static bool lsm_is_active(void) {
    FILE *file = fopen("/sys/kernel/security/lsm", "re");
    char line[256] = "";

    if (!file)
        return true;
    if (!fgets(line, sizeof(line), file))
        line[0] = 0;
    fclose(file);
    for (char *word = line, *next; word; word = next) {
        next = strpbrk(word, ",\n");
        if (next)
            *next++ = 0;
        if (!strcmp(word, "bpf"))
            return true;
    }
    return false;
}

/* The hooks on unix addresses came together with this function of theirs. */
static bool may_cgroup(struct toc_bpf_features *features, const char *target, char *ret,
                       size_t size) {
    return !strstr(target, "_unix") ||
           toc_bpf_has_function(features, "bpf_sock_addr_set_sun_path") ||
           refuse(ret, size, "this kernel has no hook %s (Linux 6.7)", target);
}

static bool may_fentry(struct toc_bpf_features *features, const char *target, char *ret,
                       size_t size) {
    int id = type_id(features, "", target, BTF_KIND_FUNC);

    if (id <= 0)
        return refuse(ret, size, "this kernel has no function %s (inlined, or renamed)", target);
    return kind_loads(features, TOC_BPF_FENTRY, id, "fentry", ret, size);
}

static bool may_kprobe(struct toc_bpf_features *features, const char *target, char *ret,
                       size_t size) {
    if (access("/sys/bus/event_source/devices/kprobe/type", F_OK) < 0)
        return refuse(ret, size, "this kernel has no kprobes (CONFIG_%s)", "KPROBE_EVENTS");
    if (!toc_bpf_has_function(features, target) && !has_symbol(target))
        return refuse(ret, size, "this kernel has no function %s (inlined, or renamed)", target);
    return kind_loads(features, TOC_BPF_KPROBE, 0, "kprobe", ret, size);
}

static bool may_lsm(struct toc_bpf_features *features, const char *target, char *ret, size_t size) {
    int id = type_id(features, "bpf_lsm_", target, BTF_KIND_FUNC);

    if (id <= 0)
        return refuse(ret, size, "this kernel has no BPF hook %s (CONFIG_BPF_LSM)", target);
    if (!lsm_is_active())
        return refuse(ret, size,
                      "%s is not among this kernel's active security modules (lsm=…,bpf)", "bpf");
    return kind_loads(features, TOC_BPF_LSM, id, "LSM", ret, size);
}

static bool may_tracepoint(struct toc_bpf_features *features, const char *target, char *ret,
                           size_t size) {
    int id = type_id(features, "btf_trace_", target, BTF_KIND_TYPEDEF);
    const char *since;

    if (id <= 0)
        return refuse(ret, size, "this kernel has no tracepoint %s", target);
    since = toc_bpf_tracepoint_since(features->btf, id, target);
    return !since || refuse(ret, size,
                            "this kernel's tracepoint gives other arguments than those of Linux %s "
                            "and later",
                            since);
}

bool toc_bpf_may_load(struct toc_bpf_features *features, enum toc_bpf_kind kind, const char *target,
                      char *ret_reason, size_t size) {
    switch (kind) {
    case TOC_BPF_TRACEPOINT: return may_tracepoint(features, target, ret_reason, size);
    case TOC_BPF_CGROUP: return may_cgroup(features, target, ret_reason, size);
    case TOC_BPF_FENTRY: return may_fentry(features, target, ret_reason, size);
    case TOC_BPF_KPROBE: return may_kprobe(features, target, ret_reason, size);
    case TOC_BPF_LSM: return may_lsm(features, target, ret_reason, size);
    }
    return false;
}
